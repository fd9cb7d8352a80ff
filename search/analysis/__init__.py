"""Cleaning, segmenting and folding of text in eleven languages; both engines and the label index use the same
tokens."""
