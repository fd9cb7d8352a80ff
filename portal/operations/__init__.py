"""What operators' tools ask of a running site: whether the process lives, and whether it can do its work."""
