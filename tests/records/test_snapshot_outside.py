"""Free text that says how to reach or to number a person is recognised, by both databases alike; other text is not."""

import pytest
from sqlalchemy import text

from hubdata.records.snapshot import outside
from hubdata.records.store import Hub

SAYS = {
    "e-mail address": ("write to jo@example.org", "JO.B+1@EX.CO.UK."),
    "telephone number": (
        "07700900123",
        "ring 07700 900123.",
        "01632 960 001",
        "(01632) 960001",
        "020 7946 0123",
        "+44 7700 900123",
        "+44(0)1632 960001",
        "0770 090 0123",
        "07700-900-123",
        "01632 96001",
        "tel:01632960001",
        "(01604) 12 34 56",
        "01604  123456",
        "01604 12\u201334\u201356",
        "0114 2726444",
        "07700 90 01 23",
        "0044 1604 123456",
        "0800 1111",
        "ring 08001111, she said",
        "0800 11 11",
        "0808 800 5000",
        "08457 909090",
        "0845 790 9090",
    ),
    "postcode": ("at NN14 1ZZ", "nn141zz", "N1 1ZZ,", "SW1A 1AA", "W1A 0AX", "EC1A1BB", "B12 3HD"),
    "unique pupil number": ("H801200001001", "his UPN is h801200001001.", "A 12345678901B"),
    "number of ten digits": ("999 000 0123", "9990000123", "NHS 999-000-0123."),
    "National Insurance number": ("AB123456C", "ab 12 34 56 c", "his is AB123456C, hers not"),
}
SAYS_NOT = (
    "A child may be at risk of harm at home",
    "no_service",
    "2020-03-02 2021-04-05",
    "on 3 March 2026 at 09:30",
    "F000012; S000123",
    "request Q1a2b3c4d5e",
    "met @ home",
    "12345678",
    "seen 5 times in 2026, 1st time at 8",
    "room 12 3rd floor",
    "section 16LA",
    "09434765919999",
    "AB1 of 2",
    "12.30 to 13.45",
    "open 0830-1130",
    "from 0800 1600 on weekdays",
    "between 01/02/2026 and 03/04/2026",
    "S0800123456789",
    "request Q0123456789012",
    "I123456789012",
    "2026-01-02 08:00 11:11",
    "",
)


@pytest.fixture
def kind_of(hub: Hub):
    """What a database says of one text."""
    said = "SELECT CAST(:said AS VARCHAR(500)) AS said"
    plain = f"SELECT {outside._plain('said')} AS said, said AS whole FROM ({said}) AS given"
    kinds = outside._kinds("said", hub.dialect)
    signs = " OR ".join(outside._like("whole", sign, hub.dialect) for sign in outside.SIGNS)
    query = f"SELECT CASE WHEN {signs} THEN {kinds} END FROM ({plain}) AS plain"

    def ask(said: str) -> str | None:
        with hub.read() as connection:
            return connection.execute(text(query), {"said": said}).scalar()

    return ask


def test_what_reaches_or_numbers_a_person_is_recognised_and_nothing_else(kind_of):
    wanted = {said: kind for kind, texts in SAYS.items() for said in texts} | dict.fromkeys(SAYS_NOT)

    assert {said: kind_of(said) for said in wanted} == wanted
