"""`make faults`: 40 disposals killed at least 250 times in all, then every named mutant, which must be caught.

python -m tests.faults [--trials 40] [--kills 7] [--least 250] [--seed 1]
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.faults import story, trial
from tests.faults.mutants import MUTANTS


def main() -> int:
    """Print how many kills and violations there were, and which mutants were caught; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--kills", type=int, default=7, help="kills a trial")
    parser.add_argument("--least", type=int, default=250, help="kills in all, with more trials if need be")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        os.environ["HUBDATA_PARAMS"] = str(story.small_batches(Path(folder)))
        made = story.make(Path(folder) / "made")
        broken = trials(made, Path(folder), given)
        missed = [name for name in MUTANTS if not caught(made, Path(folder), name, given.seed)]
    for name in missed:
        print(f"mutant {name} was NOT caught")
    return 1 if broken or missed else 0


def trials(made: story.Story, folder: Path, given) -> int:
    """Run the real disposal; how many promises were broken."""
    start, kills, violations = time.monotonic(), 0, []
    for number in itertools.count():
        if number >= given.trials and kills >= given.least:
            break
        done = trial.run(made, folder, given.seed * 1000 + number, given.kills)
        kills, violations = kills + done.kills, violations + done.violations
    for violation in violations:
        print(violation)
    seconds = time.monotonic() - start
    print(f"{number} trials, {kills} kills: {len(violations)} violations; {seconds:.0f} s", flush=True)
    return len(violations)


def caught(made: story.Story, folder: Path, name: str, seed: int, most: int = 30) -> bool:
    """Whether the trials notice a mutant."""
    for number in range(most):
        done = trial.run(made, folder, seed * 1000 + number, 6, MUTANTS[name])
        if done.violations:
            print(f"mutant {name} is caught in trial {number + 1}: {done.violations[0]}", flush=True)
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
