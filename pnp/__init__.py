"""The pnp room."""
