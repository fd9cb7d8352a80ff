"""What is Flask and belongs to no feature: language prefix, error pages, headers, filters, catalogues."""
