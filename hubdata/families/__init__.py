"""Finds a family, shows its record and who leads; never without a reason that is in the ledger."""
