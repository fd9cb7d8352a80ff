"""What moderators decide about listings."""
