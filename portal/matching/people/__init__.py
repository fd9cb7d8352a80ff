"""People who fit a listing, for its host: only those who agreed to be found, with the reasons they see too."""
