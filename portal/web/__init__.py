"""What all pages share: language in the address, error pages, headers, filters, cards, catalogues."""
