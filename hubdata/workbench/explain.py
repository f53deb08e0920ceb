"""Why a rule says what it says of one row: its sentence, the row, the decision it rests on and the SQL."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.figures.html import Html, element, facts, points, together
from hubdata.policy import Policy
from hubdata.records.snapshot import withheld
from hubdata.records.snapshot.frozen import Snapshot, texts
from hubdata.records.tables.contract import TABLES
from hubdata.rules import findings as found
from hubdata.rules import judge
from hubdata.rules.findings import Rule
from hubdata.rules.own import run as own
from hubdata.rules.own.written import every
from hubdata.workbench import answer, frames
from hubdata.workbench.answer import Answer, Caption


@dataclass(frozen=True, repr=False)
class Explanation:
    """What a rule says of one row. `says` is the code that applies to it, None where nothing is found.

    `instead` is the sentence of what applies. `judged` is every row that the rule's SQL answered about it, `row` the
    record itself, `decision` the decision that the judgement names, `values` the policy values in force, `sql` the
    whole rule.
    """

    code: str
    subject: str
    as_at: date
    says: str | None
    sentence: str
    instead: str
    promise: str
    what_to_do: str
    evidence: tuple[str, ...]
    family: str | None
    row: Answer
    decision: Answer
    judged: Answer
    values: dict[str, object]
    sql: str

    @property
    def finding(self) -> str:
        """The answer in one sentence."""
        if self.says == self.code:
            return f"{self.code} on {words(self.as_at)}: {self.sentence}."
        if self.says:
            return f"Not {self.code}, but {self.says} on {words(self.as_at)}: {self.instead}."
        return f"Nothing is found of {self.subject} by {self.code} or its like on {words(self.as_at)}."

    def _repr_html_(self) -> Html:
        about = [("Rule", self.sentence), ("Promise", self.promise), ("What to do", self.what_to_do)]
        about += [(name, str(value)) for name, value in self.values.items()]
        return answer.styled(
            [
                element("p", self.finding, class_="answer"),
                points(self.evidence),
                facts(about),
                *(piece for part in (self.row, self.decision) for piece in _shown(part)),
                element("details", element("summary", "The SQL that judged it"), element("pre", self.sql)),
            ]
        )

    def __repr__(self) -> str:
        return "\n".join([self.finding, *self.evidence, "", f"To do: {self.what_to_do}", "", repr(self.row)])


def _shown(part: Answer) -> Iterator[Html]:
    """A record with all that it says, a line each."""
    for _, row in part.iterrows():
        yield element("p", f"{part.caption.title}: {part.caption.scope}", class_="answer")
        yield facts([(str(name), answer.cell(row[name])) for name in part.columns], cell=together)


def read(records: Snapshot, as_at: date, known_at: date | None, code: str, subject: str) -> Explanation:
    """What a rule says of one row, judged as every report judges it.

    Raises BadParameter if there is no such rule, no value in force for it on the day, or it judged no such row.
    """
    rules, policy = found.known(records), records.decided
    if code not in rules:
        raise BadParameter(f"there is no rule {code!r}; allowed are {', '.join(rules)}")
    rule = rules[code]
    judged, text = (_own if rule.family == judge.OWN else _ours)(rule, records, as_at, known_at)
    those = judged.filter(pc.equal(judged["subject"], texts([subject])[0]))
    if not those.num_rows:
        raise BadParameter(f"{code} judged no row {subject!r} on {words(as_at)}; check the reference")
    said = sorted(those.to_pylist(), key=lambda row: (row["code"] != code, row["code"] is None, row["evidence"] or ""))
    first = said[0]
    values = judge.bound(text, policy, as_at, known_at=known_at or date.max)
    return Explanation(
        code,
        subject,
        as_at,
        first["code"],
        rule.under(policy),
        rules[first["code"]].under(policy) if first["code"] else "",
        rule.promise,
        rule.what_to_do,
        tuple(dict.fromkeys(row["evidence"] for row in said if row["evidence"])),
        first["family"],
        _row(records, policy, as_at, first["table"], subject),
        _row(records, policy, as_at, "agreements", first.get("agreement")),
        Answer(frames.frame(those), Caption("What the rule judged", words(as_at))),
        {n: v for n, v in sorted(values.items()) if n != "known_at"},
        text,
    )


def _ours(rule: Rule, records: Snapshot, as_at: date, known_at: date | None) -> tuple[pa.Table, str]:
    """Everything that a rule of the notice judged, and its SQL."""
    for why in judge.unset(rule.family, records.decided, as_at).values():
        raise BadParameter(f"{rule.code} did not run: {why}")
    return judge.judge(rule.family, records, as_at, known_at, records.decided), judge.sql(rule.family)


def _own(rule: Rule, records: Snapshot, as_at: date, known_at: date | None) -> tuple[pa.Table, str]:
    """Everything that a rule of the council's own found, each with its row's family, and its SQL."""
    (written,) = (one for one in every(records.own) if one.code == rule.code)
    ran = own.judge_all(replace(records, own={written.file: written.text}), as_at, known_at)
    for why in ran.not_run:
        raise BadParameter(why.removesuffix("."))
    rows = [row | {"family": _family(records, row)} for row in ran.rows]
    return pa.Table.from_pylist(
        rows, pa.schema(own.COLUMNS | {"code": pa.string(), "family": pa.string()})
    ), written.text


def _family(records: Snapshot, row: dict) -> str | None:
    """Whose the row is that a finding is about; none if it is nobody's."""
    held, key = records.tables[row["table"]], own.key(row["table"])
    if "family" not in held.column_names:
        return None
    return held.filter(pc.equal(held[key], texts([row["subject"]])[0]))["family"].to_pylist()[0]


def _row(records: Snapshot, policy: Policy, as_at: date, table: str, reference: str | None) -> Answer:
    """The record that a reference names in a table, or no row."""
    keys = [column.name for column in TABLES[table].primary_key] if table in TABLES else []
    rows = records.tables.get(table, pa.table({}))
    is_there = bool(keys) and keys[0] in rows.column_names and reference is not None
    held = rows.filter(pc.equal(rows[keys[0]], texts([str(reference)])[0])) if is_there else rows.slice(0, 0)
    made = frames.frame(held, frames.closed(table, policy, as_at)) if is_there else pd.DataFrame()
    title = table.capitalize().replace("_", " ")
    return Answer(made, Caption(title, frames.meaning(table) if is_there else "", withheld=withheld.withheld(table)))
