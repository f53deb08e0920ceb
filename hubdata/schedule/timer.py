"""The timer for the machine: what systemd, cron or Windows is told so that what is due is run; it installs none.

The database's address and the mail server's settings stand in a private file (on Windows with the user's own
settings), which is told too, never with a password: a timer's text is read by others.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from hubdata.errors import BadParameter

KINDS = ("systemd", "cron", "windows")
MINUTES = 15
FILE = "/etc/hubdata/environment"
SETTINGS = {
    "HUBDATA_URL": "postgresql+psycopg://hub:***@db.example/hub",
    "HUBDATA_SMTP": "smtps://hub@mail.example:465",
    "HUBDATA_SMTP_FROM": "hub@council.example",
    "HUBDATA_SMTP_PASSWORD_FILE": "the private file with its password",
    "HUBDATA_LINK": "https://council.example/reports/",
}
NEEDS = (
    "HUBDATA_URL unless the hub is on SQLite in its home, the others if letters are sent; write the password for ***"
)


def told(kind: str, home: Path, params: Path, url: str | None = None) -> list[str]:
    """The lines to install, no password in them. Raises BadParameter if there is no such timer or address."""
    if kind not in KINDS:
        raise BadParameter(f"there is no timer for {kind!r}; allowed are {', '.join(KINDS)}")
    program = Path(sys.executable).with_name("hubdata.exe" if kind == "windows" else "hubdata")
    command = [str(program), "schedule", "run-due", "--home", str(home)]
    url = url or os.environ.get("HUBDATA_URL")
    address = {"HUBDATA_URL": _shown(home, url)} if url else {}
    writer = {"systemd": _systemd, "cron": _cron, "windows": _windows}[kind]
    return writer(command, {"HUBDATA_PARAMS": str(params)}, SETTINGS | address, bool(url)).splitlines()


def _shown(home: Path, url: str) -> str:
    """The address, with *** for its password."""
    # SQLAlchemy: half a second that only an address should take
    from hubdata.records.opening.address import address_of

    address = address_of(home, url)
    if address.get_backend_name() == "sqlite":
        address = address.set(database=str(Path(address.database or "").absolute()))
    secrets = {name: "***" for name in address.query if "password" in name.lower()}
    return address.update_query_dict(secrets).render_as_string(hide_password=True)


def _file(settings: dict[str, str], needed: bool) -> str:
    """What the private file holds; systemd and a shell read its quotes alike."""
    lines = "\n".join(f"#   {name}={shlex.quote(value)}" for name, value in settings.items())
    must = "; without it no report is made" if needed else ""
    return f"""\
# {FILE}, of the hub's own user and mode 0600{must}. In it, as below but without #:
# {NEEDS}.
{lines}"""


def _systemd(command: list[str], params: dict[str, str], settings: dict[str, str], needed: bool) -> str:
    run = " ".join(_quoted(word).replace("$", "$$") for word in command)  # $ begins a variable in a command
    values = " ".join(_quoted(f"{name}={value}") for name, value in params.items())
    return f"""\
# /etc/systemd/system/hubdata-schedule.service
# User is the hub's own.
[Unit]
Description=Family Hub reports that are due
After=network-online.target

[Service]
Type=oneshot
User=hubdata
Environment={values}
EnvironmentFile={"" if needed else "-"}{FILE}
ExecStart={run}
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes

# /etc/systemd/system/hubdata-schedule.timer
[Unit]
Description=Looks every {MINUTES} minutes which Family Hub reports are due

[Timer]
OnCalendar=*:0/{MINUTES}
Persistent=true
RandomizedDelaySec=60

[Install]
WantedBy=timers.target

{_file(settings, needed)}

# then: systemctl daemon-reload && systemctl enable --now hubdata-schedule.timer
"""


def _quoted(word: str) -> str:
    """A word as systemd reads it: % begins a specifier there."""
    said = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{said}"'


def _cron(command: list[str], params: dict[str, str], settings: dict[str, str], needed: bool) -> str:
    values = [f"{name}={value}" for name, value in params.items()]
    run = shlex.join(["env", *values, *command]).replace("%", "\\%")  # cron's own newline
    read = f". {FILE}" if needed else f"if [ -e {FILE} ]; then . {FILE}; fi"
    return f"""\
{_file(settings, needed)}
# crontab -e, as the hub's own user. What was missed while the machine was off is made up for at the next run.
*/{MINUTES} * * * * {{ set -ae; {read}; {run}; }} 2>&1 | logger -t hubdata-schedule
"""


def _windows(command: list[str], params: dict[str, str], settings: dict[str, str], _: bool) -> str:
    program, *arguments = command
    stored = "\n".join(f'setx {name} "{value}"' for name, value in (params | settings).items())
    about = f"""\
Family Hub reports that are due. What it needs is set by its own user, once: HUBDATA_PARAMS;
{NEEDS}.
{stored}
"""
    return f"""\
<?xml version="1.0"?>
<!-- hubdata-schedule.xml; then: schtasks /Create /TN hubdata-schedule /XML hubdata-schedule.xml
     and once, as the hub's own user, the setx lines of the description (write &amp; there as the sign alone). -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>{escape(about)}</Description></RegistrationInfo>
  <Triggers><TimeTrigger><StartBoundary>2026-01-01T00:00:00</StartBoundary>
    <Repetition><Interval>PT{MINUTES}M</Interval></Repetition></TimeTrigger></Triggers>
  <Settings><StartWhenAvailable>true</StartWhenAvailable>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy></Settings>
  <Actions><Exec><Command>{escape(program)}</Command>
    <Arguments>{escape(subprocess.list2cmdline(arguments))}</Arguments></Exec></Actions>
</Task>
"""
