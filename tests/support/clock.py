"""A clock that tests set: the one that the whole product reads, moved; it moves no database's and no file's."""

from datetime import datetime, timedelta

import pytest

from hubdata import moments


class Clock:
    """This machine's clock as a test wants it, from the right time on."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.right, self.off = moments.now, timedelta()
        patch.setattr(moments, "now", self.now)
        patch.setattr(moments, "running", lambda: ("a start", self.right().timestamp()))  # as on any Linux

    def now(self) -> datetime:
        """What the clock says."""
        return self.right() + self.off

    def stands(self, days: float = 0, **more: float) -> datetime:
        """Set it off the right time by so much, and say what it says then."""
        self.off = timedelta(days=days, **more)
        return self.now()
