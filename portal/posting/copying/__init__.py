"""A new draft from an earlier listing."""
