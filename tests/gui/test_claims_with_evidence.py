"""A claim against a carrier goes out with the evidence of its items that lies here; of how many is said."""

from __future__ import annotations

import zipfile

from gui.house_at_work import decided_item, tell
from gui.test_containers_at_the_window import page, press, scan, verdict
from gui.test_inspectors_table import TORN_BOX, TORN_TAG, decided, photos, photos_of_parcel
from gui.working_bench import LEAD, WorkingBench, tote_of

from inspection_station.station.flow.state import Screen

CLAIM = tote_of("carrier_claim")


def damaged_in_transit(bench: WorkingBench) -> str:
    """An inspector finds what the carrier broke; the item's number."""
    bench.scan(TORN_BOX)
    bench.until_screen(Screen.PARCEL)
    bench.scan("CMD-DAMAGED")
    photos_of_parcel(bench)
    bench.scan(TORN_TAG)
    bench.until_screen(Screen.DAMAGE)
    bench.press("1")
    bench.until_screen(Screen.PARCEL)
    photos(bench, 1)
    inspection_id = bench.case.inspection.id
    bench.scan(CLAIM)
    decided(bench, inspection_id)
    return str(bench.stored(inspection_id).inspection.item().rt_number)


def test_a_claim_is_exported_with_the_evidence_that_lies_here(waiting: WorkingBench) -> None:
    bench = waiting
    mine = damaged_in_transit(bench)
    other = decided_item(8, "carrier_claim", tote=CLAIM)
    bench.on_bench(lambda: tell(bench.app.station, [other]))
    bench.press("Ctrl+L")
    bench.until(lambda: bench.app.window.area == "sign_in")
    bench.sign_in_with_pin(LEAD)
    press(bench, "F7")
    scan(bench, CLAIM)
    press(bench, "K", "5")
    scan(bench, mine + "01", other.rt_number + "01")
    for key, text in (("S", "S-771204"), ("W", "2860")):
        bench.press(key)
        bench.until(lambda: bench.app.overlay is not None)
        bench.type(text)
        press(bench, "Enter")
    bench.press("Space")
    bench.until(lambda: page(bench).primary.isEnabled())
    press(bench, "K", "X")
    bench.until(lambda: "/ 2" in verdict(bench) or "2 件中 1 件" in verdict(bench))
    [proof] = (bench.app.station.folder / "exports").glob("M-CLM-*-evidence/*.zip")
    assert proof.stem == mine
    with zipfile.ZipFile(proof) as bundle:
        assert bundle.testzip() is None and any(name.endswith(".jpg") for name in bundle.namelist())
