"""Holds, what is due, review, disposal, certificates and replay; nothing goes that was not due and approved."""
