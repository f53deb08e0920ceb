"""The front door for a notebook: frames, SQL, findings and explanations over frozen records, on both databases."""

import subprocess
import sys
from datetime import date

import pandas as pd
import pytest

import hubdata
from hubdata.errors import BadParameter, Refused
from hubdata.records import ledger
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.rules import findings, judge
from hubdata.workbench import states
from hubdata.workbench.hub import OpenHub
from hubdata.workbench.view import View
from tests.support import hubs
from tests.support.ascii import load

DAY = "2026-09-30"


def fill(hub: Hub) -> Hub:
    load(
        hub,
        organisations="""
        organisation | name          | kind         | sharing_agreement_from
        NNC          | The Council   | lead_partner | 2020-01-01
        SCH          | Made-up Sch.  | partner      | 2020-01-01
    """,
        practitioners="""
        practitioner | organisation | name
        W1           | NNC          | Wanda Worker
    """,
        families="""
        family | hub   | opened_on  | closed_on
        F1     | corby | 2026-01-05 |
        F2     | corby | 2019-01-07 | 2020-02-29
    """,
        people="""
        person | family | role         | given_name | family_name
        P1     | F1     | parent_carer | Quillon    | Hiddenname
    """,
        leads="""
        family | practitioner | started_on
        F1     | W1           | 2026-01-05
    """,
        agreements="""
        agreement | family | given_by | covers | decision  | purpose     | recipients | categories    | decided_on
        A1        | F1     | P1       | P1     | agreed    | hub_working | SCH        | support_needs | 2026-01-05
        A2        | F1     | P1       | P1     | withdrawn | hub_working |            |               | 2026-05-01
    """,
        shares="""
        share | family | about | to_organisation | route      | purpose     | categories    | shared_on  | agreement
        S1    | F1     | P1    | SCH             | within_hub | hub_working | support_needs | 2026-02-01 | A1
        S2    | F1     | P1    | SCH             | within_hub | hub_working | support_needs | 2026-06-01 | A1
    """,
    )
    return hub


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    return fill(hubs.empty(tmp_path_factory.mktemp("told") / "hub"))


@pytest.fixture(scope="module")
def view(told: Hub) -> View:
    return OpenHub(told).as_at(DAY)


def test_a_table_is_a_plain_frame_with_days_booleans_lists_and_categories(view: View):
    families, shares = view.families, view.shares

    assert isinstance(families, pd.DataFrame) and type(families.head(1)) is pd.DataFrame
    assert families["opened_on"].dtype == "datetime64[ms]" and families["has_closure_reason"].dtype == "bool"
    assert families.query("closed_on < '2021-01-01'")["family"].tolist() == ["F2"]
    assert shares["route"].dtype == "category" and "legal_duty" in shares["route"].cat.categories
    assert shares.explode("about")["about"].tolist() == ["P1", "P1"]
    assert view.labels("shares", "route")["legal_duty"] and view.labels("shares", "share") == {}


def test_frames_are_what_a_snapshot_carries_and_changing_one_changes_no_other(view: View, told: Hub):
    held = snapshots.take(told)
    mine = view.families
    mine["family"] = "gone"

    assert view.sha256 == held.sha256 and view.arrow("families").equals(held.tables["families"])
    assert view.families["family"].tolist() == ["F1", "F2"]
    assert {*view.tables} == {*held.tables} and set(view.tables) <= set(dir(view))
    assert view.tables["people"]["column"].tolist() == ["person", "family", "role", "recorded_at"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda view: view.people.given_name,
        lambda view: view.people["date_of_birth"],
        lambda view: view.people[["person", "family_name"]],
        lambda view: view.shares["reason"],
        lambda view: view.labels("people", "given_name"),
        lambda view: view.sql("SELECT given_name FROM people"),
        lambda view: view.sql("SELECT p.reason FROM shares p"),
    ],
)
def test_a_name_or_a_free_text_is_refused_with_where_to_look_it_up(view: View, ask):
    with pytest.raises(BadParameter, match=r"at the desk or with `hubdata family show`, with a reason"):
        ask(view)


def test_no_name_is_anywhere_in_what_a_view_holds_or_shows(view: View):
    shown = [view.table(name)._repr_html_() + repr(view.table(name)) for name in view.tables]
    shown += [view.explain("SH03", "S2")._repr_html_(), repr(view.findings()), view.tables._repr_html_()]

    assert not [text for text in shown if "Quillon" in text or "Hiddenname" in text or "Wanda" in text]


