"""The keyring room."""
