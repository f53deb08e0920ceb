"""Pages of the desk that lead through something one thing at a time; each step is a command, and nothing is kept."""
