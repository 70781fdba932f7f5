"""Administration at the window, by keys and scans, against a real centre: people and the log of what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gui.administered_house import (
    CHIEF,
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
from gui.working_bench import INSPECTOR, LEAD, WorkingBench, copied

from inspection_station.domain.people import Person, Role
from inspection_station.server import people
from inspection_station.server.centre import Centre
from inspection_station.station.administration_office import CENTRE
from inspection_station.station.administration_panels import BadgePanel, ConfirmPanel, FormPanel, OncePanel
from inspection_station.station.pin_panel import PinPanel


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


def at_centre(centre: Centre, person_id: str) -> Person:
    with centre.database.reader.connect() as connection:
        return people.read_people(connection, [person_id])[person_id].person


def confirm(bench: WorkingBench) -> None:
    panel(bench, ConfirmPanel)
    bench.press("1")
    bench.until(lambda: not isinstance(bench.app.overlay, ConfirmPanel))


def test_before_the_first_change_it_asks_for_badge_and_pin_of_whoever_is_at_the_station(
    bench: WorkingBench, centre: Centre
) -> None:
    office = area(bench).office
    choose(bench, LEAD.name)
    bench.press("L")
    confirm(bench)
    panel(bench, BadgePanel)
    bench.scan(LEAD.badge)
    asked = panel(bench, PinPanel)
    bench.press(*LEAD.pin)
    bench.until(lambda: asked._message.text())
    assert office.signed_in is None and bench.heard[-1] == "error", "somebody else's badge"
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    bench.scan(CHIEF.badge)
    asked = panel(bench, PinPanel)
    bench.press(*"111222")
    bench.until(lambda: asked._message.text())
    assert office.signed_in is None
    bench.press(*CHIEF.pin)
    bench.until(lambda: office.signed_in is not None)
    bench.until(lambda: not at_centre(centre, LEAD.id).active)  # what was confirmed is carried out now
    bench.press("Ctrl+L")
    bench.until(lambda: bench.app.window.area == "sign_in")
    ended: list[bool] = []
    bench.app.background.run(lambda: office._client is None, ended.append, lane=CENTRE)
    bench.until(lambda: ended == [True])
    assert office.signed_in is None, "locking the station ends it"


def test_a_person_is_added_changed_and_the_log_tells_it(bench: WorkingBench, centre: Centre) -> None:
    sign_in(bench)
    bench.press("Enter")
    bench.quiet()
    bench.press("2")  # a lead
    form = panel(bench, FormPanel)
    for text in (INSPECTOR.number, "Zhao", "Zhao Lei"):
        bench.type(text)
        bench.press("Enter")
    bench.press("Ctrl+S")
    bench.until(form._trouble.isVisible)
    assert bench.heard[-1] == "error", "the number is taken"
    form.fields["number"].setFocus()
    form.fields["number"].selectAll()
    bench.type("E77")
    bench.press("Ctrl+S")
    once = panel(bench, OncePanel)
    made = next(one for one in people.list_people(centre) if one["number"] == "E77")
    assert made["role"] == Role.LEAD.value and made["name_en"] == "Zhao Lei"
    [(_label, pin)] = once.secrets
    assert people.hasher.verify(at_centre(centre, made["id"]).pin_hash, pin.replace(" ", ""))
    bench.until(lambda: any((bench.app.station.folder / "paper").glob("*.pdf")))  # the card
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    choose(bench, "Zhao")
    assert not area(bench).sections["people"]._people[made["id"]].pin, "nobody is told twice"

    bench.press("R")
    bench.quiet()
    bench.press("1")
    panel(bench, ConfirmPanel)
    assert at_centre(centre, made["id"]).role is Role.LEAD, "not before it was confirmed"
    confirm(bench)
    bench.until(lambda: at_centre(centre, made["id"]).role is Role.INSPECTOR)
    before = at_centre(centre, made["id"]).badge_hash
    bench.press("B")
    confirm(bench)
    assert panel(bench, OncePanel).secrets == ()
    assert at_centre(centre, made["id"]).badge_hash != before
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)

    bench.press("L")
    panel(bench, ConfirmPanel)
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    assert at_centre(centre, made["id"]).active
    choose(bench, CHIEF.name)
    bench.press("L")
    confirm(bench)
    bench.until_told("person.last_administrator")

    bench.press(str(list(area(bench).sections).index("log") + 1))
    bench.until(lambda: len(page(bench).table.lines) > 8)
    whole = len(page(bench).table.lines)
    bench.press("F")
    bench.type("qa")
    bench.until(lambda: len(page(bench).table.lines) < whole)
    bench.press("Esc")
    assert len(page(bench).table.lines) == whole and bench.app.window.area == "administration"


def test_a_centre_that_is_gone_is_said_and_what_is_known_here_stays(
    filled_station: Path, tmp_path: Path, centre: Centre, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(filled_station, tmp_path / "station")
    with served(centre) as url:
        pass
    with administered(folder, url, qtbot, monkeypatch) as bench:
        assert LEAD.name in names(bench)
        bench.scan(CHIEF.badge)
        asked = panel(bench, PinPanel)
        bench.press(*CHIEF.pin)
        bench.until(lambda: asked._message.text())
        assert LEAD.name in names(bench) and area(bench).office.trouble.code == "administration.offline"
