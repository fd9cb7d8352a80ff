"""People with accounts at work: accounts, teams, posting, moderation."""
