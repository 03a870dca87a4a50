"""Providence: a spam filter for XMPP servers that keeps each user's words to the user."""

__version__ = "0.1.0"
