"""Find the Chromium that the tests of pages use: the system's, or the one that Playwright keeps."""

import os
import shutil
import time
from pathlib import Path

from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
KEPT = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
MISSING = "Chromium: no browser was found"


def program() -> Path | None:
    """The browser's program, or None."""
    found = [Path(path) for name in NAMES if (path := shutil.which(name))]
    found += [path for path in map(Path, APPLICATIONS) if path.exists()]
    for folder in (os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), *KEPT):
        if folder:
            found += sorted(Path(folder).expanduser().glob("chromium-*/chrome-*/chrome"), reverse=True)
            found += sorted(Path(folder).expanduser().glob("chromium-*/*/*.app/Contents/MacOS/*"), reverse=True)
    return found[0] if found else None


def becomes(page: Page, expression: str, timeout: float = 30_000) -> None:
    """Wait until an expression is true, on a page that lets nobody evaluate a text as `wait_for_function` does."""
    ends = time.monotonic() + timeout / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < ends, f"never true: {expression}"
        page.wait_for_timeout(50)
