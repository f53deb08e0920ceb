"""A return's result in sentences, for whoever sent it; it decides nothing."""

from hubdata.csvfiles import Problem
from hubdata.intake import Result

DONE = {
    "applied": "The return was applied.",
    "unchanged": "The hub already holds all of this return: nothing changed.",
    "paused": "The return waits for a person, because it would touch so much:",
}


def lines(result: Result, dry_run: bool = False, most: int = 200) -> list[str]:
    """The result for a reader: what was done, or every problem with its file and line."""
    told = [f"  Told: {sentence(p)}" for p in result.warnings[:most]]
    if result.status == "refused":
        count = len(result.problems)
        said = [f"The return was refused: {count:,} {'problem' if count == 1 else 'problems'}. Nothing was written."]
        said += [sentence(p) for p in result.problems[:most]]
        said += [f"and {count - most:,} more (--json lists them all)"] if count > most else []
        return [*said, *told, *(f"Not checked: {one}." for one in result.not_run)]
    done = "The return would be applied." if dry_run and result.status == "applied" else DONE[result.status]
    counts = [
        f"  {t}: " + ", ".join(f"{number:,} {what}" for what, number in c.items()) for t, c in result.tables.items()
    ]
    return [done, *_paused(result), *counts, *_then(result), *told]


def _then(result: Result) -> list[str]:
    """What an officer does about families that are new."""
    new = result.status == "applied" and result.tables.get("families", {}).get("added")
    return ["New families may be on record already: `hubdata duplicates list` shows which look alike."] if new else []


def _paused(result: Result) -> list[str]:
    said = [f"  {why}" for why in result.paused.get("why", [])]
    if number := result.paused.get("return"):
        said.append(f"It is kept encrypted as {number}. Run `hubdata intake resume {number} --reason …` "
                    f"or `hubdata intake discard {number} --reason …`.")  # fmt: skip
    return said


def sentence(problem: Problem) -> str:
    """One problem with its place."""
    where = [problem.file] * bool(problem.file) + [f"sheet {problem.sheet}"] * bool(problem.sheet)
    where += [f"{'row' if problem.sheet else 'line'} {problem.line}"] * bool(problem.line)
    place = ", ".join([*where, *([problem.column] if problem.column else [])])
    return f"{place}: {problem.message}" if place else problem.message
