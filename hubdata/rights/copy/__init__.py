"""A person's own copy: what is in it, what is left out and why; nothing about another person by default."""
