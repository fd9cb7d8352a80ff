"""What files and other sites say of a person, as proposals for parts of a profile; and a profile as a file."""
