"""The family rule in force as the few macros that retention.sql calls; it computes no date in Python.

Only the names of columns and whole numbers enter the SQL text; codes and hubs are bound as variables.
"""

import duckdb

from hubdata.periods import Escalation, Rule, Term, Terms

COLUMNS = {
    "closure": "closed_on",
    "creation": "opened_on",
    "last_contact": "contact_on",
    "last_change": "changed_on",
    "birth": "born_on",
    "death": "died_on",
}
GIVEN = "closed_on, opened_on, contact_on, changed_on, born_on, died_on, birth_unknown, hub, shared, unmet"
YEAR_ENDS = {
    "financial_year": "make_date(year({0}) + (month({0}) > 3)::INTEGER, 3, 31)",
    "calendar_year": "make_date(year({0}), 12, 31)",
}
CONDITIONS = {
    "shared_without_agreement": "coalesce(shared, false)",
    "person_died": "died_on IS NOT NULL",
    "had_unmet_need": "coalesce(unmet, false)",
}
# What must be recorded for a date to be told, with the number by which retention.sql says what is missing.
MISSING = {
    "birth": (1, "coalesce(birth_unknown, true) OR born_on IS NULL"),
    "last_contact": (2, "contact_on IS NULL"),
    "last_change": (3, "changed_on IS NULL"),
}
NAMES = {"signs", "kept_until", "decided_by", "missing", "rule_code", "rule_years"}  # what retention.sql calls
NOTHING = """SELECT NULL::VARCHAR AS family, NULL::DATE AS contact_on, NULL::DATE AS changed_on,
  NULL::DATE AS born_on, NULL::DATE AS died_on, NULL::BOOLEAN AS birth_unknown, NULL::BOOLEAN AS shared,
  NULL::BOOLEAN AS unmet WHERE false"""
LIVES = """SELECT family, youngest_born_on AS born_on, has_unknown_birth AS birth_unknown,
  CASE WHEN last_died_on <= day THEN last_died_on END AS died_on FROM lives"""
OWNED = ("families", "people", "involvements", "leads", "goals", "needs", "agreements", "shares")
CHANGES = " UNION ALL ".join(f"SELECT family, recorded_at FROM {name}" for name in OWNED)
# Each sign that a rule may ask for: the tables that it is read from, and how.
SIGNS = {
    "last_contact": (
        ("involvements", "goals", "reviews"),
        """SELECT family, last_contact_on AS contact_on FROM involvements WHERE last_contact_on <= day
        UNION ALL BY NAME SELECT family, reviewed_on AS contact_on FROM reviews JOIN goals USING (goal)
        WHERE reviewed_on <= day""",
    ),
    "last_change": (
        (*OWNED, "reviews"),
        f"""SELECT family, england_day(recorded_at) AS changed_on FROM (
          {CHANGES} UNION ALL SELECT family, r.recorded_at FROM reviews r JOIN goals USING (goal)
        ) WHERE england_day(recorded_at) <= day""",
    ),
    "birth": (("lives",), LIVES),
    "death": (("lives",), LIVES),
    "person_died": (("lives",), LIVES),
    "shared_without_agreement": (
        ("shares",),
        """SELECT family, true AS shared FROM standing_shares()
        WHERE route = 'without_agreement' AND shared_on <= day""",
    ),
    "had_unmet_need": (
        ("needs",),
        "SELECT family, true AS unmet FROM needs WHERE status = 'unmet' AND identified_on <= day",
    ),
}


READ = {name for names, _ in SIGNS.values() for name in names}  # by some rule or other


def tables(rule: Rule) -> frozenset[str]:
    """The tables that the rule reads beside families and holds."""
    return frozenset(name for word in rule.asks if word in SIGNS for name in SIGNS[word][0])


def prepare(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Make the rule known to a connection that has the tables it reads."""
    connection.execute("SET VARIABLE rule_codes = $codes::VARCHAR[]", {"codes": list(rule.codes)})
    connection.execute("SET VARIABLE rule_hubs = $hubs::VARCHAR[]", {"hubs": [e.hub for e in rule.escalations]})
    connection.execute("SET VARIABLE rule_years = $years::INTEGER", {"years": rule.whole_years})
    for statement in macros(rule):
        connection.execute(statement)


def macros(rule: Rule) -> list[str]:
    """The macros as SQL: signs(day), kept_until(…), decided_by(…) and missing(…)."""
    base, longer = _date(rule.terms), [_longer(number, each) for number, each in enumerate(rule.escalations, 1)]
    latest = f"greatest({', '.join([base, *longer])})" if longer else base
    branches = "".join(f" WHEN {latest} = {date} THEN {number}" for number, date in enumerate([base, *longer], 1))
    return [
        f"CREATE OR REPLACE TEMP MACRO signs(day) AS TABLE {_signs(rule)}",
        f"CREATE OR REPLACE TEMP MACRO kept_until({GIVEN}) AS {latest}",
        f"CREATE OR REPLACE TEMP MACRO decided_by({GIVEN}) AS {f'CASE{branches} ELSE 1 END' if longer else '1'}",
        f"CREATE OR REPLACE TEMP MACRO missing({GIVEN}) AS {_missing(rule)}",
        "CREATE OR REPLACE TEMP MACRO rule_code(number) AS getvariable('rule_codes')[number]",
    ]


def _signs(rule: Rule) -> str:
    parts = sorted({SIGNS[word][1] for word in rule.asks if word in SIGNS})
    if not parts:
        return NOTHING
    together = " UNION ALL BY NAME ".join(f"({part})" for part in [NOTHING, *parts])
    return f"""SELECT family, max(contact_on) AS contact_on, max(changed_on) AS changed_on, max(born_on) AS born_on,
        max(died_on) AS died_on, bool_or(birth_unknown) AS birth_unknown, bool_or(shared) AS shared,
        bool_or(unmet) AS unmet FROM ({together}) GROUP BY family"""


def _day(term: Term) -> str:
    day = COLUMNS[term.trigger]
    day = YEAR_ENDS[term.end_of].format(day) if term.end_of else day
    months = f" + to_months({int(term.months)})" if term.months else ""
    days = f" + to_days({int(term.days)})" if term.days else ""
    return f"CAST({day}{months}{days} AS DATE)"


def _date(terms: Terms) -> str:
    """The date that terms give, or NULL if nothing that they count from has happened."""
    days = ", ".join(map(_day, terms.terms))
    date = {"later_of": f"greatest({days})", "earlier_of": f"least({days})", "": days}[terms.combined]
    if terms.floor:  # what has not happened is not due at its floor
        date = f"CASE WHEN {date} IS NOT NULL THEN greatest({date}, {_day(terms.floor)}) END"
    return f"least({date}, {_day(terms.ceiling)})" if terms.ceiling else date


def _applies(number: int, each: Escalation) -> str:
    return CONDITIONS.get(each.when) or f"hub = getvariable('rule_hubs')[{int(number)}]"


def _longer(number: int, each: Escalation) -> str:
    return f"CASE WHEN {_applies(number, each)} THEN {_date(each.terms)} END"


def _missing(rule: Rule) -> str:
    branches = _gaps(rule.terms, "true")
    for number, each in enumerate(rule.escalations, 1):
        branches += _gaps(each.terms, _applies(number, each))
    return f"CASE {' '.join(branches)} ELSE 0 END" if branches else "0"


def _gaps(terms: Terms, applies: str) -> list[str]:
    asked = sorted({term.trigger for term in terms.all} & MISSING.keys())
    return [f"WHEN ({applies}) AND ({MISSING[name][1]}) THEN {MISSING[name][0]}" for name in asked]
