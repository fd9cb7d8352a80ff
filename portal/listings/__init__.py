"""Listings: one published opportunity of one kind, its facts and its prose."""
