"""A private copy of the records, read as pseudonymous tables under one hash; no name enters it."""
