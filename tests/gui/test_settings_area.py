"""Settings at work: saved, in force at once, refused where the role is not enough; devices tested on their cards."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from gui.settings_cases import ADMINISTRATOR, FOUND, INSPECTOR, LEAD
from PIL import Image
from PySide6.QtWidgets import QAbstractButton

from inspection_station.devices.barcodes import read_codes
from inspection_station.devices.camera import Camera, NoCamera
from inspection_station.devices.printers import PrinterStatus, PrintJob, PrintOutcome
from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.i18n import set_language
from inspection_station.picture_files import open_picture
from inspection_station.settings import Settings, change_settings, load_settings
from inspection_station.station import setting_changes
from inspection_station.station.assembly import Station
from inspection_station.station.background import InlineBackground
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.first_run_area import FirstRunArea
from inspection_station.station.notices import Notices
from inspection_station.station.printing import Printing
from inspection_station.station.scanned_text import ScanFacts
from inspection_station.station.session import Session
from inspection_station.station.setting_changes import SettingChanges
from inspection_station.station.settings_area import SettingsArea
from inspection_station.station.sounds import Sounds
from inspection_station.station.sync_runner import SyncRunner
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.wedge_scanner import WedgeFilter
from inspection_station.sync.identity import Enrolment, keep_enrolment
from inspection_station.workflows.ports import StationIdentity


class MemoryPrinter:
    """A printer that keeps what it is given."""

    name = "memory"
    takes: Literal["raster", "pdf"] = "raster"

    def __init__(self) -> None:
        self.jobs: list[PrintJob] = []

    def print_label(self, job: PrintJob) -> PrintOutcome:
        self.jobs.append(job)
        return PrintOutcome("sent")

    def status(self) -> PrinterStatus:
        return PrinterStatus("ready")


class Bench:
    """A station with its settings area, and who is signed in."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.printer = MemoryPrinter()
        self.station = Station(settings, folder / "data", self.printer)
        self.notices = Notices()
        self.background = InlineBackground(self.notices)
        self.camera = BenchCamera(NoCamera(), self.background)
        self.printing = Printing(self.station, Session(self.station, self.background), self.background)
        self.prints = self.printing.labels
        self.sync = SyncRunner(self.station)
        self.wedge = WedgeFilter()
        self.sounds = Sounds(80, device=False)
        self.person: Person | None = INSPECTOR
        self.cameras: list[str] = []
        self.changes = SettingChanges(
            self.station, self.background, self.notices, self.camera, self.wedge, self.sounds,
            save=partial(change_settings, folder=folder / "settings"), make_camera=self.make_camera,
        )  # fmt: skip
        self.area = SettingsArea(
            self.station, self.background, self.notices, self.camera, self.printing, self.sync, self.wedge, self.sounds,
            lambda: self.person, self.changes, find_cameras=lambda: FOUND,
        )  # fmt: skip

    def make_camera(self, settings: Settings) -> Camera:
        self.cameras.append(settings.camera.source)
        return NoCamera()

    def saved(self) -> Settings:
        return load_settings(folder=self.folder / "settings", environment={})

    def texts(self) -> str:
        page = self.area.page
        labels = [label.text() for label in page.findChildren(TextLabel)]
        return "\n".join(labels + [tag.accessibleName() for tag in page.findChildren(Tag)])

    def press(self, name: str) -> None:
        page = self.area.page
        next(button for button in page.findChildren(QAbstractButton) if button.accessibleName() == name).click()

    def close(self) -> None:
        self.area.close()
        self.camera.stop()
        self.sync.stop()
        self.station.close()


@pytest.fixture
def bench(qtbot, tmp_path: Path) -> Iterator[Bench]:
    set_language("en")
    (tmp_path / "data").mkdir()
    one = Bench(tmp_path, Settings())
    one.area.open()
    qtbot.addWidget(one.area.page)
    yield one
    one.close()


def test_a_change_is_saved_and_in_force_at_once(bench: Bench) -> None:
    told: list[Settings] = []
    bench.area.changed.connect(told.append)
    bench.press("Longest gap inside a code: more")
    bench.press("No Enter after a code")
    bench.press("Volume: less")
    assert bench.saved().scanner.max_gap_ms == bench.wedge.max_gap_ms == 40
    assert bench.wedge.accept_unterminated
    assert bench.saved().sound.volume == bench.sounds.volume == bench.station.settings.sound.volume == 70
    assert [one.sound.volume for one in told] == [80, 80, 70]


