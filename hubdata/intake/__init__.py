"""A partner's return: the whole of it checked, explained and applied once, or refused with nothing changed."""
