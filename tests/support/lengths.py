"""How long a test is: in `make test` as long as its proof needs, in `make test-all` as long as anybody could wish."""

import os

WHOLE = os.environ.get("HUBDATA_TESTS") == "whole"


def length(short, whole):
    """The one of two lengths that this run is of."""
    return whole if WHOLE else short
