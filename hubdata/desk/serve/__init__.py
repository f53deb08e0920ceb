"""Serves the desk and JupyterLab to one officer on this machine, and to nobody else."""
