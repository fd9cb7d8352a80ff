"""Who may apply: what a visitor says of themselves, kept in their browser, held against the rules of listings."""