def test_what_the_role_may_not_change_stays(bench: Bench) -> None:
    bench.area.page.setting_changed.emit("undo.seconds", 20)
    assert bench.saved().undo.seconds == 8
    bench.person = LEAD
    bench.area.page.setting_changed.emit("undo.seconds", 20)
    assert bench.saved().undo.seconds == bench.station.settings.undo.seconds == 20


def test_nobody_signed_in_changes_nothing(bench: Bench) -> None:
    bench.person = None
    bench.area.page.setting_changed.emit("station.theme", "dark")
    assert bench.saved().station.theme == "light"


def test_a_setting_given_on_the_command_line_stays_in_force_and_says_so(qtbot, tmp_path: Path) -> None:
    set_language("en")
    (tmp_path / "data").mkdir()
    given = load_settings(folder=tmp_path, environment={}, command_line={"station.theme": "dark"})
    bench = Bench(tmp_path, given)
    bench.area.open()
    qtbot.addWidget(bench.area.page)
    assert not bench.area.page.rows["station.theme"].control.isEnabled()
    assert "Given at the start by command line" in bench.texts()
    bench.press("Volume: less")
    assert (bench.station.settings.station.theme, bench.saved().station.theme) == ("dark", "light")
    assert bench.station.settings.origin("station.theme") == "command line"
    bench.changes.change("station.theme", "light", "inspector")  # as the language is, at the top of the window
    assert bench.station.settings.station.theme == "light"
    bench.close()


def test_an_impossible_value_is_told_at_the_setting_and_not_saved(bench: Bench) -> None:
    bench.press("Printed by: Network")
    bench.area.page.rows["printer.port"].control.field.setText("70000")  # type: ignore[attr-defined]
    bench.area.page.rows["printer.port"].control.field.editingFinished.emit()  # type: ignore[attr-defined]
    assert "must be from 1 to 65535" in bench.texts()
    assert bench.saved().printer.port == 9100


def test_settings_that_cannot_be_written_are_told_and_nothing_changes(bench: Bench, monkeypatch) -> None:
    def full(_changes: object, _role: object) -> Settings:
        raise StationProblem("settings.not_saved", "No room")

    monkeypatch.setattr(bench.changes, "_save", full)
    bench.press("Volume: less")
    assert bench.sounds.volume == 80
    assert [notice.code for notice in bench.notices.standing] == ["settings.not_saved"]
    assert "80 %" in bench.texts()


def test_the_printer_of_the_settings_is_used_at_once(bench: Bench) -> None:
    folder = bench.folder / "labels"
    bench.area.page.setting_changed.emit("printer.folder", str(folder))
    bench.press("Print test label")
    assert len(list(folder.glob("RT-*.pdf"))) == 1
    assert bench.printer.jobs == []


def test_the_test_label_is_printed_and_scanned_back(bench: Bench) -> None:
    bench.press("Print test label")
    assert "Now scan its code" in bench.texts()
    png = bench.printer.jobs[0].raster_png
    with Image.open(io.BytesIO(png)) as raster:
        assert (raster.mode, raster.size) == ("1", (480, 320))
        big = raster.convert("RGB").resize((1440, 960), Image.Resampling.NEAREST)
    out = io.BytesIO()
    big.save(out, "PNG")
    codes = {code.text for code in read_codes(open_picture(out.getvalue()))}
    assert len(codes) == 1
    bench.area.scan("RT-26112100000001 01")
    assert "That is another label" in bench.texts()
    bench.area.scan(codes.pop())
    assert "Code readable" in bench.texts()


