"""The pages of administration and their panels: whole, apart, large enough, named, in every size and language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factories import SOAK
from gui import working_bench
from gui.administered_house import administered, area, centre_with_people, page, panel, served, sign_in
from gui.eyes import Looking
from gui.test_every_screen import in_english

from inspection_station.admin.demo_people import demo_totes
from inspection_station.locations import resources
from inspection_station.server import rule_files, totes
from inspection_station.station.administration_panels import ConfirmPanel, FormPanel, OncePanel

pytestmark = pytest.mark.timeout(3600 if SOAK else 180)
POLICIES = (resources() / "policies" / "default.yaml").read_text(encoding="utf-8")


def section(eyes: Looking, name: str) -> None:
    eyes.bench.press(str(list(area(eyes.bench).sections).index(name) + 1))
    eyes.bench.until(lambda: page(eyes.bench).table.lines and area(eyes.bench)._name == name)
    eyes.bench.quiet()


def walk(eyes: Looking) -> None:
    """Each section, and the panels that ask, tell and show."""
    bench = eyes.bench
    eyes.at("administration_offline")
    sign_in(bench)
    bench.press("L")
    panel(bench, ConfirmPanel)
    eyes.at("administration_sure")
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    bench.press("Down", "P")
    panel(bench, ConfirmPanel)
    bench.press("1")
    panel(bench, OncePanel)
    eyes.at("administration_once")
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    for name in ("rules", "policies", "totes", "printers", "log"):
        section(eyes, name)
        eyes.at(f"administration_{name}")
    section(eyes, "policies")
    bench.press("N")
    panel(bench, FormPanel)
    eyes.at("administration_form")


@pytest.mark.parametrize("english", [False, True])
def test_every_administration_screen_is_whole(
    filled_station: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, english: bool
) -> None:
    (tmp_path / "screens").mkdir()
    folder = working_bench.copied(filled_station, tmp_path / "station")
    centre = centre_with_people(tmp_path / "centre")
    told = [{name: getattr(one, name) for name in ("code", "disposition", "slot", "vendor")} for one in demo_totes()]
    totes.change_totes(centre, told, "QA")
    rule_files.load_file(centre, "default.yaml", POLICIES.replace("2026.11.2", "2026.12.1"), "QA")
    with served(centre) as url, administered(folder, url, qtbot, monkeypatch) as bench:
        eyes = Looking(bench, tmp_path / "screens")
        walk(in_english(eyes) if english else eyes)
        assert not eyes.faults, "\n".join(eyes.faults)
