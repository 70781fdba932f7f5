"""The cameras' card at work: chosen by name, by address or not at all; locked, calibrated, lost and found again."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from gui.settings_cases import FOUND, INSPECTOR, LEAD
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from inspection_station.devices.camera import Camera, Frame, NoCamera, camera_absent
from inspection_station.devices.camera_usb import UsbDevice
from inspection_station.devices.printers import NoPrinter
from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits
from inspection_station.i18n import set_language
from inspection_station.settings import Settings, change_settings, load_settings
from inspection_station.settings.camera_words import with_password, without_password
from inspection_station.station import setting_changes
from inspection_station.station.assembly import Station
from inspection_station.station.background import InlineBackground
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.notices import Notices
from inspection_station.station.printing import Printing
from inspection_station.station.session import Session
from inspection_station.station.setting_changes import SettingChanges
from inspection_station.station.settings_area import SettingsArea
from inspection_station.station.settings_page import SettingsPage
from inspection_station.station.settings_parts import Meter
from inspection_station.station.shutter import limits_for, prepare_photo
from inspection_station.station.sounds import Sounds
from inspection_station.station.sync_runner import SyncRunner
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.wedge_scanner import WedgeFilter

BRIO, C920 = FOUND
SECRET = "rtsp://bench:pa55word@192.168.1.60/live?token=77"
SHARP = PhotoQuality(0.40, 140.0, 0.002, "ok", 225.0, 0.01)
BLACK = PhotoQuality(0.05, 12.0, 0.0, "dark", 30.0, 0.0)


class FakeCamera(Camera):
    """Sends one picture again and again while it is plugged in."""

    def __init__(self, name: str, refusals: tuple[StationProblem, ...] = ()) -> None:
        self.name, self.refuses = name, refusals
        self.plugged = True
        self.colour = (120, 120, 120)  # blue, green, red
        self._ended = threading.Event()

    @property
    def refusals(self) -> tuple[StationProblem, ...]:
        return self.refuses

    def open(self) -> None:
        self._ended.clear()
        if not self.plugged:
            raise camera_absent()

    def read(self) -> Frame | None:
        self._ended.wait(0.01)
        return Frame(np.full((540, 960, 3), self.colour, np.uint8), time.monotonic()) if self.plugged else None

    def close(self) -> None:
        self._ended.set()

    def interrupt(self) -> None:
        self._ended.set()


class Bench:
    """A station at its settings, whose devices are those that the test plugs in."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._settings_folder = folder / "settings"
        (folder / "data").mkdir()
        self.station = Station(Settings(), folder / "data", NoPrinter())
        self.notices = Notices()
        self.background = InlineBackground(self.notices)
        self.camera = BenchCamera(NoCamera(), self.background)
        self.sync = SyncRunner(self.station)
        self.printing = Printing(self.station, Session(self.station, self.background), self.background)
        self.prints = self.printing.labels
        self.person: Person = LEAD
        self.found: tuple[UsbDevice, ...] = FOUND
        self.opened: list[tuple[str, str, Settings]] = []
        self.refusals: tuple[StationProblem, ...] = ()
        self.plugged: set[str] = {BRIO.source, C920.source, "http://cam.local/mjpeg"}
        monkeypatch.setattr(setting_changes, "side_camera_of", partial(self._make, "side_camera"))
        wedge, sounds = WedgeFilter(), Sounds(80, device=False)
        changes = SettingChanges(
            self.station, self.background, self.notices, self.camera, wedge, sounds,
            save=partial(change_settings, folder=self._settings_folder), make_camera=partial(self._made, "camera"),
        )  # fmt: skip
        self.area = SettingsArea(
            self.station, self.background, self.notices, self.camera, self.printing, self.sync, wedge, sounds,
            lambda: self.person, changes, find_cameras=lambda: self.found,
        )  # fmt: skip

    def _made(self, place: str, settings: Settings) -> Camera:
        source = str(settings.value(f"{place}.source"))
        self.opened.append((place, source, settings))
        camera = FakeCamera(source, self.refusals)
        camera.plugged = source in self.plugged
        return camera

    def _make(self, place: str, settings: Settings) -> Camera | None:
        return None if settings.side_camera.source == "none" else self._made(place, settings)

    @property
    def page(self) -> SettingsPage:
        return self.area.page

    def saved(self) -> Settings:
        return load_settings(folder=self._settings_folder, environment={})

    def buttons(self) -> dict[str, QAbstractButton]:
        found = self.page.camera.findChildren(QAbstractButton)
        return {button.accessibleName(): button for button in found if button.isVisibleTo(self.page)}

    def press(self, name: str) -> None:
        self.buttons()[name].click()

    def texts(self) -> str:
        card = self.page.camera
        labels = [one.text() for one in card.findChildren(TextLabel) if one.isVisibleTo(self.page)]
        tags = [tag.accessibleName() for tag in card.findChildren(Tag) if tag.isVisibleTo(self.page)]
        return "\n".join(labels + tags)

    def close(self) -> None:
        self.area.close()
        self.camera.stop()
        self.sync.stop()
        self.station.close()


