"""The tokenizer (text side): pieces of a scrubbed text become the features that are learnt and judged."""

from .tokenizing import MAX_FEATURES, MAX_JUDGED, MAX_VIEWS, WINDOW, Part, Tokens, tokenize

__all__ = ["MAX_FEATURES", "MAX_JUDGED", "MAX_VIEWS", "WINDOW", "Part", "Tokens", "tokenize"]
