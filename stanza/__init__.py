"""The stanza room."""
