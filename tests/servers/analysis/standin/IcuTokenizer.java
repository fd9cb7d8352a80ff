package standin;

import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.icu.segmentation.ICUTokenizer;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenizerFactory;

@NamedComponent("icu_tokenizer")
public class IcuTokenizer implements TokenizerFactory {
    @Override
    public Tokenizer create() {
        return new ICUTokenizer();
    }
}
