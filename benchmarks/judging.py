"""Figures of the rules: each family over a whole hub against the bare DuckDB query that answers its question."""

from collections.abc import Iterator
from math import log
from pathlib import Path
from statistics import median

from benchmarks.data import kept
from benchmarks.timing import Figure, peak_megabytes, seconds
from hubdata import policy
from hubdata.demo import make as demo
from hubdata.rules import judge

SHARED = """
  WITH given AS (SELECT unnest(covers) AS person, purpose, recipients, decision, categories, expires_on, decided_on
    FROM agreements),
  named AS (SELECT * EXCLUDE recipients, unnest(recipients) AS recipient FROM given),
  made AS (SELECT share, unnest(about) AS person, purpose, to_organisation, shared_on, categories FROM shares
    WHERE route IN ('within_hub', 'additional_support') AND shared_on <= $as_at)
  SELECT share FROM made m ASOF LEFT JOIN named n ON m.person = n.person AND m.purpose = n.purpose
    AND m.to_organisation = n.recipient AND m.shared_on >= n.decided_on
  WHERE n.decision IS NULL OR n.decision <> 'agreed' OR m.shared_on > n.expires_on
    OR NOT list_has_all(n.categories, m.categories)"""
# What an analyst would write for the family's question: no evidence, no word on what to do, no report columns.
BARE = {
    "retention": """
      WITH seen AS (SELECT family, max(day) AS last_on FROM (
        SELECT family, opened_on AS day FROM families UNION ALL SELECT family, started_on FROM involvements
        UNION ALL SELECT family, last_contact_on FROM involvements
        UNION ALL SELECT family, reviewed_on FROM reviews JOIN goals USING (goal)) WHERE day <= $as_at GROUP BY family)
      SELECT family FROM families JOIN seen USING (family) WHERE (closed_on + INTERVAL 5 YEARS < $as_at
        AND family NOT IN (SELECT family FROM holds)) OR (closed_on IS NULL AND last_on < $as_at - 365)
        OR (closed_on IS NULL AND has_closure_reason)""",
    "sharing": SHARED,
    "leads": """
      WITH spans AS (SELECT family, practitioner, started_on, coalesce(ended_on, $as_at) AS ended_on FROM leads
        WHERE started_on <= $as_at),
      open_families AS (SELECT family FROM families WHERE opened_on <= $as_at AND coalesce(closed_on > $as_at, true))
      SELECT family FROM open_families o
        WHERE NOT EXISTS (FROM spans s WHERE s.family = o.family AND s.ended_on >= $as_at)
      UNION ALL SELECT a.family FROM spans a JOIN spans b ON a.family = b.family AND a.practitioner < b.practitioner
        AND a.started_on <= b.ended_on AND b.started_on <= a.ended_on
      UNION ALL SELECT s.family FROM spans s JOIN practitioners p USING (practitioner) JOIN open_families USING (family)
        JOIN involvements i ON i.family = s.family AND i.organisation = p.organisation
        WHERE s.ended_on >= $as_at GROUP BY s.family HAVING max(i.last_contact_on) < $as_at - 90
      UNION ALL SELECT s.family FROM spans s JOIN practitioners p USING (practitioner) JOIN open_families USING (family)
        WHERE s.ended_on >= $as_at AND p.active_to < $as_at""",
    "outcomes": """
      SELECT goal FROM goals g JOIN families f USING (family)
      LEFT JOIN (SELECT goal, max(reviewed_on) AS last_on FROM reviews WHERE reviewed_on <= $as_at GROUP BY goal)
        USING (goal)
      WHERE g.closed_on IS NULL AND coalesce(f.closed_on > $as_at, true)
        AND greatest(g.set_on, last_on) < $as_at - 90""",
}


def figures(families: int, folder: Path, rounds: int) -> Iterator[Figure | str]:
    """Each rule family's findings over the same Arrow tables; memory is that of the whole process so far."""
    held, decided = kept(families, 7, folder), policy.load()
    shares = f"{held.rows['families']:,} families and {held.rows['shares']:,} shares"
    for family in sorted(BARE, key=lambda f: f == "sharing"):
        ours, bare = [], []
        for _ in range(rounds):
            bare.append(seconds(lambda family=family: _bare(family, held, decided)))
            ours.append(seconds(lambda family=family: judge.found((family,), held, demo.AS_AT, None, decided)))
        yield Figure(f"{family} rules over {shares}, against the bare query", median(ours), median(bare), 1.5)
        yield f"  memory so far: {peak_megabytes():,.0f} MB"
    yield growth(families, folder)


def growth(families: int, folder: Path) -> str:
    """How the sharing rules' time grows from a hundredth of the hub to all of it: 1 is linear."""
    decided, times = policy.load(), []
    for size in (families // 100, families // 10, families):
        held = kept(size, 7, folder)
        times.append(
            median(seconds(lambda h=held: judge.found(("sharing",), h, demo.AS_AT, None, decided)) for _ in range(3))
        )
    exponent = (log(times[2]) - log(times[1])) / log(10)
    spoken = ", ".join(f"{t:.2f} s" for t in times)
    return f"sharing rules, {families // 100:,} to {families:,} families: {spoken}; last exponent {exponent:.2f}"


def _bare(family: str, held, decided) -> int:
    connection = judge.connect(held, decided, demo.AS_AT)
    return connection.sql(BARE[family], params={"as_at": demo.AS_AT}).to_arrow_table().num_rows
