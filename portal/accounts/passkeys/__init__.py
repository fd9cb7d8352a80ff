"""Keys of devices in place of passwords (WebAuthn)."""
