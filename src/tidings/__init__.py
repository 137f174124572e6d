"""Watch feeds for a few topics and tell people only what is new."""
