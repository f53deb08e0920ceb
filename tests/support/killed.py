"""Runs a piece of the product's work in a process of its own that is killed on its way; a crash is no kill.

The processes are forked from one that was started afresh and has no thread: a fork of the tests' own would bring along
the locks of threads that it does not have, and crash by itself.
"""

import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from hubdata.moments import By
from hubdata.records.backups import make, recipients
from hubdata.records.backups import restore as restoring
from hubdata.records.store import open_hub

BY = By("officer", "a test", date(2026, 11, 22))
STEPS = ("fsync", "replace", "rename", "pwrite", "unlink", "mkdir")


def backup(home: Path, url: str) -> Callable[[], object]:
    """What makes a backup of a hub, once it is open."""
    hub = open_hub(home, url)
    return lambda: make.backup(hub, None, BY, recipients.IN_THE_CLEAR)


def restore(home: Path, url: str, folder: Path) -> Callable[[], object]:
    """What puts a backup back."""
    return lambda: restoring.restore(home, url, folder, BY)


def at(step: int, work: Callable[..., Callable], *given: object) -> bool:
    """Do the work, but die before its `step`th call of those functions of `os`; whether it came to that."""
    return _ended(_dies_at, step, work, *given)


def after(passed_on: int, work: Callable[..., Callable], *given: object) -> bool:
    """Do the work, but die when so many bytes of a dump have gone to the server; whether it came to that."""
    return _ended(_dies_after, passed_on, work, *given)


def _ended(target: Callable[..., None], *given: object) -> bool:
    own = multiprocessing.get_context("forkserver")
    own.set_forkserver_preload([__name__])
    child = own.Process(target=target, args=given)
    child.start()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL), f"the product itself ended with {child.exitcode}"
    return child.exitcode != 0


def _dies_at(step: int, work: Callable[..., Callable], *given: object) -> None:
    begun, left = work(*given), [step]

    def counted(real: Callable) -> Callable:
        def call(*args, **more):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    begun()


def _dies_after(passed_on: int, work: Callable[..., Callable], *given: object) -> None:
    def cut(source, target, _size) -> None:
        target.write(source.read(passed_on))
        target.flush()
        time.sleep(0.5)  # so that the server has done what it was told
        os.kill(os.getpid(), signal.SIGKILL)

    begun = work(*given)
    shutil.copyfileobj = cut
    begun()
