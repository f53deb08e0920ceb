"""What an officer's own processes are told of the records; nothing that serves the dashboards may import this."""

# Where the records are, and how PostgreSQL's client finds its password.
RECORDS = ("HUBDATA_HOME", "HUBDATA_URL", "HUBDATA_PARAMS", "HOME", "USERPROFILE", "APPDATA", "USER", "LOGNAME",
           "USERNAME", "PGPASSFILE", "PGSSLROOTCERT", "PGSERVICEFILE")  # fmt: skip


def told(given: dict[str, str]) -> dict[str, str]:
    """Of an environment the way to the records."""
    return {name: given[name] for name in RECORDS if name in given}
