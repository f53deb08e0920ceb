"""What is due, made once and told once; a run that stopped goes on where it stood."""
