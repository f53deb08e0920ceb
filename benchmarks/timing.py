"""Compares two ways of doing one thing: run in turn, medians of several rounds, the ratio printed with the bound."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One measured figure: what, our seconds, the reference's seconds, and the bound on their ratio."""

    what: str
    ours: float
    reference: float
    bound: float
    faster: bool = False  # the bound is on reference ÷ ours (at least) instead of ours ÷ reference (at most)

    @property
    def ratio(self) -> float:
        return self.reference / self.ours if self.faster else self.ours / self.reference

    @property
    def reached(self) -> bool:
        return self.ratio >= self.bound if self.faster else self.ratio <= self.bound

    def line(self) -> str:
        """The figure in one line."""
        word = "reached" if self.reached else "NOT reached"
        bound = f"{'at least' if self.faster else 'at most'} {self.bound:g}"
        seconds_ = f"ours {self.ours:.2f} s, reference {self.reference:.2f} s"
        return f"{self.what}: {self.ratio:.2f} ({bound}: {word}); {seconds_}"


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(
    what: str, ours: Callable, reference: Callable, bound: float, rounds: int = 5, faster: bool = False
) -> Figure:
    """Run both in turn `rounds` times and take the medians."""
    pairs = [(seconds(reference), seconds(ours)) for _ in range(rounds)]
    return Figure(what, median(o for _, o in pairs), median(r for r, _ in pairs), bound, faster)


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
