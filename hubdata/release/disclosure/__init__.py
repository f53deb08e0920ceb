"""Hides small numbers in a table, and proves what can still be inferred; it knows no record."""
