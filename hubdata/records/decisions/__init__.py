"""What this hub decided over the shipped values: read from its home, added to with a ledger entry, and never edited."""
