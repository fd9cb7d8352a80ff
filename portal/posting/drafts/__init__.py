"""What a draft holds: its sections, what is typed, what is wrong with it, without Flask."""
