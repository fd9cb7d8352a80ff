"""The server's analysis beside ours: the same words, folded the same way."""

from __future__ import annotations

import pytest

from search.analysis.cleaning import clean
from search.analysis.scripts import CLUSTER_SCRIPTS, script_of
from search.analysis.segmentation import terms
from search.elastic.engine import ElasticEngine
from search.elastic.texts import cluster_pairs, prepare
from tests.contract.test_engine import make

SENTENCES = (
    "The Guilin summer school on Machine Learning",
    "Trường hè Đà Lạt: học máy và dữ liệu lớn",
    "桂林電子科技大學 2026 年暑期學校",
    "หลักสูตรฝึกอบรมปัญญาประดิษฐ์ ปี 2569",
    "ການຝຶກອົບຮົມດ້ານປັນຍາປະດິດ",
    "វគ្គបណ្តុះបណ្តាលបញ្ញាសិប្បនិម្មិត",
    "ဉာဏ်ရည်တု သင်တန်း",
    "Bolsas para pós-graduação em ciência de dados",
    "Pelatihan kecerdasan buatan bagi dosen muda",
)


MIXED = (
    "หลักสูตร AI ปี ๒๕๖๙ (ภาคฤดูร้อน) ๆ ฯลฯ",
    "ພາສາລາວ ແລະ ภาษาไทย, 5G",
    "ភាសា៖ ខ្មែរ។ ១២៣ abc",
    "မြန်မာ၊ ၂၀၂၆ ခုနှစ်။ 桂林",
)


def tokens(engine: ElasticEngine, analyzer: str, text: str) -> list[str]:
    with engine.index.link.writing() as client:
        found = client.indices.analyze(index=engine.index.alias, analyzer=analyzer, text=text)
        return [token["token"] for token in found["tokens"]]


@pytest.fixture
def server(elastic: ElasticEngine) -> ElasticEngine:
    elastic.put([make("a")])
    return elastic


def test_words_are_cut_and_folded_as_ours(server: ElasticEngine) -> None:
    for sentence in SENTENCES:
        ours = terms(clean(sentence))
        assert tokens(server, "folded", prepare(sentence)) == list(ours.folded)
        assert tokens(server, "exact", prepare(sentence)) == list(ours.exact)


@pytest.mark.parametrize("sentence", [*SENTENCES, *MIXED])
def test_pairs_are_those_of_the_other_engine(sentence: str) -> None:
    ours = [pair for pair in terms(clean(sentence)).pairs if script_of(pair) in CLUSTER_SCRIPTS]
    assert cluster_pairs(prepare(sentence)).split() == ours


def test_chinese_is_indexed_by_characters_and_pairs_and_asked_by_pairs(server: ElasticEngine) -> None:
    assert sorted(tokens(server, "han", "桂林电子")) == sorted(terms("桂林电子").pairs)
    assert tokens(server, "han_query", "桂林电子") == ["桂林", "林电", "电子"]
    assert tokens(server, "han_query", "桂") == ["桂"]
