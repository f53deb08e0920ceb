"""Pictures as PNG and papers as PDF, for slides and meetings; not every hub installs what it needs."""
