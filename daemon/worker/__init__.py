"""The worker: holds keys and text, opens vaults, judges and learns (wires)."""