def test_the_scanner_card_tells_what_arrived(bench: Bench) -> None:
    assert "Scan any code" in bench.texts()
    bench.wedge.last_scan = ScanFacts("CMD-TEST", "CMD-TEST", (6, 9, 7), 22, "Enter")
    bench.area.scan("CMD-TEST")
    shown = bench.texts()
    assert "CMD-TEST" in shown and "8 characters · Enter · Code 128" in shown and "gap 9 ms · 22 ms in all" in shown
    for check in ("Ends with Enter", "Input method stays out", "Letter case kept", "Speed fine"):
        assert check in shown
    bench.wedge.composed.emit()
    assert "Input method interferes; switch it off" in bench.texts()
    bench.wedge.last_scan = ScanFacts("ABC-12345", "ABC-12345", (6, 34), 40, "none")
    bench.area.scan("ABC-12345")
    assert "Slow; raise the longest gap" in bench.texts() and "No Enter at the end" in bench.texts()


def test_enrolling_needs_an_administrator_and_problems_come_as_sentences(bench: Bench, monkeypatch) -> None:
    asked: list[tuple[str, str]] = []

    def enrol(station: Station, url: str, code: str) -> None:
        asked.append((url, code))
        if code != "GOOD":
            raise StationProblem("enrolment.refused", "The code is wrong", "Ask for another")
        identity = StationIdentity("0193b3c5-7c1a-7000-8000-00000000000a", "B12", 12, "East China", b"k" * 32)
        keep_enrolment(station.folder, Enrolment(identity, url, "epoch-1"))
        station.learn_identity()

    monkeypatch.setattr(setting_changes, "enrol_station", enrol)
    monkeypatch.setattr(bench.sync, "start", lambda: None)
    bench.area.page.enrol_requested.emit("http://127.0.0.1:1", "GOOD")
    assert asked == []
    bench.person = ADMINISTRATOR
    bench.area.page.enrol_requested.emit("127.0.0.1", "GOOD")
    assert asked == [] and "must be an address" in bench.texts()
    bench.area.page.enrol_requested.emit("http://127.0.0.1:1", "BAD")
    assert "The code is wrong" in bench.texts()
    bench.area.page.enrol_requested.emit("http://127.0.0.1:1", "GOOD")
    shown = bench.texts()
    assert "Enrolled" in shown and "012" in shown and "http://127.0.0.1:1" in shown
    assert bench.station.desk.station.code == "B12"


def test_nothing_listens_at_the_centre_and_the_page_says_so(bench: Bench) -> None:
    bench.person = ADMINISTRATOR
    bench.area.page.enrol_requested.emit("http://127.0.0.1:9", "CODE")
    assert "The centre at http://127.0.0.1:9 does not answer." in bench.texts()


def test_the_storage_card_counts_photos_and_promises_nothing(bench: Bench) -> None:
    jpeg = io.BytesIO()
    Image.new("RGB", (64, 48), (9, 90, 120)).save(jpeg, "JPEG")
    bench.station.photos.keep(jpeg.getvalue())
    bench.area.close()
    bench.area.open()
    assert "1 · 0 MB" in bench.texts()
    assert "Nothing may be deleted: there is no centre that keeps the photos." in bench.texts()


def test_a_new_page_keeps_its_section_and_its_content(qtbot, bench: Bench) -> None:
    bench.area.show_section("display")
    set_language("zh_CN")
    page = bench.area.make_page()
    qtbot.addWidget(page)
    assert page.section == "display" and "音量" in bench.texts() and "80 %" in bench.texts()


def test_leaving_gives_the_pictures_size_back(bench: Bench) -> None:
    bench.area.close()
    before = bench.camera.picture_size
    bench.area.open()
    bench.area.page.picture_size_changed.emit(before * 2)
    assert bench.camera.picture_size == before * 2
    bench.area.close()
    assert bench.camera.picture_size == before


def test_the_first_start_is_done_once(qtbot, bench: Bench) -> None:
    first = FirstRunArea(
        bench.station, bench.background, bench.notices, bench.camera, bench.prints, bench.changes
    )  # fmt: skip
    qtbot.addWidget(first.page)
    assert bench.station.wants_first_run()
    first.open()
    first.page.setting_changed.emit("centre.url", "https://centre.example")
    with qtbot.waitSignal(first.done):
        first.page.press("Esc")
    assert bench.saved().wizard.done and bench.station.settings.wizard.done
    assert bench.station.wants_first_run(), "skipped, but nobody could ever sign in: it is asked again"
    assert bench.saved().centre.url == "https://centre.example"
