# The official image with the official plugin that cuts and folds words of all scripts.
FROM elasticsearch:9.5.0
RUN bin/elasticsearch-plugin install --batch analysis-icu
