"""What is kept of a person: to see, to take along, to delete; and what ends by itself."""
