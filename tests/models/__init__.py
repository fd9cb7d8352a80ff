"""A small real language model for the tests: all-MiniLM-L6-v2, whose weights a package carries, as an ONNX file."""
