"""Serves the dashboards to whoever may look; the process has no way to the records."""
