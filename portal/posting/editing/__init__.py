"""The form, section by section."""
