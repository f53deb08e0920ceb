"""Rounds every figure on its own, always alike; it must not decide whether that is enough."""

from hubdata.release.disclosure.policy import DisclosurePolicy


def rounded(count: int, base: int) -> int:
    """The nearest multiple, halves upward."""
    return (count + base // 2) // base * base


def known_of(shown: int | None, policy: DisclosurePolicy) -> tuple[int, int | None]:
    """The least and the most that everybody knows of one figure by itself; None is one that is hidden."""
    if policy.method == "hide_and_round":
        if shown is None:
            return 1, None
        return (0, 0) if shown == 0 else _around(shown, policy, policy.threshold + 1)
    return (0, None) if shown is None else _around(shown, policy, 0)


def _around(shown: int, policy: DisclosurePolicy, least: int) -> tuple[int, int]:
    base = policy.round_to
    return max(least, shown - base // 2), shown + (base - 1) // 2
