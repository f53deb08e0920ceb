"""Bring what the tests need from the system, PostgreSQL, Chromium and a proxy, where it is missing and this user may.

It must never fail a run: tests whose needs are not met are skipped, and the run's last lines say so.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support import chromium, postgresql

MINUTES = 10
HERE = Path(__file__).parent
SYSTEM = "/usr/sbin:/usr/bin"
OPENIDC = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")


def _run(*command: str | Path, **environment: str) -> bool:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MINUTES * 60,
            env=os.environ | environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _debian_package(*names: str) -> bool:
    """Install Debian packages, if this is Debian and this user is root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Bringing {' and '.join(names)} for the tests (apt-get, some minutes) ...", flush=True)
    brief = ("-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30")
    _run("apt-get", *brief, "update")
    install = ("install", "--no-install-recommends", *names)
    return _run("apt-get", *brief, *install, DEBIAN_FRONTEND="noninteractive")


def _python_package(lock: Path) -> bool:
    """Install a locked Python package into this environment."""
    print(f"Bringing {lock.stem} for the tests (a Python package, into .venv) ...", flush=True)
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock)
    return _run(*pip)


def main() -> None:
    """Bring them; say only what was tried, the test run itself says what stayed untested."""
    if not postgresql.programs():
        _debian_package("postgresql")
    if not postgresql.programs():
        _python_package(HERE / "postgresql.lock")
    if not chromium.program():
        _debian_package("chromium")
    if not shutil.which("apache2", path=SYSTEM) or not OPENIDC.exists():
        _debian_package("apache2", "libapache2-mod-auth-openidc")
    if not shutil.which("shellcheck"):
        _debian_package("shellcheck")


if __name__ == "__main__":
    main()
