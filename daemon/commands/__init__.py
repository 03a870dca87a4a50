"""The commands of `providence`, one in each file; docs/cli.md shows them all."""

from .line import run

__all__ = ["run"]
