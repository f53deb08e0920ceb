"""What time the ledger believes: no entry is older than the one before, and nothing goes on a clock that jumped."""
