"""Copies of a whole hub, and putting one back; what was destroyed since stays destroyed."""
