"""What a person asks for: every command, and every form made of one; no rule lives here."""
