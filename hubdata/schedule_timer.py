"""The timer for the machine: what systemd, cron or Windows is told so that what is due is run; it installs none."""

import shlex
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from hubdata.errors import BadParameter

KINDS = ("systemd", "cron", "windows")
MINUTES = 15


def told(kind: str, home: Path, params: Path) -> list[str]:
    """The lines to install. Raises BadParameter if there is no such timer."""
    if kind not in KINDS:
        raise BadParameter(f"there is no timer for {kind!r}; allowed are {', '.join(KINDS)}")
    program = Path(sys.executable).with_name("hubdata.exe" if kind == "windows" else "hubdata")
    command = [str(program), "schedule", "run-due", "--home", str(home)]
    return {"systemd": _systemd, "cron": _cron, "windows": _windows}[kind](command, params).splitlines()


def _systemd(command: list[str], params: Path) -> str:
    run = " ".join(_quoted(word).replace("$", "$$") for word in command)  # $ begins a variable in a command
    return f"""\
# /etc/systemd/system/hubdata-schedule.service
# User is the hub's own; the database's address and the mail server's password belong in the file below, 0600.
[Unit]
Description=Family Hub reports that are due
After=network-online.target

[Service]
Type=oneshot
User=hubdata
Environment={_quoted(f"HUBDATA_PARAMS={params}")}
EnvironmentFile=-/etc/hubdata/environment
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

# then: systemctl daemon-reload && systemctl enable --now hubdata-schedule.timer
"""


def _quoted(word: str) -> str:
    """A word as systemd reads it: % begins a specifier there."""
    said = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{said}"'


def _cron(command: list[str], params: Path) -> str:
    run = shlex.join(["env", f"HUBDATA_PARAMS={params}", *command]).replace("%", "\\%")  # cron's own newline
    return f"""\
# crontab -e, as the hub's own user. What was missed while the machine was off is made up for at the next run.
*/{MINUTES} * * * * {run} 2>&1 | logger -t hubdata-schedule
"""


def _windows(command: list[str], params: Path) -> str:
    program, *arguments = command
    said = " ".join(f'"{word}"' for word in arguments)
    return f"""\
<?xml version="1.0"?>
<!-- hubdata-schedule.xml; then: schtasks /Create /TN hubdata-schedule /XML hubdata-schedule.xml
     and once, as the hub's own user: setx HUBDATA_PARAMS {escape(str(params))} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><TimeTrigger><StartBoundary>2026-01-01T00:00:00</StartBoundary>
    <Repetition><Interval>PT{MINUTES}M</Interval></Repetition></TimeTrigger></Triggers>
  <Settings><StartWhenAvailable>true</StartWhenAvailable>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy></Settings>
  <Actions><Exec><Command>{escape(program)}</Command><Arguments>{escape(said)}</Arguments></Exec></Actions>
</Task>
"""
