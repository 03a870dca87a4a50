"""The tokenizer (text side): pieces of a scrubbed text become the features that are learnt and judged."""

from .tokenizing import MAX_FEATURES, tokenize

__all__ = ["MAX_FEATURES", "tokenize"]
