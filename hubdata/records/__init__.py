"""The database, the audit chain, the keys, and whose a row is; nothing else opens the live file."""
