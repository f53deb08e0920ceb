"""The rows of an invented hub, table by table; the same seed makes the same rows."""
