"""The promises as SQL, the clock, findings and the worklist: one engine, and no database but a snapshot."""
