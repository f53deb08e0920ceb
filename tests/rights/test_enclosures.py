"""The letter that came: kept encrypted with its request, shown for a reason that is logged, erased with the record."""

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata.errors import BadParameter, HubError, Refused
from hubdata.records import ledger
from hubdata.records.coverage.verify import verify
from hubdata.records.store import Hub
from hubdata.retention import disposal
from hubdata.rights import register, sweep
from hubdata.rights.letters import enclose
from hubdata.rights.register import Event
from tests.rights.test_copy import ask, filled, given, withhold_all
from tests.rights.test_letters import OFFICER, complain
from tests.support import returns

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)
PDF = b"%PDF-1.7\nAnneliese Canary, 12 Larch Lane, asks\x00\xff" + os.urandom(2_000)
WHY = replace(OFFICER, reason="to see what she asks")


@pytest.fixture
def family(hub: Hub) -> Hub:
    return filled(hub)


@pytest.fixture
def on_sqlite(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def came(place: Path, content: bytes = PDF, name: str = "Anneliese Canary.pdf") -> Path:
    (place / name).write_bytes(content)
    return place / name


def test_what_came_is_kept_encrypted_and_opened_for_a_reason_that_is_logged(family: Hub, tmp_path: Path):
    request = ask(family)

    kept = enclose.enclose(family, request, came(tmp_path), OFFICER)
    shown = enclose.show(family, kept.enclosure, WHY)

    assert Path(shown.file).read_bytes() == PDF and Path(shown.file).stat().st_mode & 0o777 == 0o600
    assert Path(shown.file).suffix == ".pdf" and "Anneliese" not in Path(shown.file).name
    assert enclose.enclosed(family, request) == [kept] and (kept.media, kept.size) == ("pdf", len(PDF))
    with family.read() as connection:
        entries = ledger.entries(connection, 2)
    assert [one["action"] for one in entries] == ["rights.enclosed", "rights.enclose"]
    assert entries[0]["said"]["reason"] == WHY.reason and entries[0]["said"]["detail"]["enclosure"] == kept.enclosure
    assert "Larch" not in str(returns.rows(family, "enclosures")) + str(entries)
    assert verify(family).faults == []


def test_without_a_reason_nothing_is_opened(on_sqlite: Hub, tmp_path: Path):
    kept = enclose.enclose(on_sqlite, ask(on_sqlite), came(tmp_path), OFFICER)

    for reason in (None, "N/A", "..."):
        with pytest.raises(BadParameter, match="a look at what came needs a reason"):
            enclose.show(on_sqlite, kept.enclosure, replace(OFFICER, reason=reason))
    assert not list((on_sqlite.home / "work").rglob("enclosed-*"))


NOT_KEPT = (
    (b"", "is empty"),
    (b"%PDF-" + bytes(5 << 20), "at most 5 MB"),
    (b"MZ\x90\x00\x03", "of a kind that is not kept; it can be a PDF document"),
    (b"PK\x03\x04 an archive of other things", "of a kind that is not kept"),
    (b"\xff\xfe\x00\x01", "of a kind that is not kept"),
)
KINDS = (
    (b"From: A <a@example.org>\nSubject: please\n\nA copy.", "email"),
    ("Please send me a copy – Søn".encode(), "text"),
    (b"\x89PNG\r\n\x1a\n\x00", "png"),
    (b"\xff\xd8\xff\xe0\x00", "jpeg"),
)


def test_a_file_that_is_not_kept_is_refused_without_its_name(on_sqlite: Hub, tmp_path: Path):
    request = ask(on_sqlite)

    for content, why in NOT_KEPT:
        with pytest.raises(BadParameter, match=why) as refused:
            enclose.enclose(on_sqlite, request, came(tmp_path, content), OFFICER)
        assert "Anneliese" not in str(refused.value)
    assert returns.rows(on_sqlite, "enclosures") == []


def test_what_is_not_there_or_of_another_is_refused(on_sqlite: Hub, tmp_path: Path):
    request, path = ask(on_sqlite), came(tmp_path)
    complaint = complain(on_sqlite)
    kept = enclose.enclose(on_sqlite, complaint, path, OFFICER, "complaint")

    for call, why in (
        (lambda: enclose.enclose(on_sqlite, request, tmp_path / "Anneliese.pdf", OFFICER), "cannot be read"),
        (lambda: enclose.enclose(on_sqlite, request, tmp_path, OFFICER), "is empty, or is none"),
        (lambda: enclose.enclose(on_sqlite, "Q0", path, OFFICER), "the register has no request 'Q0'"),
        (lambda: enclose.enclose(on_sqlite, complaint, path, OFFICER), "the register has no request"),
        (lambda: enclose.show(on_sqlite, kept.enclosure, WHY), "the register has no request"),
        (lambda: enclose.show(on_sqlite, "A0", WHY), "nothing that came has the reference 'A0'"),
    ):
        with pytest.raises(BadParameter, match=why) as refused:
            call()
        assert "Anneliese" not in str(refused.value)
    with pytest.raises(Refused, match="lies before the request came"):
        enclose.enclose(on_sqlite, request, path, OFFICER, came_on=TODAY - timedelta(days=1))


def test_the_kind_is_told_by_what_is_in_it(on_sqlite: Hub, tmp_path: Path):
    request = ask(on_sqlite)

    for content, media in KINDS:
        assert enclose.enclose(on_sqlite, request, came(tmp_path, content, "letter.exe"), OFFICER).media == media


def test_what_was_altered_or_put_into_another_row_does_not_open(on_sqlite: Hub, tmp_path: Path):
    request = ask(on_sqlite)
    one, two = (enclose.enclose(on_sqlite, request, came(tmp_path), OFFICER) for _ in range(2))
    with on_sqlite.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER enclosures_no_update")
        connection.execute(
            text("UPDATE enclosures SET content = (SELECT content FROM enclosures WHERE enclosure = :two)"),
            {"two": two.enclosure},
        )

    with pytest.raises(HubError, match="has been altered"):
        enclose.show(on_sqlite, one.enclosure, WHY)
    assert not list((on_sqlite.home / "work").rglob("enclosed-*"))


def test_what_was_opened_is_deleted_the_day_after(on_sqlite: Hub, tmp_path: Path):
    kept = enclose.enclose(on_sqlite, ask(on_sqlite), came(tmp_path), OFFICER)
    inside, outside = (
        enclose.show(on_sqlite, kept.enclosure, WHY),
        enclose.show(on_sqlite, kept.enclosure, WHY, out=tmp_path),
    )

    assert sweep.sweep(on_sqlite, OFFICER).left_behind == []
    gone = sweep.sweep(on_sqlite, replace(OFFICER, as_at=inside.delete_on)).left_behind

    assert len(gone) == 2 and not Path(inside.file).exists() and not Path(outside.file).exists()


def test_it_stands_in_the_persons_copy_and_its_content_does_not(on_sqlite: Hub, tmp_path: Path):
    request = ask(on_sqlite)
    kept = enclose.enclose(on_sqlite, request, came(tmp_path), OFFICER)
    withhold_all(on_sqlite, request)

    page, said, _ = given(on_sqlite, request)

    [row] = said["held"]["enclosures"]["rows"]
    assert (
        row["enclosure"]["value"] == kept.enclosure and "content" not in row and "What came with your request" in page
    )
    assert {one["column"] for one in said["never_in_a_copy"] if one["table"] == "enclosures"} == {"content"}


def test_it_goes_with_the_familys_record_and_not_while_that_is_on_hold(family: Hub, tmp_path: Path):
    request = ask(family)
    enclose.enclose(family, request, came(tmp_path), OFFICER)
    with pytest.raises(Exception, match="on hold"), family.engine.begin() as connection:
        connection.execute(text("DELETE FROM enclosures"))
    register.event(family, request, Event("", "withdrawn", TODAY), OFFICER)

    with family.write(ledger.Act("spec", "tester", "a disposal", "spec.delete")) as connection:
        gone = disposal.delete(connection, ["F1"], family.key("erasures"))

    assert gone["enclosures"] == 1 and returns.rows(family, "enclosures") == []
    assert verify(family).faults == []
