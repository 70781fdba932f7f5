"""``inspection-station demo --headless --out DIR``: the whole job on real input without a window, and its proof.

A centre is started, the station enrols, parcels are read from camera pictures, inspected, labelled and synced; then
the centre is asked what it holds, and ``DIR/summary.json`` says so. Run again on the same folder it doubles nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from inspection_station.admin.command_line import OK, PROBLEM, print_json, printed_progress
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import in_language, language, localised, translate
from inspection_station.settings import Settings

CLEAN, DEFECT, WRONG, UNKNOWN = "SF1390447120865", "JT5284019937712", "HD7730021846509", "ZC6401882290437"
DRAIN_SECONDS = 120


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``demo`` to the command line."""
    text = translate(N_("do the whole job on demo data without a window and say what came of it"))
    parser = subparsers.add_parser("demo", help=text, description=text)
    parser.add_argument("--headless", action="store_true", required=True, help=translate("without a window"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=translate("folder for the results"))
    parser.add_argument(
        "--screens", action="store_true", help=translate("work in the window on a virtual screen, with pictures of it")
    )
    parser.add_argument("--json", action="store_true", help=translate("print the result for a script"))
    parser.set_defaults(handler=run_demo)


def run_demo(arguments: argparse.Namespace) -> int:
    """Do it; exit code 1 when anything was lost on the way."""
    from inspection_station.admin.demo_station import fill_centre, prepare_station, running_centre

    out: Path = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def progress(step: int, what: str) -> None:
        if not arguments.json:
            printed_progress(step, 8, what)

    progress(0, translate("filling the centre"))
    fill_centre(out / "centre", datetime.now(ZoneInfo("Asia/Shanghai")).date())
    with running_centre(out / "centre", out / "centre.log") as centre:
        settings = demo_settings(out, centre.url)
        progress(1, translate("enrolling the station"))
        prepare_station(settings, out / "station", centre.url, centre.enrolment_code)
        if arguments.screens:
            progress(1, translate("working in the window"))
            with in_language(language()):  # the window speaks its own
                take_tour(settings, out / "station", out / "screens")
        summary = _work(out, settings, progress)
    summary["seconds"] = round(time.monotonic() - began, 1)
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
    progress(8, translate("done"))
    if arguments.json:
        print_json(summary)
    else:
        _tell(out, summary)
    return PROBLEM if summary["lost"] else OK


def demo_settings(out: Path, url: str) -> Settings:
    """The shipped settings with labels in `out` and the demo's centre."""
    settings = Settings()
    return replace(
        settings,
        printer=replace(settings.printer, kind="pdf_folder", folder=str(out / "labels")),
        centre=replace(settings.centre, url=url),
    )


def take_tour(settings: Settings, folder: Path, pictures: Path) -> None:
    """Work the four parcels in the real window on Qt's offscreen platform, a picture at each stop."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from inspection_station.admin.demo_people import demo_people
    from inspection_station.admin.demo_scene import DEMO_FRAME, DemoScene
    from inspection_station.devices.simulated import SimulatedCamera
    from inspection_station.devices.simulated_scenes import SceneLibrary
    from inspection_station.station.start import Start
    from inspection_station.station.tour import TourParcels, run_tour

    camera = SimulatedCamera(SceneLibrary(), *DEMO_FRAME)
    parcels = TourParcels(demo_people()[0].badge, CLEAN, DEFECT, WRONG, UNKNOWN)
    run_tour(Start(settings, folder, camera, scene=DemoScene(camera)), parcels, pictures)


def _work(out: Path, settings: Settings, progress: Any) -> dict[str, Any]:
    from inspection_station.admin.demo_bench import DemoBench
    from inspection_station.admin.demo_people import demo_people
    from inspection_station.admin.demo_scene import DEMO_FRAME
    from inspection_station.admin.demo_station import parcels
    from inspection_station.devices.simulated import SimulatedCamera
    from inspection_station.devices.simulated_scenes import SceneLibrary
    from inspection_station.station.assembly import Station
    from inspection_station.station.centre_link import CentreLink

    station = Station(settings, out / "station")
    link = CentreLink(station, lambda state: None)
    camera = SimulatedCamera(SceneLibrary(), *DEMO_FRAME, frames_a_second=60)
    try:
        _drain(link)
        inspector = next(one for one in demo_people() if one.number == "E00012")
        person = next(one for one in station.reference.people() if one.id == inspector.id)
        camera.open()
        bench = DemoBench(station, camera, person, parcels())
        details = []
        stain = [("no_stains", "oil", "major")]
        for step, (tracking, defects) in enumerate(((CLEAN, ()), (DEFECT, stain), (WRONG, ()), (UNKNOWN, ())), start=2):
            progress(step, translate("inspecting {number}", number=tracking))
            with in_language(settings.station.language):  # as the bench's own screen and labels
                worked = bench.work(tracking, defects)
                details.append(_detail(out, station, worked))
        progress(6, translate("syncing"))
        _drain(link)
        progress(7, translate("asking the centre"))
        return _summed_up(out, station, details)
    finally:
        camera.close()
        link.close()
        station.close()


def _drain(link: Any) -> None:
    """Sync until nothing waits any more."""
    ends = time.monotonic() + DRAIN_SECONDS
    while True:
        report = link.engine.run_once()
        if not report.failure and not report.waiting.records and not report.waiting.photos:
            return
        if report.failure == "refused" or time.monotonic() > ends:
            raise StationProblem(
                "demo.not_drained", N_("The centre did not take everything."), N_("Look into the centre's log.")
            )
        time.sleep(min(report.wait, 1.0))


def _detail(out: Path, station: Any, worked: Any) -> dict[str, Any]:
    case = worked.case
    item = case.inspection.items[0]
    decision = item.decision
    why = [
        {"outcome": one["outcome"], "rule": one["rule"], "because": localised({"zh": one["zh"], "en": one["en"]})}
        for one in decision["why"]
    ]
    label_png = out / "labels" / f"{item.rt_number}-{item.label_issue:02d}.png"
    zpl_file = label_png.with_suffix(".zpl")
    _write_label_files(station, case, item, label_png, zpl_file)
    pdf = sorted(path.name for path in (out / "labels").glob(f"{item.rt_number}*.pdf"))
    return {
        "inspection": case.inspection.id,
        "tracking_number": case.inspection.tracking_number,
        "read_on_parcel": worked.parcel_code,
        "read_on_item": worked.item_code,
        "rt_number": item.rt_number,
        "identity": item.identity,
        "grade": decision["grade"],
        "disposition": decision["disposition"],
        "liability": decision["liability"],
        "refund": decision["refund"],
        "why": why,
        "label": f"labels/{label_png.name}",
        "label_zpl": f"labels/{zpl_file.name}",
        "label_pdf": [f"labels/{name}" for name in pdf],
        "photos": [photo.sha256 for photo in case.inspection.photos],
        "photo_files": _copy_photos(out, station, case),
    }


def _write_label_files(station: Any, case: Any, item: Any, png: Path, zpl_file: Path) -> None:
    """The label's exact bitmap as PNG and in the printer's language."""
    import io

    from PIL import Image

    from inspection_station.devices.printers.languages import encode

    job = station.labels.newest(item.rt_number)
    png.parent.mkdir(parents=True, exist_ok=True)
    png.write_bytes(job.raster_png)
    with Image.open(io.BytesIO(job.raster_png), formats=("PNG",)) as image:
        zpl_file.write_bytes(encode("zpl", image.convert("1")))


def _copy_photos(out: Path, station: Any, case: Any) -> list[str]:
    folder = out / "photos"
    folder.mkdir(exist_ok=True)
    names = []
    for place, photo in enumerate(case.inspection.photos, start=1):
        name = f"{case.inspection.tracking_number}_{place:02d}_{photo.shot}_{photo.sha256[:8]}.jpg"
        if not (folder / name).exists():
            shutil.copyfile(station.photos.path(photo.sha256), folder / name)
        names.append(f"photos/{name}")
    return names


def _summed_up(out: Path, station: Any, details: list[dict[str, Any]]) -> dict[str, Any]:
    """What was made here, and how much of it the running centre says it holds."""
    from inspection_station.admin.held_at_centre import held_at_centre

    events = [event for one in details for event in station.store.events_of(one["inspection"])]
    photos = {sha for one in details for sha in one["photos"]}
    held_records, held_photos = held_at_centre(station, events, photos)
    return {
        "inspections": len(details),
        "photos": len(photos),
        "labels": sum(1 for one in details if (out / one["label"]).is_file()),
        "acked_records": len(held_records),
        "acked_photos": len(held_photos),
        "lost": len(events) - len(held_records) + len(photos) - len(held_photos),
        "details": details,
    }


def _tell(out: Path, summary: dict[str, Any]) -> None:
    for one in summary["details"]:
        print(f"{one['tracking_number']}  {one['rt_number']}  {one['grade']}  {one['disposition']}  {one['label']}")
    print(
        translate(
            "{inspections} inspections, {photos} photos, {labels} labels.",
            inspections=summary["inspections"],
            photos=summary["photos"],
            labels=summary["labels"],
        )
    )
    print(
        translate(
            "The centre holds {records} records and {photos} photos of them; lost: {lost}.",
            records=summary["acked_records"],
            photos=summary["acked_photos"],
            lost=summary["lost"],
        )
    )
    if (out / "screens").is_dir():
        print(translate("Pictures of the window: {folder}", folder=out / "screens"))
    print(translate("Results: {file}; pictures: {photos}; labels: {labels}", file=out / "summary.json",
                    photos=out / "photos", labels=out / "labels"))  # fmt: skip
