"""Every table and column is the contract's, has its passport, and is what the migrations make."""

import re
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hubdata import policy, terms
from hubdata.records import store
from hubdata.records.tables import contract
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES, Person, passport, registers

CONTRACT = {
    "organisations": "organisation* name* kind* duty_class sharing_agreement_from sharing_agreement_to rights_contact "
    "retention_policy",
    "practitioners": "practitioner* organisation* name* work_email active_from active_to",
    "families": "family* hub* opened_on* closed_on closure_reason",
    "people": "person* family* role* given_name* family_name* date_of_birth died_on",
    "involvements": "family* organisation* started_on* ended_on last_contact_on partner_reference",
    "leads": "family* practitioner* started_on* ended_on",
    "goals": "goal* family* area* instrument* set_on* closed_on result",
    "reviews": "goal* reviewed_on* score* perspective*",
    "needs": "need* family* area* identified_on* status* reason organisation",
    "agreements": "agreement* family* given_by* covers* decision* purpose* recipients categories exclusions "
    "discussed_on decided_on* expires_on method taken_by* notice_version* supersedes supersedes_as",
    "shares": "share* family* about* from_organisation* to_organisation* route* purpose* categories* shared_on* "
    "discussed_on agreement decided_by* reason risk_to told_family told_on not_told_reason supersedes",
}
LISTS = {
    "organisations.kind": "lead_partner,partner,council_service,outside",
    "organisations.duty_class": "section_11,education_childcare,commissioned,none",
    "people.role": "child,parent_carer,expectant_parent,other_adult",
    "goals.result": "met,partly_met,not_met,withdrawn",
    "reviews.perspective": "family,worker,child",
    "needs.status": "met,unmet,declined",
    "agreements.decision": "agreed,refused,withdrawn,no_response,not_sought",
    "agreements.purpose": "hub_working,additional_support,evaluation",
    "agreements.method": "written,verbal,electronic",
    "shares.route": "within_hub,additional_support,without_agreement,legal_duty",
    "shares.told_family": "yes,no,not_yet",
}
CATEGORIES = (
    "contact_details family_members lead_worker support_needs goals_progress service_involvement appointments "
    "risk_to_person"
)
COLUMNS = [(table.name, column.name) for table in TABLES.values() for column in table.c]
KINDS = {"text", "code", "reference", "references", "codes", "date", "instant", "score"}


def test_the_contracts_tables_are_all_there_in_its_order():
    assert tuple(CONTRACT) == CONTRACT_TABLES
    assert set(TABLES) >= set(CONTRACT) | {"holds", "returns", "chain", "payloads"}


@pytest.mark.parametrize("table", CONTRACT)
def test_a_table_has_the_contracts_columns_and_no_other(table):
    listed = CONTRACT[table].split()
    assert [column.name for column in TABLES[table].c] == [name.rstrip("*") for name in listed] + ["recorded_at"]
    required = {name.rstrip("*") for name in listed if name.endswith("*")}
    assert {column.name for column in TABLES[table].c if not column.nullable} == required | {"recorded_at"}


@pytest.mark.parametrize("name", LISTS)
def test_a_closed_list_is_the_contracts(name):
    table, column = name.split(".")
    words = {term.__name__: term for term in terms.terms()}[passport(table, column).allowed]
    assert ",".join(words) == LISTS[name]


def test_categories_and_areas_are_the_contracts():
    in_force = policy.load()
    assert " ".join(in_force.value("categories", date(2026, 11, 22))) == CATEGORIES
    assert len(in_force.value("areas", date(2026, 11, 22))) == 10


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_has_its_passport(table, column):
    card = passport(table, column)
    assert re.match(r"(P\d+(, P\d+)*|Law \d): \S|Law 2", card.purpose), card.purpose
    assert card.sensitivity in {"open", "reference", "personal", "identifying", "free_text", "sealed"}
    assert re.fullmatch(r"include|exclude: \S.+", card.access)
    assert card.retention in {"family", "reference", "ledger", "certificates"}
    assert card.statistics in {"none", "breakdown", "count", "quarter", "measure"}
    assert card.kind in KINDS


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_what_a_passport_allows_exists(table, column):
    card = passport(table, column)
    if card.kind in ("reference", "references") and card.allowed != "exclusions":
        assert not card.allowed or card.allowed in TABLES
    if card.kind in ("code", "codes") and card.allowed:
        assert card.allowed in {term.__name__ for term in terms.terms()} | set(policy.load().names())


def test_a_register_stands_in_the_passports_of_the_columns_that_it_names_and_nowhere_else():
    """The desk, its answers, a mapping and a copy each had a map of their own, and they differed."""
    carried = {f"{t}.{c}": passport(t, c).register for t, c in COLUMNS if passport(t, c).register}

    assert set(carried.values()) <= set(policy.load().names())
    assert {name: carried[name] for name in carried if passport(*name.split(".")).named_in} == {
        "families.hub": "hubs",
        "goals.instrument": "instruments",
        "agreements.notice_version": "notice_versions",
        "needs.reason": "need_reasons",
    }
    assert registers() == {
        "area": "areas",
        "areas": "areas",
        "categories": "categories",
        "exemption": "rights.exemptions",
        "hub": "hubs",
        "hubs": "hubs",
        "instrument": "instruments",
        "notice_version": "notice_versions",
    }


def test_names_contacts_and_dates_of_birth_are_identifying():
    wanted = {
        "practitioners.name",
        "practitioners.work_email",
        "people.given_name",
        "people.family_name",
        "people.date_of_birth",
        "people.died_on",
        "identifiers.identifier",
        "involvements.partner_reference",
    }
    assert wanted == {f"{t}.{c}" for t, c in COLUMNS if passport(t, c).sensitivity == "identifying"}


def test_every_word_of_every_list_has_a_label():
    assert all(word.label and word.label != word for term in terms.terms() for word in term)


def test_a_record_shows_its_reference_only():
    shown = repr(Person(person="P1", family="F1", given_name="Namecanary", family_name="Namecanary"))
    assert shown == "<people P1>"


def _declared(_object, name: str, _kind: str, reflected: bool, _compared) -> bool:
    """All but what a server's database fills in by itself: of which hub a row is, and how that is found."""
    return not (reflected and (name == "hub" or str(name).endswith("_hub")))


def test_the_migrations_make_the_records(hub):
    asked = {"compare_type": True, "compare_server_default": True, "include_object": _declared}
    with hub.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=asked)
        assert compare_metadata(context, contract.metadata) == []


def test_the_schema_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "hubdata/records/migrations")
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == store.SCHEMA
    assert {revision.revision for revision in script.walk_revisions()} == set(store.KNOWN)
