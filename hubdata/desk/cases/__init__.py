"""A case: all that is known about one thing, in one reading order, and its next steps; it decides nothing itself."""
