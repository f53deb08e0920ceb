"""The commands, a module for each kind; each is a few lines that call the room which does the work."""
