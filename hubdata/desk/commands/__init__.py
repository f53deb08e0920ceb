"""The commands, a module for each kind; each is a few lines that call the room which does the work.

A command imports its room when it is asked for: together they take two seconds, which `--help` and every other command
would wait for.
"""
