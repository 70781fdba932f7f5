"""What ships for whoever runs a centre says what the program does: settings, commands, service, nginx, container."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from inspection_station.admin.main import build_parser
from inspection_station.server.configuration import SETTINGS
from inspection_station.server.configuration_reading import load_centre_settings

PROJECT = Path(__file__).resolve().parents[2]
SERVER = PROJECT / "installers" / "server"
GUIDES = ("GUIDE.md", "GUIDE.zh-CN.md")


def blocks(guide: str, kind: str = "sh") -> list[str]:
    """The code blocks of a guide, whatever name stands behind their kind."""
    text = (SERVER / guide).read_text("utf-8")
    return [body for found, body in re.findall(r"^```(\w+)[^\n]*\n(.*?)^```", text, re.S | re.M) if found == kind]


def commands(guide: str) -> list[list[str]]:
    """The words of every command of this program that a guide gives."""
    lines = [line for block in blocks(guide) for line in block.replace("\\\n", " ").splitlines()]
    words = [shlex.split(line, comments=True) for line in lines if "inspection-station central" in line]
    return [found[found.index("inspection-station") + 1 :] for found in words]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_the_guide_is_one(guide: str) -> None:
    found = commands(guide)
    assert len(found) >= 12
    for words in found:
        assert build_parser("central").parse_args(words).handler, words


def test_both_guides_give_the_same_commands() -> None:
    for kind in ("sh", "toml"):
        assert blocks(GUIDES[0], kind) == blocks(GUIDES[1], kind)


@pytest.mark.parametrize("guide", GUIDES)
def test_files_and_settings_the_guide_names_are_there(guide: str) -> None:
    text = (SERVER / guide).read_text("utf-8")
    for name in re.findall(r"installers/server/([\w.-]+\w)", text):
        assert (SERVER / name).is_file(), name
    sections = "|".join(sorted({key.partition(".")[0] for key in SETTINGS}))
    named = re.findall(rf"`((?:{sections})\.[a-z_]+)`", text)
    assert named and set(named) <= set(SETTINGS)


def test_the_example_names_every_setting_with_its_default_and_is_right(tmp_path: Path) -> None:
    text = (SERVER / "centre.toml").read_text("utf-8")
    settings, warnings = load_centre_settings(SERVER / "centre.toml", environment={})
    assert warnings == () and settings.listen.trusted_proxies == ("127.0.0.1",)
    # With what is commented out it is right as well, and names every setting that may stand in a file.
    (tmp_path / "secret").write_text("one\ntwo\n")
    spoken = re.sub(r"^# ([a-z_]+ = )", r"\1", text, flags=re.M)
    found = {f"{section}.{name}" for section, content in tomllib.loads(spoken).items() for name in content}
    assert found == {key for key, declared in SETTINGS.items() if not declared.secret}
    plain = tomllib.loads(text)
    different = {"centre.data_folder", "listen.trusted_proxies", "backup.folder"}
    for section, content in plain.items():
        for name, value in content.items():
            declared = SETTINGS[f"{section}.{name}"]
            if declared.key not in different:
                assert (tuple(value) if isinstance(value, list) else value) == declared.default, declared.key


def test_the_service_is_one_and_lets_little_happen(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    program = tmp_path / "inspection-station"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "inspection-station-centre.service"
    text = (SERVER / unit.name).read_text("utf-8")
    unit.write_text(text.replace("/opt/inspection-station/.venv/bin/inspection-station", str(program)), "utf-8")
    ran = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    ran = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-200:]  # an exposure of 2.0 of 10 at most
    finish = SETTINGS["listen.seconds_to_finish"].default
    assert isinstance(finish, int) and int(re.findall(r"TimeoutStopSec=(\d+)", text)[0]) >= finish + 10


def test_the_container_copies_what_is_there_and_runs_as_nobody_special() -> None:
    text = (SERVER / "Containerfile").read_text("utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        for source in sources.split():
            assert (PROJECT / source).exists(), source
    last = text.rindex("FROM ")
    assert "\nUSER inspection\n" in text[last:] and "STOPSIGNAL SIGTERM" in text and "/ready" in text
    for variable in re.findall(r"INSPECTION_CENTRE_(\w+)=", text):
        assert variable.lower() in {key.replace(".", "_") for key in SETTINGS}, variable
