"""What the search library knows of this site: labels of organisations, documents of listings, the outbox drained."""