def test_findings_are_those_of_the_rules_as_known_on_a_day_too(view: View, told: Hub):
    said = findings.list_findings(snapshots.take(told), date(2026, 9, 30), ("sharing",))

    found = view.findings("sharing")

    assert found["code"].tolist() == [one.code for one in said] and "SH03" in found["code"].tolist()
    assert found.set_index("code").loc["SH03", "first_seen"] == pd.Timestamp("2026-06-01")
    assert OpenHub(told).as_at(DAY, known_at="2019-12-31").findings("sharing").empty
    with pytest.raises(BadParameter, match="there is no rule family"):
        view.findings("nonsense")


def test_a_persons_state_is_that_of_the_day_and_a_look(hub: Hub):
    view = OpenHub(fill(hub)).as_at(DAY)

    states = [
        view.agreement_state("P1", "hub_working", "SCH", day)["state"].item()
        for day in ("2025-12-31", "2026-02-01", "2026-05-01")
    ]
    view.lead("F1", "2026-03-01", reason="who leads in March")

    assert states == ["no_decision", "agreed", "withdrawn"]
    assert view.agreement_state("P1", "hub_working", "NNC", "2026-02-01")["state"].item() == "not_named"
    with hub.read() as connection:
        looks = ledger.said(connection, ("agreement.list", "family.leads"))
    assert looks == [{"family": "F1"}] * 5


def test_the_lead_and_what_is_due_are_those_of_the_commands(view: View):
    lead, due = view.lead("F1"), view.due()

    assert lead["practitioner"].tolist() == ["W1"] and view.lead("F2").empty
    assert due[["family", "state"]].values.tolist() == [["F2", "due"]]
    assert due["due_on"].item() == pd.Timestamp("2025-02-28") and due["days_past"].item() == 579


def test_an_explanation_has_the_sentence_the_row_the_decision_and_the_sql(view: View):
    told = view.explain("SH03", "S2")

    assert told.says == "SH03" and "withdrawn" in told.sentence and told.sql == judge.sql("sharing")
    assert told.row["share"].item() == "S2" and told.decision["agreement"].item() == "A2"
    assert "decision A2 (withdrawn) of 1 May 2026" in told.evidence[0]
    assert view.explain("SH03", "S1").says != "SH03" and "Not SH01, but SH03" in view.explain("SH01", "S2").finding


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda hub, view: hub.as_at(20260930), "is not a date"),
        (lambda hub, view: hub.as_at("2026-02-30"), "is not a day in the calendar"),
        (lambda hub, view: view.arrow("nothing"), "no table 'nothing'; it has organisations"),
        (lambda hub, view: view.explain("SH99", "S1"), "no rule 'SH99'"),
        (lambda hub, view: view.explain("SH01", "S9"), "judged no row 'S9'"),
        (lambda hub, view: view.lead("F9"), "no family 'F9'"),
        (lambda hub, view: view.agreement_state("P9", "hub_working", "SCH", DAY), "no person 'P9'"),
        (lambda hub, view: view.agreement_state("P1", "fun", "SCH", DAY), "no purpose 'fun'; allowed are hub_working"),
        (lambda hub, view: view.agreement_state("P1", "hub_working", "XYZ", DAY), "no organisation 'XYZ'"),
        (lambda hub, view: view.figure("nothing", "x"), "no report 'nothing'"),
        (lambda hub, view: view.figure("retention", "x"), "no figure 'x'; it has"),
        (lambda hub, view: view.figure("retention", "holds", hub="nowhere"), "hub 'nowhere' is not known"),
        (lambda hub, view: view.labels("shares", "nothing"), "no column 'nothing'"),
        (lambda hub, view: view.due(hub="nowhere"), "hub 'nowhere' is not known"),
    ],
)
def test_what_is_asked_wrongly_is_answered_in_a_sentence(told: Hub, view: View, ask, said):
    with pytest.raises(BadParameter, match=said):
        ask(OpenHub(told), view)


