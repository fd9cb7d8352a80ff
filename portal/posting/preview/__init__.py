"""A draft as readers would see it."""
