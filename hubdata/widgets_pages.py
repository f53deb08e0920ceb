"""Which dashboards there are, what each answers and which released tables it shows; it reads nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A released table on a dashboard.

    `counts` is what its totals count. `by` is what its rows are, hub or partner, where a viewer may choose one of them;
    `one` says the finding for the one chosen, from its figures by column; `over_time` are the columns whose past is
    shown.
    """

    table: str
    counts: str
    by: str = ""
    one: str = ""
    over_time: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dashboard:
    """One page: its notebook's name, its title, the question that it answers first, and its figures in order."""

    name: str
    title: str
    question: str
    figures: tuple[Figure, ...]


FIGURES = {
    each.table: each
    for each in (
        Figure("families", "Open families", "hub", "{total} families were open", ("total",)),
        Figure("leads", "Open families", "hub", "one person took the lead with {one} of {total} open families",
               ("one", "none", "two")),
        Figure("retention", "Family records", "hub", "{due} of {total} family records were past their date",
               ("due", "held", "total")),
        Figure("retention_next", "Family records", "hub", "{soon} of {total} records are due in three months"),
        Figure("shares_judged", "Shares", "hub", "{covered} of {total} shares were agreed, or explained",
               ("covered", "check", "breach")),
        Figure("shares", "Shares", "hub", "details were shared {total} times", ("total", "without_agreement")),
        Figure("shares_partners", "Shares", "partner", "details were shared {total} times", ("total",)),
        Figure("agreements", "Decisions", over_time=("agreed", "refused", "withdrawn")),
        Figure("goals_results", "Goals closed", over_time=("met", "partly_met", "not_met")),
        Figure("goals_change", "Goals closed", over_time=("higher", "same", "lower")),
        Figure("reviews", "Open goals", "hub", "{in_quarter} of {total} open goals were reviewed in the quarter",
               ("in_quarter", "earlier", "never")),
        Figure("unmet_hubs", "Unmet needs", "hub", "{total} needs were recorded as unmet", ("total",)),
        Figure("unmet_reasons", "Unmet needs"),
    )
}  # fmt: skip


def _page(name: str, title: str, question: str, *tables: str) -> Dashboard:
    return Dashboard(name, title, question, tuple(FIGURES[table] for table in tables))


DASHBOARDS = (
    _page("overview", "Overview", "Is anything wrong that I must act on?", "families", "leads"),
    _page("retention", "Retention", "Are we keeping anything longer than we promised, and what falls due next?",
          "retention", "retention_next"),
    _page("sharing", "Sharing", "Was every share either agreed or for a recorded risk, and explained?",
          "shares_judged", "shares", "shares_partners", "agreements"),
    _page("outcomes", "Outcomes and unmet need", "Is support working for families' goals, and what need is unmet?",
          "reviews", "goals_results", "goals_change", "unmet_hubs", "unmet_reasons"),
)  # fmt: skip


def dashboard(name: str) -> Dashboard:
    """The dashboard called `name`."""
    return next(each for each in DASHBOARDS if each.name == name)
