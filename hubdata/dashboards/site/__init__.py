"""The dashboards as plain files, for a shared drive or any web server; it reads releases and nothing else."""
