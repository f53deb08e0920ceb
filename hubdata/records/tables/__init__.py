"""Every table and column that a hub keeps, each with its passport; no column without one."""
