"""How often listings were seen, by day: numbers, never persons."""
