"""Many listings at once: an organisation's listings as files of rows, written, read, checked and taken over."""
