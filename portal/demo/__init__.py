"""Demonstration data: hand-written programmes, real schemes, and the builders that the tests share."""