def test_a_view_is_judged_by_what_its_own_hub_decided(tmp_path):
    hub = fill(hubs.empty(tmp_path / "hub"))
    decided = "{value: 30, from: 2026-01-01, source: The board, last_checked: 2026-01-01}"
    (hub.home / "decisions").mkdir(exist_ok=True)
    (hub.home / "decisions" / "retention.stale_after_days.yaml").write_text(
        f"retention.stale_after_days:\n  unit: days\n  values:\n    - {decided}\n", "utf-8"
    )

    view = OpenHub(hub).as_at(DAY)

    assert "RT03" in view.findings("retention")["code"].tolist()
    assert view.explain("RT03", "F1").values["retention_stale_after_days"] == 30
    assert states.of_family(view._records, "F1").decided.digest == view._records.decided.digest != ""


def test_a_view_does_not_move_when_the_hub_does(hub: Hub):
    view = OpenHub(fill(hub)).as_at(DAY)

    load(hub, families="family | hub | opened_on\nF3 | corby | 2026-09-01")

    assert view.families["family"].tolist() == ["F1", "F2"]
    assert view.sql("SELECT count(*) AS families FROM families")["families"].item() == 2


def test_a_cell_that_could_be_markup_is_escaped_and_unknown_is_not_zero(view: View):
    shown = view.sql("SELECT '<script>' AS a, NULL AS b, 1234567 AS c, DATE '2026-09-30' AS d, 0.5 AS e")._repr_html_()

    assert "&lt;script&gt;" in shown and "<script>" not in shown
    assert all(said in shown for said in ("[x]", "1,234,567", "30 September 2026", "0.5"))


def test_a_figure_and_the_board_are_the_reports_own(tmp_path):
    with OpenHub(hubs.filled(tmp_path / "hub", 40)) as hub:
        view = hub.as_at(DAY)
        figure, board = view.figure("retention", "states_by_hub"), view.promises()

        assert figure["total"].sum() == len(view.families) and "by hub" in figure._repr_html_()
        assert board["promise"].tolist() == [f"P{number}" for number in range(1, 13)]
        assert board["findings"].sum() > 0


def test_what_is_disclosed_hides_small_counts_and_counts_rows_itself():
    frame = pd.DataFrame(
        {"area": ["a"] * 30 + ["b"] * 22, "result": ["met"] * 28 + ["not"] * 2 + ["met"] * 11 + ["not"] * 11}
    )

    shown = hubdata.disclose(frame, "area", "result")

    assert shown.loc[0, "not"] == "[c]" and shown.loc[2, "Total"] == 52
    assert "nobody remembers this table" in shown._repr_html_()
    with pytest.raises(BadParameter, match="no column 'nothing'; the frame has 'area', 'result'"):
        hubdata.disclose(frame, "area", "nothing")


def test_what_is_disclosed_with_a_hub_is_remembered_there_and_the_next_that_would_tell_is_refused(sqlite_hub):
    frame = pd.DataFrame({"area": ["a"] * 30 + ["b"] * 22, "result": ["met"] * 20 + ["not"] * 20 + ["met"] * 12})

    with hubdata.open(sqlite_hub.home) as hub:
        kept = hubdata.disclose(frame, "area", "result", hub=hub, reason="for the board")
        with pytest.raises(Refused, match="one to four records"):
            hubdata.disclose(frame.iloc[:-1], "area", "result", hub=hub)

    assert "is in the release ledger now" in kept._repr_html_()


def test_a_hub_that_is_not_there_is_said_and_the_door_itself_is_light(tmp_path):
    with pytest.raises(
        hubdata.errors.HubError if hasattr(hubdata, "errors") else Exception, match="there is no hub at"
    ):
        hubdata.open(tmp_path / "nowhere")
    light = "import sys, hubdata; sys.exit(bool({'pandas', 'sqlalchemy', 'duckdb'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", light], check=False).returncode == 0


@pytest.mark.parametrize(
    "asks",
    [
        lambda view: view.sql(5),
        lambda view: view.findings(5),
        lambda view: view.rule(5),
        lambda view: hubdata.disclose(5, "hub", "hub"),
        lambda view: hubdata.open(5),
    ],
    ids=["sql", "findings", "rule", "disclose", "open"],
)
def test_what_is_of_another_kind_is_refused_in_a_sentence(view: View, asks):
    with pytest.raises(BadParameter, match=r"not int") as refused:
        asks(view)

    assert "\n" not in str(refused.value)


def test_a_notebook_completes_the_front_door_and_no_room_behind_it():
    assert dir(hubdata) == ["__version__", "disclose", "load_ipython_extension", "open"]
