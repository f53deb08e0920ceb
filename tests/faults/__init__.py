"""Kills a disposal at random moments, again and again, and looks whether anything that it promises was broken."""
