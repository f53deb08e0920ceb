"""A family's copy of a decision in a browser: readable by everyone, and it asks for nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.sharing import receipt
from tests.support.ascii import load


@pytest.fixture
def address(sqlite_hub: Hub) -> str:
    """A receipt's page."""
    load(
        sqlite_hub,
        agreements="""
        covers | recipients  | exclusions
        P1     | NHFT;SCHOOL | risk_to_person
    """,
    )
    return Path(receipt.make(sqlite_hub, "A1", "P1", By("tester", None, date(2026, 3, 1))).page).as_uri()


def test_a_receipt_is_readable_by_everyone(page: Page, violations: Callable[[], list[str]], address: str):
    page.goto(address)

    assert page.title() == page.locator("h1").inner_text() == "Your agreement receipt"
    assert violations() == []


def test_a_receipt_asks_for_nothing_and_fits_a_telephone(page: Page, requests_made: list[str], address: str):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)

    assert requests_made == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
