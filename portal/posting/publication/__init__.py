"""How a draft comes before readers and goes from them again."""
