"""Draws a chart's specification as SVG, here or in a process that has drawn before; the only user of vl_convert.

A process's first chart takes a second, while the drawing program reads itself; every later one takes a hundredth. So
where HUBDATA_DRAWER names a socket to a process that runs `python -m hubdata.figures.svg`, that one draws.
"""

import json
import os
import socket
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

DRAWER = "HUBDATA_DRAWER"


def svg(specification: dict) -> str:
    """The chart as SVG text; the same wherever it is drawn."""
    if DRAWER in os.environ:
        with suppress(EOFError, OSError):  # a drawer that has died is no reason for a report to fail
            return _asked(specification, int(os.environ[DRAWER]))
    return _drawn(specification)


def _drawn(specification: dict) -> str:
    import vl_convert  # not in a process that has another one draw

    return vl_convert.vega_to_svg(specification)


def _asked(specification: dict, control: int) -> str:
    ours, theirs = socket.socketpair()
    with theirs, socket.socket(fileno=os.dup(control)) as there:
        socket.send_fds(there, [b"1"], [theirs.fileno()])
    with Connection(ours.detach()) as drawer:
        drawer.send_bytes(json.dumps(specification).encode())
        return drawer.recv_bytes().decode()


def main() -> None:
    """Draw for whoever asks on the socket given, one after the other, until it closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    while True:
        said, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not said:
            return
        with Connection(handles[0]) as who, suppress(EOFError, OSError):
            who.send_bytes(_drawn(json.loads(who.recv_bytes())).encode())


if __name__ == "__main__":
    main()
