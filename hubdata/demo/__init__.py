"""An evidently invented hub with planted faults; it never writes into a hub that has records."""
