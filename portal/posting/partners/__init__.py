"""Organisations that a listing names are asked whether they take part."""
