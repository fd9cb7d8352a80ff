"""An organisation's listings as a list: narrowed, searched, put in order, and several of them changed at once."""
