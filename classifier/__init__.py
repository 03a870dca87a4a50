"""The classifier room."""
