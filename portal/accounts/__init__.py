"""People with an account: signing up, signing in, what they may change about themselves."""