@pytest.fixture
def bench(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    set_language("en")
    one = Bench(tmp_path, monkeypatch)
    one.area.open()
    qtbot.addWidget(one.page)
    yield one
    one.close()


@pytest.fixture
def live(bench: Bench, until: Callable[[Callable[[], bool]], None]) -> Bench:
    """With the first USB camera at work."""
    bench.press("Picture from: Logitech BRIO (USB 0)")
    until(lambda: bench.camera.state == "live")
    return bench


@pytest.fixture
def until(qtbot) -> Callable[[Callable[[], bool]], None]:
    return lambda met: qtbot.waitUntil(met, timeout=5000)


def test_the_cameras_found_are_chosen_by_name_and_number_and_kept_by_what_stays(live: Bench) -> None:
    assert {"Picture from: Logitech BRIO (USB 0)", "Picture from: HD Pro Webcam C920 (USB 2)",
            "Picture from: Network", "Picture from: Demo", "Picture from: None"} <= set(live.buttons())  # fmt: skip
    assert live.saved().camera.source == "usb:046d_Logitech_BRIO_9A1B2C3D"
    live.area.camera.show()
    assert "Logitech BRIO (USB 0) · 960 × 540" in live.texts() and "Fine" in live.texts()
    live.press("Picture from: HD Pro Webcam C920 (USB 2)")
    assert live.saved().camera.source == live.opened[-1][1] == "usb:2"
    live.press("Reconnect")
    assert [source for _, source, _ in live.opened][-2:] == ["usb:2", "usb:2"]


def test_a_camera_that_is_plugged_in_later_appears_by_itself_and_one_in_force_never_vanishes(bench: Bench) -> None:
    bench.found = ()
    bench.press("Picture from: Logitech BRIO (USB 0)")
    bench.area.camera.find()
    assert not any("BRIO (USB 0)" in name for name in bench.buttons())
    assert "No camera found on USB" in bench.texts()
    assert "Picture from: USB 046d_Logitech_BRIO_9A1B2C3D" in bench.buttons()
    bench.found = FOUND
    bench.area.camera.find()
    assert "Picture from: Logitech BRIO (USB 0)" in bench.buttons()
    assert "No camera found on USB" not in bench.texts()


def test_no_camera_is_a_state_of_the_card_and_nothing_to_confirm(bench: Bench, until) -> None:
    bench.plugged.clear()
    bench.press("Picture from: Logitech BRIO (USB 0)")
    assert "No camera found" in bench.texts() and "It appears by itself once plugged in" in bench.texts()
    assert "Not found" in bench.texts() and "Sharpness" not in bench.texts()
    assert not bench.buttons()["Calibrate with ruler"].isEnabled()
    camera = bench.camera.camera
    assert isinstance(camera, FakeCamera)
    camera.plugged = True
    until(lambda: "Fine" in bench.texts() and "Sharpness" in bench.texts())
    camera.plugged = False
    until(lambda: "Check the USB cable; reconnecting by itself" in bench.texts())
    assert bench.page.camera.picture.image().isNull(), "no old picture stays for a new one"
    assert not bench.notices.standing


def test_a_network_camera_is_typed_and_its_password_is_never_shown(qtbot, bench: Bench, until) -> None:
    bench.page.show()
    bench.press("Picture from: Network")
    field = bench.page.camera._rows["camera"].choices.field
    assert field.isVisible() and bench.saved().camera.source == "simulated", "chosen once there is an address"
    qtbot.keyClicks(field, "192.168.1.60")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "http:// or rtsp://" in bench.texts() and field.isVisible() and field.text() == "192.168.1.60"
    field.clear()
    qtbot.keyClicks(field, SECRET)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bench.saved().camera.source == bench.opened[-1][1] == SECRET
    assert field.text() == "rtsp://…@192.168.1.60/live?…"
    shown = bench.texts() + field.text() + "".join(bench.buttons())
    assert "pa55word" not in shown and "bench:" not in shown and "77" not in shown
    assert "Resolution" not in shown and "Exposure locked" not in shown, "it sends what it is set to"
    field.setFocus()
    field.setText("rtsp://…@192.168.1.60/other?…")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bench.saved().camera.source == "rtsp://bench:pa55word@192.168.1.60/other?token=77"
    field.setText("rtsp://…@10.0.0.9/other")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bench.saved().camera.source.startswith("rtsp://bench:pa55word@192.168.1.60/"), "not sent to another host"


@pytest.mark.parametrize(
    "address",
    [SECRET, "http://cam.local/mjpeg", "rtsp://u:p@cam:554/a", "http://cam/a?b=1", "https://x@cam", "rtsp://[::1]/a"],
)
def test_a_hidden_address_comes_back_whole_and_only_for_its_host(address: str) -> None:
    assert with_password(without_password(address), address) == address
    other = "http://u:p@other/x?t=1"
    assert "u:p" not in with_password(without_password(address), other)
    assert with_password("…", address) == "…" and with_password("http://[", address) == "http://["


def test_resolution_is_two_settings_at_once_and_a_leads(live: Bench) -> None:
    live.press("Resolution: 4K")
    assert (live.saved().camera.width, live.saved().camera.height) == (3840, 2160)
    assert [one.camera.width for place, _, one in live.opened][-1] == 3840
    live.person = INSPECTOR
    live.area._show_settings()
    live.area.camera.show()
    assert not live.buttons()["Resolution: 720p"].isEnabled() and "Ask a shift lead." in live.texts()
    assert not live.buttons()["Focus and lock"].isEnabled()
    assert not live.buttons()["Calibrate with ruler"].isEnabled()
    live.page.setting_changed.emit("camera.size", "1280x720")
    assert live.saved().camera.width == 3840
    live.press("Picture from: HD Pro Webcam C920 (USB 2)")
    assert live.saved().camera.source == "usb:2", "which camera is the inspector's"


def test_a_size_that_cannot_be_is_told_at_its_row(live: Bench) -> None:
    live.page.setting_changed.emit("camera.size", "100x100")
    assert "must be from 640 to 8192" in live.texts() and live.saved().camera.width == 1920


def test_focus_and_lock_holds_both_and_what_the_driver_refuses_is_said(bench: Bench, until) -> None:
    bench.refusals = (
        StationProblem("camera.focus_refused", "This camera does not let its focus be locked.", "Wait."),
    )
    bench.press("Picture from: Logitech BRIO (USB 0)")
    bench.press("Focus and lock")
    assert (bench.saved().camera.exposure, bench.saved().camera.focus) == ("locked", "locked")
    until(lambda: bench.camera.state == "live")
    bench.camera.judged.emit(SHARP)
    assert "This camera does not let its focus be locked." in bench.texts()
    before = len(bench.opened)
    bench.press("Focus and lock")
    assert len(bench.opened) == before + 1, "once more: it focuses anew, then holds"
    bench.press("Exposure locked")
    assert (bench.saved().camera.exposure, bench.saved().camera.focus) == ("automatic", "locked")


def test_a_driver_number_counts_as_held_and_is_named(bench: Bench) -> None:
    settings = Settings()
    bench.station.use_settings(replace(settings, camera=replace(settings.camera, source="usb:0", exposure="-6")))
    bench.area._show_settings()
    assert "at -6, a number of its driver" in bench.texts()
    assert bench.buttons()["Exposure locked"].accessibleDescription() == "On"
    assert bench.buttons()["Focus locked"].accessibleDescription() == "Off"


def _empty(bench: Bench) -> str:
    return bench.page.camera.picture.accessibleName()


def test_f5_shows_the_side_camera_which_is_chosen_the_same_way(qtbot, live: Bench, until) -> None:
    live.page.press("F5")
    assert _empty(live) == "None is set up" and live.camera.place == "overhead"
    assert not live.buttons()["Reconnect"].isEnabled()
    live.press("Picture from: HD Pro Webcam C920 (USB 2)")
    assert (live.saved().side_camera.source, live.saved().camera.source) == ("usb:2", BRIO.source)
    until(lambda: live.camera.place == "side" and live.camera.state == "live")
    live.area.camera.show()
    assert "HD Pro Webcam C920 (USB 2)" in live.texts() and "Fine" in live.texts()
    live.press("Reconnect")
    assert live.opened[-1][:2] == ("side_camera", "usb:2")
    live.press("Camera: Overhead")
    assert live.camera.place == "overhead"
    live.press("Camera: Side · F5")
    assert live.camera.place == "side"
    live.press("Picture from: None")
    assert live.camera.place == "overhead" and _empty(live) == "None is set up"
    live.page.press("F5")
    live.area.close()
    assert live.camera.place == "overhead"


def test_leaving_the_settings_goes_back_to_the_camera_overhead(live: Bench, until) -> None:
    live.page.press("F5")
    live.press("Picture from: HD Pro Webcam C920 (USB 2)")
    until(lambda: live.camera.place == "side")
    live.area.close()
    assert live.camera.place == "overhead"


def test_limits_are_measured_proposed_and_kept_for_this_camera_only_when_accepted(live: Bench) -> None:
    live.press("Calibrate with ruler")
    assert "Measuring: 5 pictures to go" in live.texts() and "Stop" in live.buttons()
    for _ in range(5):
        live.camera.judged.emit(SHARP)
    assert "Proposed: sharpness from 35" in live.texts() and "No ruler found in the picture" in live.texts()
    assert live.saved().photo_limits.camera == "", "nothing is set before a person says so"
    live.press("Discard")
    assert "Proposed" not in live.texts()
    live.press("Calibrate with ruler")
    for _ in range(5):
        live.camera.judged.emit(SHARP)
    live.press("Use these limits")
    kept = live.saved().photo_limits
    assert (kept.camera, kept.sharpness) == (BRIO.source, 350) and "Limits set for this camera" in live.texts()
    assert limits_for(live.saved(), BRIO.source).sharpness == 0.35
    assert limits_for(live.saved(), "usb:2") == QualityLimits(), "another camera has the usual limits"


def test_pictures_that_are_no_reference_propose_nothing(live: Bench, until) -> None:
    live.press("Calibrate with ruler")
    for _ in range(5):
        live.camera.judged.emit(BLACK)
    until(lambda: "These pictures are no reference" in live.texts())
    assert "Use these limits" not in live.buttons()


def test_a_camera_lost_while_it_is_measured_ends_the_measuring(live: Bench, until) -> None:
    live.press("Calibrate with ruler")
    live.camera.judged.emit(SHARP)
    camera = live.camera.camera
    assert isinstance(camera, FakeCamera)
    camera.plugged = False
    until(lambda: live.camera.state != "live" and "Calibrate with ruler" in live.buttons())
    assert not live.buttons()["Calibrate with ruler"].isEnabled()


def _show_colour(bench: Bench, colour: tuple[int, int, int], until: Callable[[Callable[[], bool]], None]) -> None:
    camera = bench.camera.camera
    assert isinstance(camera, FakeCamera)
    camera.colour = colour

    def arrived() -> bool:
        frame = bench.camera.latest()
        return frame is not None and tuple(frame.image[0, 0]) == colour

    until(arrived)
    bench.camera.judged.emit(SHARP)


GREY, WARM, YELLOW = (170, 170, 170), (158, 170, 176), (110, 165, 190)


def test_the_card_tells_what_the_camera_really_sends(live: Bench, until) -> None:
    until(lambda: live.camera.rate > 5)
    live.area.camera.show()
    (line,) = [text for text in live.texts().splitlines() if text.startswith("Logitech BRIO")]
    assert re.fullmatch(r"Logitech BRIO \(USB 0\) · 960 × 540 · [0-9.]+ fps", line)
    camera = live.camera.camera
    assert isinstance(camera, FakeCamera)
    camera.plugged = False
    until(lambda: live.camera.state == "lost")
    until(lambda: "fps" not in live.texts())


def test_the_colour_of_the_card_in_the_middle_is_measured_and_a_tint_is_told(live: Bench, until) -> None:
    _show_colour(live, GREY, until)
    assert "Colour deviation" in live.texts() and "0.0 ΔE" in live.texts() and "tint" not in live.texts()
    _show_colour(live, YELLOW, until)
    meter = next(one for one in live.page.camera.findChildren(Meter) if "ΔE" in one.accessibleName())
    assert float(meter.accessibleName().split()[-2]) > 10
    assert "The card is shown with a tint" in live.texts() and "photos are stored as they come" in live.texts()
    _show_colour(live, (200, 40, 20), until)
    assert "no card" in live.texts() and "tint" not in live.texts()


def test_the_colour_card_is_kept_for_this_camera_when_a_person_says_so(live: Bench, until) -> None:
    _show_colour(live, WARM, until)
    live.press("Calibrate with colour card")
    assert "Measuring: 5 pictures to go" in live.texts() and "grey or white in the middle" in live.texts()
    for _ in range(5):
        live.camera.judged.emit(SHARP)
    assert re.search(r"The card is shown [2-8]\.[0-9] ΔE from grey", live.texts())
    assert live.saved().white_balance.camera == "", "nothing is set before a person says so"
    live.press("Keep this card")
    kept = live.saved().white_balance
    assert kept.camera == BRIO.source and kept.yellow_blue > 20 and "Colour card kept for this camera" in live.texts()
    live.camera.judged.emit(SHARP)
    assert "0.0 ΔE" in live.texts()
    assert live.saved().photo_limits == Settings().photo_limits and live.saved().camera.source == BRIO.source
    before = len(live.opened)
    _show_colour(live, GREY, until)
    assert "0.0 ΔE" not in live.texts(), "grey is the odd one from now on"
    assert len(live.opened) == before, "the camera went on"
    live.press("Picture from: HD Pro Webcam C920 (USB 2)")
    until(lambda: live.camera.state == "live")
    _show_colour(live, GREY, until)
    assert "0.0 ΔE" in live.texts(), "what was measured with one camera says nothing of another"


@pytest.mark.parametrize(
    ("colour", "told"),
    [((20, 20, 20), "There is no even grey or white card"), ((110, 165, 200), "The card is shown far from grey")],
)
def test_no_card_or_a_tinted_one_is_not_kept(live: Bench, until, colour: tuple[int, int, int], told: str) -> None:
    _show_colour(live, colour, until)
    live.press("Calibrate with colour card")
    for _ in range(5):
        live.camera.judged.emit(SHARP)
    assert told in live.texts() and "Keep this card" not in live.buttons()
    assert live.saved().white_balance == Settings().white_balance


def test_the_side_camera_has_a_white_of_its_own(live: Bench, until) -> None:
    live.page.press("F5")
    live.press("Picture from: HD Pro Webcam C920 (USB 2)")
    until(lambda: live.camera.place == "side" and live.camera.state == "live")
    _show_colour(live, WARM, until)
    live.press("Calibrate with colour card")
    for _ in range(5):
        live.camera.judged.emit(SHARP)
    live.press("Keep this card")
    assert live.saved().side_white_balance.camera == "usb:2" and live.saved().white_balance.camera == ""


def test_the_usual_limits_come_back_and_can_be_undone(live: Bench) -> None:
    assert "Usual limits" not in live.buttons(), "they are in force"
    live.press("Calibrate with ruler")
    for _ in range(5):
        live.camera.judged.emit(SHARP)
    live.press("Use these limits")
    own = live.saved().photo_limits
    assert own.camera == BRIO.source
    live.press("Usual limits")
    assert live.saved().photo_limits == Settings().photo_limits
    assert "The usual limits are in force for this camera" in live.texts() and "Usual limits" not in live.buttons()
    live.press("Undo")
    assert live.saved().photo_limits == own and "Usual limits" in live.buttons() and "Undo" not in live.buttons()


def test_who_may_not_set_limits_may_neither_measure_a_card_nor_take_limits_back(live: Bench) -> None:
    live.press("Calibrate with ruler")
    for _ in range(5):
        live.camera.judged.emit(SHARP)
    live.press("Use these limits")
    live.person = INSPECTOR
    live.area.camera.show()
    assert not live.buttons()["Calibrate with colour card"].isEnabled() and "Usual limits" not in live.buttons()
    kept = live.saved()
    live.area.camera.act("usual_limits")
    assert live.saved() == kept


def test_no_stored_byte_depends_on_the_colour_card(live: Bench) -> None:
    own = cv2.imencode(".jpg", np.full((540, 960, 3), YELLOW, np.uint8))[1].tobytes()
    frame = Frame(np.full((540, 960, 3), YELLOW, np.uint8), time.monotonic(), own)
    before = prepare_photo(frame, "front")
    live.area._change_all({"white_balance.camera": BRIO.source, "white_balance.yellow_blue": 120})
    after = prepare_photo(frame, "front", limits=limits_for(live.saved(), BRIO.source))
    assert before.jpeg == after.jpeg == own
    assert (before.quality, before.counted) == (after.quality, after.counted)


def test_the_pedal_is_tested_by_pressing_it(bench: Bench) -> None:
    assert "F13" in bench.texts()
    assert bench.page.press("Pedal")
    assert "F13 received" in bench.texts()
