"""Which dashboards there are, what each answers and which released tables it shows; it reads nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageFigure:
    """A released table on a dashboard.

    `counts` is what its totals count. `by` is what its rows are, hub or partner, where a viewer may choose one of them;
    `one` says the finding for the one chosen, from its figures by column.
    """

    table: str
    counts: str
    by: str = ""
    one: str = ""


@dataclass(frozen=True)
class Measure:
    """What a page watches from quarter to quarter: one column of a released table, as a count or a share of the total.

    `one`, `many` and `none` say it as a sentence; `good` is where it should go, if anywhere: more or fewer. `years` is
    for what is too seldom for one quarter: four are added together. {label} is the column's own label.
    """

    name: str
    table: str
    column: str
    title: str
    many: str
    one: str = ""
    none: str = ""
    share: bool = False
    good: str = ""
    years: bool = False


@dataclass(frozen=True)
class Dashboard:
    """One page: its notebook's name, its title, the question that it answers first, and its figures in order.

    `lead` is the measure that answers the question; `trends` are drawn over all quarters, `beside` for each hub, area
    or partner, and the columns of `split` beside each other; the tables of `figures` follow, folded.
    """

    name: str
    title: str
    question: str
    figures: tuple[PageFigure, ...]
    lead: str = ""
    trends: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    split: tuple[str, ...] = ()


FIGURES = {
    each.table: each
    for each in (
        PageFigure("families", "Open families", "hub", "{total} families were open"),
        PageFigure("leads", "Open families", "hub", "one person took the lead with {one} of {total} open families"),
        PageFigure("retention", "Family records", "hub", "{due} of {total} family records were past their date"),
        PageFigure(
            "retention_next",
            "Family records",
            "hub",
            "{soon} of {total} records come past their date in the next quarter",
        ),
        PageFigure("shares_judged", "Shares", "hub", "{covered} of {total} shares were agreed, or explained"),
        PageFigure("shares", "Shares", "hub", "details were shared {total} times"),
        PageFigure("shares_partners", "Shares", "partner", "details were shared {total} times"),
        PageFigure("agreements", "Decisions"),
        PageFigure("goals_results", "Goals closed"),
        PageFigure("goals_change", "Goals closed"),
        PageFigure("reviews", "Open goals", "hub", "{in_quarter} of {total} open goals were reviewed in the quarter"),
        PageFigure("unmet_hubs", "Unmet needs", "hub", "{total} needs were recorded as unmet"),
        PageFigure("unmet_reasons", "Unmet needs"),
    )
}
MEASURES = {
    each.name: each
    for each in (
        Measure(
            "open", "families", "total", "Families supported",
            "{n} families are supported", "{n} family is supported", "No family{few} is supported",
        ),
        Measure(
            "stale", "families", "stale", "Open families without recent contact",
            "{n} open families have had no recent contact", "{n} open family has had no recent contact",
            "No open family{few} is without recent contact", good="fewer",
        ),
        Measure(
            "no-lead", "leads", "none", "Open families with nobody in the lead",
            "{n} open families have nobody taking the lead", "{n} open family has nobody taking the lead",
            "No open family{few} is without somebody taking the lead", good="fewer",
        ),
        Measure(
            "leads", "leads", "two", "Open families with several people in the lead",
            "{n} open families have several people taking the lead",
            "{n} open family has several people taking the lead",
            "No open family{few} has several people taking the lead", good="fewer",
        ),
        Measure(
            "past-date", "retention", "due", "Records past their date, not on hold",
            "{n} records are past their date and not on hold", "{n} record is past its date and not on hold",
            "No record{few} is past its date without a hold", good="fewer",
        ),
        Measure(
            "on-hold", "retention", "held", "Records past their date, on hold",
            "{n} records are on hold past their date", "{n} record is on hold past its date",
            "No record{few} is on hold past its date",
        ),
        Measure(
            "no-date", "retention", "cannot_tell", "Records without a date to count from",
            "{n} records have no date to count from", "{n} record has no date to count from",
            "No record{few} is without a date to count from", good="fewer",
        ),
        Measure(
            "due-next", "retention_next", "soon", "Records that come past their date in the next quarter",
            "{n} records come past their date in the next quarter",
            "{n} record comes past its date in the next quarter",
            "No record{few} comes past its date in the next quarter",
        ),
        Measure(
            "not-covered", "shares_judged", "breach", "Shares not covered by agreement or a recorded risk",
            "{n} of {whole} shares ({share}) were not covered by agreement or a recorded risk",
            none="No share{few} was without agreement or a recorded risk", share=True, good="fewer",
        ),
        Measure(
            "to-check", "shares_judged", "check", "Shares to be checked",
            "{n} of {whole} shares ({share}) need a person to look", none="No share{few} needs a person to look",
            share=True, good="fewer",
        ),
        Measure(
            "at-risk", "shares", "without_agreement", "Shares without agreement because of a risk",
            "{n} of {whole} shares {over} ({share}) were without agreement because of a risk",
            none="No share{few} {over} was without agreement because of a risk", share=True, years=True,
        ),
        Measure("by-partner", "shares_partners", "total", "Shares", "Details were shared {n} times"),
        Measure(
            "agreed", "agreements", "agreed", "Decisions that were to agree",
            "{n} of {whole} decisions ({share}) were to agree", none="No decision{few} was to agree", share=True,
        ),
        Measure(
            "met", "goals_results", "met", "Goals {label}",
            "{n} of {whole} goals closed {over} were {label} ({share})",
            none="No goal{few} that was closed {over} was {label}", share=True, good="more", years=True,
        ),
        Measure(
            "higher", "goals_change", "higher", "Goals whose scores went up by enough to count",
            "{n} of {whole} goals closed {over} went up by enough to count ({share})",
            none="No goal{few} that was closed {over} went up by enough to count",
            share=True, good="more", years=True,
        ),
        Measure(
            "reviewed", "reviews", "in_quarter", "Open goals reviewed in the quarter",
            "{n} of {whole} open goals ({share}) were reviewed in the quarter",
            none="No open goal{few} was reviewed in the quarter", share=True, good="more",
        ),
        Measure(
            "never-reviewed", "reviews", "never", "Open goals never reviewed",
            "{n} of {whole} open goals ({share}) have never been reviewed",
            none="No open goal{few} has never been reviewed", share=True, good="fewer",
        ),
        Measure(
            "unmet", "unmet_hubs", "total", "Unmet needs found", "{n} needs were recorded as unmet",
            "{n} need was recorded as unmet", "No need{few} was recorded as unmet",
        ),
        Measure("unmet-areas", "unmet_reasons", "total", "Unmet needs found", "{n} needs were recorded as unmet"),
    )
}  # fmt: skip


def _shown(*tables: str) -> tuple[PageFigure, ...]:
    return tuple(FIGURES[table] for table in tables)


DASHBOARDS = (
    Dashboard(
        "overview",
        "Overview",
        "Is anything wrong that I must act on?",
        _shown("families", "leads"),
        trends=("open", "no-lead"),
        beside=("open",),
    ),
    Dashboard(
        "retention",
        "Retention",
        "Are we keeping anything longer than we promised, and what falls due next?",
        _shown("retention", "retention_next"),
        "past-date",
        ("past-date", "on-hold", "due-next"),
        ("past-date",),
        ("retention_next",),
    ),
    Dashboard(
        "sharing",
        "Sharing",
        "Was every share either agreed or for a recorded risk, and explained?",
        _shown("shares_judged", "shares", "shares_partners", "agreements"),
        "not-covered",
        ("not-covered", "at-risk", "agreed"),
        ("not-covered", "by-partner"),
    ),
    Dashboard(
        "outcomes",
        "Outcomes and unmet need",
        "Is support working for families' goals, and what need is unmet?",
        _shown("reviews", "goals_results", "goals_change", "unmet_hubs", "unmet_reasons"),
        "met",
        ("met", "reviewed", "unmet"),
        ("met", "reviewed", "unmet-areas"),
    ),
)


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
    Dashboard("returns", "Returns", "What did a partner send, what is wrong with it, and what waits for a person?", ()),
    Dashboard("setup", "Set up", "What has this council not said or confirmed yet?", ()),
)
