"""With gloves on: whole cases done by nothing but scans of the parcel, the item and the command sheet's codes."""

from __future__ import annotations

import pytest
from gui.working_bench import CLEAN, STAINED, WorkingBench, is_whole, tote_of

from inspection_station.station.flow.state import Screen


def photograph(bench: WorkingBench) -> None:
    """Take what is required, by scanning."""
    bench.until(lambda: bench.case.inspection.photos)
    while bench.primary.view.key == "Space":
        before = bench.photos_by_hand
        bench.until_primary("Space")
        bench.scan("CMD-PHOTO")
        bench.until(lambda before=before: bench.photos_by_hand > before)
        bench.until(lambda: bench.primary.view == getattr(bench.shown.view, "primary", None))


def test_a_clean_return_by_scans_alone(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    photograph(bench)
    inspection_id = bench.case.inspection.id
    bench.until_primary("Enter")
    bench.scan("CMD-OK")
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    decision = case.inspection.items[0].decision
    assert decision is not None and is_whole(case)
    assert (decision["grade"], decision["disposition"]) == ("A", "restock")
    assert bench.presses == 0 and "error" not in bench.heard


def test_a_defect_its_disposition_and_liability_by_scans_alone(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(STAINED)
    bench.until_identified()
    photograph(bench)
    bench.scan("CMD-PROBLEM")
    bench.until_screen(Screen.CHECKLIST)
    bench.scan("CMD-Q")
    bench.until(lambda: bench.state.kind)
    bench.scan("CMD-X")
    bench.until(lambda: bench.case.inspection.item().findings)
    photograph(bench)
    bench.until_primary("Enter")
    bench.scan("CMD-OK")
    bench.until_screen(Screen.GRADE)
    bench.scan("CMD-HOLD")
    bench.until(lambda: "disposition" in bench.case.inspection.item().changes)
    bench.scan("CMD-I")
    bench.until(lambda: "liability" in bench.case.inspection.item().changes)
    inspection_id = bench.case.inspection.id
    bench.scan(tote_of("hold"))
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    item = case.inspection.items[0]
    assert item.decision is not None and is_whole(case)
    assert [(one.type, one.severity) for one in item.findings] == [("makeup", "major")]
    assert (item.decision["disposition"], item.decision["tote"]) == ("hold", tote_of("hold"))
    assert item.decision["liability"] == [{"party": "carrier", "share": 100}]
    assert bench.presses == 0 and "error" not in bench.heard


@pytest.mark.parametrize("code", ["CMD-X", "CMD-RESTOCK", "CMD-MORE"])
def test_a_code_that_means_nothing_here_sounds_wrong_and_says_so(waiting: WorkingBench, code: str) -> None:
    bench = waiting
    bench.scan(code)
    bench.until_told("command.not_here")
    assert bench.heard[-1] == "error"


def test_commands_that_the_window_itself_does_are_known_too(waiting: WorkingBench) -> None:
    bench = waiting
    for code in ("CMD-PHOTO", "CMD-RETAKE"):
        bench.scan(code)
        bench.quiet()
    bench.scan("CMD-LOCK")
    bench.until(lambda: bench.app.window.area == "sign_in")
    assert "command.unknown" not in [told[0] for told in bench.told]
