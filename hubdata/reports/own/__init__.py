"""Reports of a hub's own: notebooks that somebody put into its `notebooks/` folder, run and kept like ours."""
