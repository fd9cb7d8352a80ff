"""Who somebody is: the profile behind matches and applications."""
