"""The daemon (wires): sockets, processes, settings and the command line. The only room that wires the others."""

from .entry import main

__all__ = ["main"]
