"""What `deploy/` sets up for a team: read from the files that it writes; nothing here is installed or started."""

import re
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
import yaml

from hubdata import places
from hubdata.records.team import logins

DEPLOY = places.PACKAGE.parent / "deploy"
PAGE = (DEPLOY / "README.md").read_text("utf-8")
SERVICES = sorted(path.name for path in (DEPLOY / "units").glob("*.service"))
MOST = 25  # of 100: systemd's own measure of how far a unit is exposed, 2.5
PARTS = {"name": str, "services": dict, "networks": dict, "secrets": dict, "volumes": dict}
OF_A_SERVICE = {
    "build": dict,
    "cap_drop": list,
    "command": list,
    "depends_on": list,
    "environment": dict,
    "image": str,
    "network_mode": str,
    "networks": dict,
    "ports": list,
    "read_only": bool,
    "restart": str,
    "secrets": list,
    "security_opt": list,
    "tmpfs": list,
    "volumes": list,
}


def install(*words: str | Path, settings: Path = DEPLOY / "team.conf") -> subprocess.CompletedProcess:
    """The command as somebody gives it who is not root."""
    given = {"HUBDATA_TEAM_CONF": str(settings), "PATH": "/usr/bin:/bin:/usr/sbin"}
    return subprocess.run([DEPLOY / "install", *words], env=given, capture_output=True, text=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    done = install("--into", folder)
    assert done.returncode == 0, done.stderr
    return folder


def read(made: Path, pattern: str) -> str:
    """What all files of a name say, without comments."""
    found = [path.read_text("utf-8") for path in sorted(made.rglob(pattern))]
    assert found, pattern
    return "\n".join(line for text in found for line in text.splitlines() if not line.lstrip().startswith("#"))


def test_a_dry_run_writes_nothing_and_says_each_thing(tmp_path):
    settings = shutil.copy(DEPLOY / "team.conf", tmp_path)
    before = sorted(tmp_path.rglob("*"))

    for words in ((), ("upgrade",), ("back",)):
        done = install(*words, "--dry-run", settings=Path(settings))
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("Nothing was run.\n")
        assert all(line.startswith("would ") for line in done.stdout.splitlines()[:-3])
    said = install("--dry-run", settings=Path(settings)).stdout
    assert all(f"/etc/systemd/system/{name}" in said for name in SERVICES)
    assert sorted(tmp_path.rglob("*")) == before


def test_it_may_be_run_again_and_then_changes_nothing(made):
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}

    again = install("--into", made)

    assert "wrote:" not in again.stdout and not [path for path in before if b"@NAME@" in before[path]]
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before
    assert not re.search(r"@[A-Z]+@", "".join(content.decode() for content in before.values()))


def test_what_somebody_changed_is_put_right_and_their_list_of_people_is_left(made):
    ports, people = made / "etc/apache2/ports.conf", made / "etc/hubdata/people.csv"
    ports.write_text("Listen 80\n", "utf-8")
    people.write_text(people.read_text("utf-8") + "anna,officer,east,,,\n", "utf-8")

    install("--into", made)

    assert "Listen 443" in ports.read_text("utf-8") and "Listen 80" not in ports.read_text("utf-8")
    assert "Listen 80" in ports.with_name("ports.conf.before-hubdata").read_text("utf-8")
    assert [one.login for one in logins.read(people)] == ["hubdata", "hubdata_owner", "anna"]


@pytest.mark.parametrize("line", ["NAME=$(touch made)", "NAME=hub.example; reboot", "NAME=", "BACKUPS=/mnt/a b"])
def test_a_setting_that_is_none_is_refused_and_never_run(tmp_path, line):
    name = line.partition("=")[0]
    kept = [each for each in (DEPLOY / "team.conf").read_text("utf-8").splitlines() if not each.startswith(f"{name}=")]
    (tmp_path / "team.conf").write_text("\n".join([*kept, line]) + "\n", "utf-8")

    done = install("--into", tmp_path / "to", settings=tmp_path / "team.conf")

    assert done.returncode == 1 and f"says no {name}" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["team.conf"]


