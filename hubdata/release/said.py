"""What an audit of everything published found, in sentences: each method is held to its own promise."""

from hubdata.release.attack import Audit, Changed, Weak

COURSE = (
    "The attack knows how records go on from quarter to quarter: that a closed family's date does not move, and who "
    "was counted before."
)
WHO = {"public": "everybody", "partner": "partners", "internal": "managers inside the council"}
METHODS = {"cell_key": "changed by the keys of their records", "keyed_round": "rounded by the keys of their records"}


def audit_lines(found: Audit) -> list[str]:
    """An audit for a reader."""
    head = f"{found.releases} releases, {found.figures:,} figures, {found.hidden:,} of them hidden."
    promised = [line for method, each in found.changed.items() for line in changed(method, each)]
    bad = [*found.problems, *map(weak, found.weak)]
    late = [of_late(found.late)] if found.late else []
    said = [head, *([COURSE] if found.releases > 1 else []), *late, widest(found.narrowest_interval), *promised]
    return [*said, *(bad or ["No hidden figure can be worked out."])]


def of_late(late: int) -> str:
    """What the figures say of records that came out of order."""
    return (
        f"At least {late:,} of the records came late, were corrected or left otherwise than in the course of things, "
        "as the figures themselves show; everything here is what can be worked out if they were no more."
    )


def widest(width: int | None) -> str:
    """How wide the narrowest hidden figure is."""
    if width is None:
        return "No hidden figure is limited by anything published."
    return f"From everything ever published, the narrowest that a hidden figure can be pinned to spans {width}."


def weak(found: Weak) -> str:
    """Which figure can be worked out, and how well."""
    most = "more" if found.highest is None else f"{found.highest:,}"
    place = f"{found.quarter}, {found.table}, {found.row} × {found.column}"
    known = f"{WHO[found.by]} can work out {found.lowest:,} to {most}"
    return f"{place}: {known}; the policy asks for a width of {found.asked}"


def changed(method: str, found: Changed) -> list[str]:
    """What the figures of a keyed method promise: how narrow they can be made, and what can be believed of a few."""
    two = f"{found.under_two:,}" if found.under_two else "none"
    return [
        f"{found.figures:,} figures were {METHODS[method]}: {two} can be narrowed to less than two, "
        f"{found.under_five:,} to less than five.",
        f"Of {found.small:,} that look small, {found.most_believed:.0%} is the most that can be believed of one; more "
        f"than four in five can be believed of {found.believed:,}.",
    ]
