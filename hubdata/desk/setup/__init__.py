"""Setting up a hub of one's own, one thing at a time: what is asked, what is still open; it decides nothing itself."""
