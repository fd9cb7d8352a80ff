"""Cross-language search library: understand, plan, search, explain. Knows nothing of Flask, SQLAlchemy or the
portal."""
