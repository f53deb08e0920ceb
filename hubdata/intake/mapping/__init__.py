"""How a partner's columns become the hub's; decided in a file, never guessed."""
