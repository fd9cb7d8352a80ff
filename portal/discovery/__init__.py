"""Finding listings: the home page, searches and their results, as pages."""
