"""Find the Chromium that the tests of pages use: the system's, or the one that Playwright keeps."""

import os
import shutil
from pathlib import Path

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
