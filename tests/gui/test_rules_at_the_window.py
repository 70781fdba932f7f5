"""Rules, policies, totes, stations and printers at the administration, by keys; what lies here is tried dry first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gui.administered_house import (
    administered,
    area,
    centre_with_people,
    choose,
    names,
    page,
    panel,
    served,
    sign_in,
)
from gui.working_bench import WorkingBench, copied, tote_of

from inspection_station.locations import resources
from inspection_station.server import enrolment, rule_files, totes
from inspection_station.server.centre import Centre
from inspection_station.station.administration_panels import ConfirmPanel, FormPanel, OncePanel
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.storage.print_jobs import PAPER
from inspection_station.sync.client import Transport, enrol
from inspection_station.sync.identity import load_or_make_key

POLICIES = (resources() / "policies" / "default.yaml").read_text(encoding="utf-8")


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return centre_with_people(tmp_path / "centre")


@pytest.fixture
def bench(
    filled_station: Path, tmp_path: Path, centre: Centre, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WorkingBench]:
    folder = copied(filled_station, tmp_path / "station")
    with served(centre) as url, administered(folder, url, qtbot, monkeypatch) as working:
        yield working


def go_to(bench: WorkingBench, name: str) -> None:
    bench.press(str(list(area(bench).sections).index(name) + 1))
    bench.until(lambda: area(bench)._name == name)
    bench.quiet()


def loaded(centre: Centre) -> dict[str, Any]:
    """The one version of a rule file that was loaded at the centre; empty before."""
    files = rule_files.list_files(centre)
    return rule_files.read_file(centre, files[0]["id"]) if files else {}


def tote_at_centre(centre: Centre, code: str) -> dict[str, Any]:
    return next((one for one in totes.list_totes(centre) if one["code"] == code), {})


def state_of(bench: WorkingBench, version: str) -> str:
    """What the table says of a version."""
    return next((line.cells[4].text for line in page(bench).table.lines if line.cells[1] == version), "")


def test_a_file_is_checked_tried_dry_put_in_force_and_taken_back(
    bench: WorkingBench, centre: Centre, tmp_path: Path
) -> None:
    go_to(bench, "rules")
    assert any("2026.11.2" in line.cells for line in page(bench).table.lines), "what counts here is known offline"
    bench.press("T")
    panel(bench, ChoicePanel)
    bench.press("2")
    tried = panel(bench, ConfirmPanel)
    assert not tried._can, "a dry run alone changes nothing, and needs no centre"
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)

    sign_in(bench)
    broken, good = tmp_path / "broken.yaml", tmp_path / "policies.yaml"
    broken.write_text(POLICIES.replace("high_value_minor: 100000", "high_value_minor: many"), encoding="utf-8")
    good.write_text(POLICIES.replace("2026.11.2", "2026.12.1"), encoding="utf-8")
    bench.press("Enter")
    form = panel(bench, FormPanel)
    form.fields["path"].setText(str(broken))
    bench.press("Enter")
    bench.until(form._trouble.isVisible)
    assert "broken.yaml:" in form._trouble._what.text() and "high_value_minor" in form._trouble._what.text()
    assert not loaded(centre)
    form.fields["path"].setText(str(good))
    bench.press("Ctrl+S")
    bench.until(lambda: state_of(bench, "2026.12.1"))
    bench.until(lambda: bench.app.overlay is None)
    assert not loaded(centre)["in_force"], "it is kept, and nothing else"

    lines = [line.name for line in page(bench).table.lines]
    page(bench)._move_to(lines.index(loaded(centre)["id"]))
    bench.press("P")
    panel(bench, ChoicePanel)
    bench.press("3")
    asked = panel(bench, ConfirmPanel)
    assert not loaded(centre)["in_force"] and asked._can
    bench.press("1")
    bench.until(lambda: loaded(centre)["in_force"])
    bench.quiet()
    bench.until(lambda: "policies:" in [line.name for line in page(bench).table.lines if line.faint])

    page(bench)._move_to([line.name for line in page(bench).table.lines].index("policies:"))
    bench.press("P")
    panel(bench, ChoicePanel)
    bench.press("1")
    panel(bench, ConfirmPanel)
    bench.press("1")
    bench.until(lambda: not loaded(centre)["in_force"])


def test_a_vendors_agreement_becomes_a_version_of_the_policies(bench: WorkingBench, centre: Centre) -> None:
    go_to(bench, "policies")
    bench.until(lambda: "V-YUNLU" in names(bench))
    bench.press("Enter")
    bench.until_told("policies.choose_vendor")  # everybody's terms are changed in the file
    choose(bench, "V-YUNLU")
    sign_in(bench)
    bench.quiet()
    choose(bench, "V-YUNLU")
    bench.press("Enter")
    form = panel(bench, FormPanel)
    form.fields["days"].setText("45")
    form.fields["minimum"].setText("many")
    bench.press("Ctrl+S")
    bench.until(form._trouble.isVisible)
    form.fields["minimum"].setText("88.5")
    bench.press("Ctrl+S")
    panel(bench, ChoicePanel)
    kept = loaded(centre)
    assert kept["kind"] == "policies" and not kept["in_force"]
    assert "V-YUNLU: {rtv: true, within_days: 45, minimum_minor: 8850}" in kept["text"]
    bench.press("4")
    panel(bench, ConfirmPanel)
    bench.press("1")
    bench.until(lambda: loaded(centre)["in_force"])
    bench.until(lambda: any(line.cells[4] == "45" for line in page(bench).table.lines))


def test_totes_are_made_in_bulk_with_their_labels_and_changed(bench: WorkingBench, centre: Centre) -> None:
    go_to(bench, "totes")
    assert tote_of("scrap") in names(bench)
    code = tote_of("scrap")
    totes.change_totes(centre, [{"code": code, "disposition": "scrap", "slot": 5}], "QA")
    sign_in(bench)
    bench.until(lambda: names(bench) == [code])
    bench.press("Enter")
    panel(bench, ChoicePanel)
    bench.press("1")
    form = panel(bench, FormPanel)
    form.fields["count"].setText("lots")
    bench.press("Ctrl+S")
    bench.until(form._trouble.isVisible)
    form.fields["count"].setText("3")
    bench.press("Ctrl+S")
    bench.until(lambda: len(names(bench)) == 4)
    bench.until(lambda: len(list(bench.app.station.folder.glob("labels/*.pdf"))) == 3)
    choose(bench, code)
    bench.press("E")
    form = panel(bench, FormPanel)
    form.fields["slot"].setText("7")
    form.fields["kilograms"].setText("18")
    bench.press("Ctrl+S")
    panel(bench, ConfirmPanel)
    assert tote_at_centre(centre, code)["slot"] == 5
    bench.press("1")
    bench.until(lambda: tote_at_centre(centre, code)["slot"] == 7)
    assert tote_at_centre(centre, code)["capacity_g"] == 18_000


def test_a_station_gets_a_code_once_and_one_is_shut_out(bench: WorkingBench, centre: Centre) -> None:
    code = enrolment.make_enrolment_code(centre, "B31", "华东退货中心")
    url = bench.app.station.settings.centre.url
    transport = Transport(url)
    (bench.app.station.folder / "other").mkdir()
    enrol(transport, code, load_or_make_key(bench.app.station.folder / "other"))
    transport.close()
    go_to(bench, "stations")
    sign_in(bench)
    bench.until(lambda: names(bench) == ["B31"])
    bench.press("Enter")
    form = panel(bench, FormPanel)
    form.fields["station_code"].setText("B32")
    form.fields["site"].setText("华东退货中心")
    bench.press("Ctrl+S")
    [(_label, told)] = panel(bench, OncePanel).secrets
    assert len(told.replace("-", "")) == 16
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    bench.press("X")
    panel(bench, ConfirmPanel)
    bench.press("1")
    bench.until(lambda: enrolment.list_stations(centre, "")[0]["state"] == "revoked")
    bench.until(lambda: page(bench).table.lines[0].faint)

    go_to(bench, "printers")
    choose(bench, page(bench).table.lines[2].cells[0])
    bench.press("Enter")
    bench.until(lambda: bench.app.window.area == "settings")
    shown = bench.app.options.page
    assert shown.section == "printing" and shown.printing.purpose == PAPER