def test_nothing_listens_beyond_what_the_page_names(made):
    named = set(re.findall(r"\*\*(?:127\.0\.0\.1:)?(\d+)\*\*", PAGE))
    apache, units = read(made, "ports.conf") + "\n" + read(made, "hubdata.conf"), read(made, "hubdata-*")

    assert named == {"443", "8866"}
    assert re.findall(r"^Listen (.+)$", apache, re.MULTILINE) == ["443"]
    assert re.findall(r"--port (\d+)", units) == ["8866"] and "--host" not in units and "ListenStream" not in units
    assert re.findall(r"ProxyPass / (\S+)", apache) == ["http://127.0.0.1:8866/"]
    assert "listen_addresses = ''" in read(made, "hubdata.conf")
    assert not re.search(r"^host", read(made, "pg_hba.conf"), re.MULTILINE)
    assert len(re.findall(r"^IPAddressDeny=any$", units, re.MULTILINE)) == len(SERVICES)
    ports = [port for one in _composed()["services"].values() for port in one.get("ports", [])]
    assert ports == ["127.0.0.1:8866:8866"]


def test_the_dashboards_process_has_no_way_to_the_records(made):
    unit = read(made, "hubdata-dashboards.service")

    assert "EnvironmentFile" not in unit and "HUBDATA" not in unit
    assert "User=hubdata-dashboards" in unit and "InaccessiblePaths=-/run/postgresql -/etc/hubdata" in unit
    shown = _composed()["services"]["dashboards"]
    assert shown["volumes"] == ["published:/released:ro"] and "environment" not in shown and "secrets" not in shown


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_is_hardened(made, name):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze: not on this machine")
    unit = made / "etc/systemd/system" / name

    done = subprocess.run(
        [program, "security", "--offline=true", f"--threshold={MOST}", "--no-pager", unit],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout.splitlines()[-1:] + done.stderr.splitlines()[-3:]


def test_the_command_is_clean_for_shellcheck_and_bash():
    assert subprocess.run(["bash", "-n", DEPLOY / "install"], capture_output=True).returncode == 0
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck: not on this machine")
    assert subprocess.run([program, DEPLOY / "install"], capture_output=True, text=True).stdout == ""


def test_a_server_reads_who_is_let_in_without_a_fault(server, made):
    files = server.folder / "files"
    kept = {name: (files / name).read_bytes() for name in ("pg_hba.conf", "pg_ident.conf")}
    try:
        for name in kept:
            (files / name).write_text(next(made.rglob(name)).read_text("utf-8"), "utf-8")
        with psycopg.connect(f"host={server.folder} dbname=postgres user=postgres") as connection:
            rules = connection.execute("SELECT type, auth_method, error FROM pg_hba_file_rules").fetchall()
            maps = connection.execute("SELECT map_name, error FROM pg_ident_file_mappings").fetchall()
    finally:
        for name, content in kept.items():
            (files / name).write_bytes(content)

    assert rules == [("local", "peer", None)] * 2 and maps == [("hub", None)]


def test_a_server_takes_the_settings(server, made):
    lines = [line.partition(" = ") for line in read(made, "conf.d/hubdata.conf").splitlines() if line]
    with psycopg.connect(f"host={server.folder} dbname=postgres user=postgres") as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM pg_settings")}
        for name, _, value in lines:
            if name != "listen_addresses":
                connection.execute(
                    f"SET LOCAL {name} = {value}" if value.startswith("'") else f"SET LOCAL {name} = '{value}'"
                )

    assert {name for name, _, _ in lines} <= known


def _composed() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_the_containers_file_has_the_shape_of_one_and_no_secret():
    composed = _composed()

    assert all(isinstance(composed[part], kind) for part, kind in PARTS.items()) and set(composed) == set(PARTS)
    volumes, networks = composed["volumes"], composed["networks"]
    for name, service in composed["services"].items():
        assert {key for key, value in service.items() if not isinstance(value, OF_A_SERVICE[key])} == set(), name
        assert ("image" in service) != ("build" in service)
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(volumes)
        assert set(service.get("networks", {})) <= set(networks)
        assert set(service.get("secrets", [])) <= set(composed["secrets"])
        assert set(service.get("depends_on", [])) <= set(composed["services"])
        assert not [key for key in service.get("environment", {}) if key.endswith("PASSWORD")]
        if "build" in service:
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
            assert (DEPLOY.parent / service["build"]["dockerfile"]).is_file()
