"""What managers see; it reads released files and must never reach the records."""
