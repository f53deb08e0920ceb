"""Counts for managers: made, protected, attacked and frozen; nothing is published that can be solved."""
