"""Which dashboards there are, what each answers and which released tables it shows; it reads nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageFigure:
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
    """One page: its notebook's name, its title, the question that it answers first, and its figures in order.

    `answers` are the tables whose findings answer the question; `fine` is the answer where nothing needs attention.
    """

    name: str
    title: str
    question: str
    figures: tuple[PageFigure, ...]
    answers: tuple[str, ...] = ()
    fine: str = ""


FIGURES = {
    each.table: each
    for each in (
        PageFigure("families", "Open families", "hub", "{total} families were open", ("total",)),
        PageFigure("leads", "Open families", "hub", "one person took the lead with {one} of {total} open families",
               ("one", "none", "two")),
        PageFigure("retention", "Family records", "hub", "{due} of {total} family records were past their date",
               ("due", "held", "total")),
        PageFigure("retention_next", "Family records", "hub", "{soon} of {total} records are due in three months"),
        PageFigure("shares_judged", "Shares", "hub", "{covered} of {total} shares were agreed, or explained",
               ("covered", "check", "breach")),
        PageFigure("shares", "Shares", "hub", "details were shared {total} times", ("total", "without_agreement")),
        PageFigure("shares_partners", "Shares", "partner", "details were shared {total} times", ("total",)),
        PageFigure("agreements", "Decisions", over_time=("agreed", "refused", "withdrawn")),
        PageFigure("goals_results", "Goals closed", over_time=("met", "partly_met", "not_met")),
        PageFigure("goals_change", "Goals closed", over_time=("higher", "same", "lower")),
        PageFigure("reviews", "Open goals", "hub", "{in_quarter} of {total} open goals were reviewed in the quarter",
               ("in_quarter", "earlier", "never")),
        PageFigure("unmet_hubs", "Unmet needs", "hub", "{total} needs were recorded as unmet", ("total",)),
        PageFigure("unmet_reasons", "Unmet needs"),
    )
}  # fmt: skip


def _shown(*tables: str) -> tuple[PageFigure, ...]:
    return tuple(FIGURES[table] for table in tables)


DASHBOARDS = (
    Dashboard("overview", "Overview", "Is anything wrong that I must act on?",
              _shown("families", "leads"), fine="Nothing needs attention"),
    Dashboard("retention", "Retention", "Are we keeping anything longer than we promised, and what falls due next?",
              _shown("retention", "retention_next"), ("retention_next",), "No record is past its date without a hold"),
    Dashboard("sharing", "Sharing", "Was every share either agreed or for a recorded risk, and explained?",
              _shown("shares_judged", "shares", "shares_partners", "agreements"), ("agreements",),
              "Every share was agreed, or for a recorded risk and explained"),
    Dashboard("outcomes", "Outcomes and unmet need", "Is support working for families' goals, and what need is unmet?",
              _shown("reviews", "goals_results", "goals_change", "unmet_hubs", "unmet_reasons"),
              ("goals_results", "goals_change", "unmet_hubs")),
)  # fmt: skip


def dashboard(name: str) -> Dashboard:
    """The dashboard called `name`."""
    return next(each for each in DASHBOARDS if each.name == name)


# The officer's desk; it is served by itself, and a dashboards' process never shows it.
DESK = (
    Dashboard("today", "Today", "What needs somebody now: whose is it, by when, and what happens otherwise?", ()),
    Dashboard("audit", "Run an audit", "Are the promises kept, and what must be put right?", ()),
    Dashboard("findings", "Findings worklist", "What was found, what has been done about it, and by when?", ()),
    Dashboard("family", "Find a family", "Whose record is this? The search and its reason are kept in the ledger.", ()),
    Dashboard(
        "case",
        "A case",
        "What is known about this family, request, disposal or finding, and what comes next?",
        (),
    ),
    Dashboard("duplicates", "The same family twice", "Which records may be of one family, and what was decided?", ()),
    Dashboard("record", "One family’s record", "Why is it kept, who takes the lead, and what was shared?", ()),
    Dashboard(
        "looked",
        "Who looked",
        "Who looked at this family’s record or this person’s data, and why?",
        (),
    ),
    Dashboard("holds", "Holds", "Which records must not be destroyed yet, and why?", ()),
    Dashboard("disposal", "Disposal", "Which records are due, who decided, and is there proof that they are gone?", ()),
    Dashboard("requests", "Requests", "Who asked for what they have a right to, and when must it be answered?", ()),
    Dashboard("copies", "A person’s copy", "What is held about this person, and what of it may be given?", ()),
    Dashboard("complaints", "Complaints", "Who complained, and have they been answered?", ()),
    Dashboard("shares", "Shares", "May this be shared, and is what was shared written down?", ()),
    Dashboard("agreements", "Agreements", "What has this family decided about sharing?", ()),
)
