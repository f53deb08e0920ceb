"""The Family Hub's records, the rules that its privacy notice makes, and the reports that prove they are kept.

In a notebook:

    import hubdata

    hub = hubdata.open()               # HUBDATA_HOME or ./hub, as commands do
    view = hub.as_at("2026-09-30")     # the records, frozen and pseudonymous
    view.families                      # a pandas frame
    view.findings("sharing")           # what the rules say
    view.sql("select hub, count(*) from families group by hub")

docs/api.md lists everything. No name and no free text can be had this way, and nothing can be written.
"""

__version__ = "0.1.0"

__all__ = ["__version__", "disclose", "load_ipython_extension", "open"]


def __dir__():
    """What a notebook completes: the front door, and none of the rooms behind it."""
    return sorted(__all__)


def open(home=None, url=None):
    """Open a hub for reading: its folder (default HUBDATA_HOME or ./hub), its database (default HUBDATA_URL or SQLite).

    `hubdata.workbench.hub.OpenHub` is what it gives. Raises HubError, in a sentence, if there is no hub to open.
    """
    from hubdata.workbench import hub  # pandas and SQLAlchemy: 1.5 s that no command should pay for

    return hub.open(home, url)


def disclose(frame, rows, columns, value=None, policy=None, as_at=None, hub=None, reason=None):
    """A frame's two-way table with its small counts hidden; `hubdata.workbench.disclosed.disclose` says all of it."""
    from hubdata.workbench import disclosed  # pandas: 1 s that no command should pay for

    return disclosed.disclose(frame, rows, columns, value, policy, as_at, hub, reason)


def load_ipython_extension(ipython):
    """`%load_ext hubdata`: `%%hubsql` asks a notebook's view in SQL, and an error is one sentence, its trace folded."""
    from hubdata.workbench import magic  # pandas: 1 s that no command should pay for

    magic.load(ipython)
