"""What a photo must show to count, and what is sealed beside it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspection_station.data_files import load_yaml
from inspection_station.devices.barcodes import CodeRead
from inspection_station.devices.camera import Frame
from inspection_station.devices.simulated_scenes import INTACT, SceneLibrary
from inspection_station.domain.carriers import parse_carriers
from inspection_station.errors import StationProblem
from inspection_station.evidence.calibration import propose_limits
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits, assess, encode_jpeg
from inspection_station.evidence.shot_gate import Demand, label_demand, label_verdict
from inspection_station.locations import resources
from inspection_station.picture_files import Picture, open_picture, read_picture_file
from inspection_station.settings import Settings
from inspection_station.settings.declarations import PhotoLimitSettings, SidePhotoLimitSettings
from inspection_station.station import shutter
from inspection_station.station.shutter import limits_for, prepare_photo

NUMBER, OTHER = "SF1390447120865", "SF1390447120873"
JD = "JDVA00012345678"
CARRIERS = parse_carriers(load_yaml(resources() / "rules" / "carriers.yaml"))
QUALITY = resources() / "demo" / "quality"
ITEMS = resources() / "demo" / "items"


def picture(file: Path) -> Picture:
    return open_picture(read_picture_file(file))


@pytest.fixture(scope="module")
def parcel() -> Frame:
    return Frame(SceneLibrary().parcel(NUMBER), time.monotonic())


@pytest.mark.parametrize(
    ("numbers", "codes", "verdict"),
    [
        ((), (), "ok"),
        ((NUMBER,), (NUMBER,), "ok"),
        ((NUMBER,), ("6901234567892", NUMBER), "ok"),
        ((NUMBER,), (f"https://sf.example/q?n={NUMBER}",), "ok"),
        ((NUMBER,), (), "label_unreadable"),
        ((NUMBER,), ("2900015810435",), "label_unreadable"),
        ((NUMBER,), (OTHER,), "label_other"),
        ((NUMBER,), ("021WC-F9", "集包 A12"), "label_unreadable"),  # the carrier's own sorting codes
        ((NUMBER,), ("8801775203",), "label_other"),  # of no carrier's shape, but a parcel that is expected
        ((NUMBER,), ("\x00\x01", "", "\ud800"), "label_unreadable"),
    ],
)
def test_the_label_must_say_the_number_that_was_scanned(
    numbers: tuple[str, ...], codes: tuple[str, ...], verdict: str
) -> None:
    demand = Demand(numbers, carriers=CARRIERS, is_parcel=lambda number: number == "8801775203")
    assert label_verdict(demand, codes) == verdict


@pytest.mark.parametrize(
    "code",
    [JD, f"{JD}-1-1-", f"{JD}-1-2", f"{JD}|1|2", f"https://jd.example/?w={JD}-1-1-", f"{JD.lower()}-1-1-"],
)
def test_the_mark_of_one_of_several_parcels_is_no_part_of_the_number(code: str) -> None:
    assert label_verdict(Demand((JD,), carriers=CARRIERS), (code,)) == "ok"
    assert label_verdict(Demand(("JDVA00012345679",), carriers=CARRIERS), (code,)) == "label_other"


@pytest.mark.parametrize("printed", [JD, f"{JD}-1-1-"])
def test_a_label_with_the_mark_of_a_parcel_passes_as_it_was_scanned(printed: str) -> None:
    frame = Frame(SceneLibrary().parcel(printed), time.monotonic())
    right = prepare_photo(frame, "waybill", (JD,), label=f"{JD}-1-1-", carriers=CARRIERS)
    assert right.counted and printed in right.codes
    wrong = prepare_photo(frame, "waybill", (NUMBER,), label=NUMBER, carriers=CARRIERS)
    assert not wrong.counted and wrong.quality["verdict"] == "label_other"


def test_what_was_scanned_helps_the_decoder_and_is_no_proof_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    awaited: list[tuple[str, ...]] = []

    def read(_image: Picture, expected: tuple[str, ...], **_options: object) -> list[CodeRead]:
        awaited.append(tuple(expected))
        return [CodeRead("ORDER-77120", b"", "Code128", "", (), "zxing", True, 1.0)]

    monkeypatch.setattr(shutter, "read_codes", read)
    frame = Frame(picture(QUALITY / "ok.jpg"), time.monotonic())
    photo = prepare_photo(frame, "waybill", (JD,), label="ORDER-77120", carriers=CARRIERS)
    assert awaited == [(JD, "ORDER-77120")] and not photo.counted


def test_the_label_of_a_parcel_in_itf_is_believed_at_the_configured_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(shutter, "read_codes", lambda *_given, itf_lengths: asked.append(itf_lengths) or [])
    frame = Frame(picture(QUALITY / "ok.jpg"), time.monotonic())
    prepare_photo(frame, "waybill", (JD,), itf_lengths=(10, 12))
    prepare_photo(frame, "waybill", (JD,))
    assert asked == [(10, 12), (14,)]


def test_nothing_is_compared_where_no_label_could_be_read() -> None:
    assert label_demand(NUMBER) == (NUMBER,)
    assert label_demand(NUMBER, typed=True) == label_demand("NO-LABEL-261121-0942") == label_demand("") == ()


def test_a_parcels_photo_counts_only_when_its_label_is_read_in_it(parcel: Frame) -> None:
    right = prepare_photo(parcel, "waybill", (NUMBER,))
    assert right.counted and NUMBER in right.codes
    wrong = prepare_photo(parcel, "waybill", (OTHER,), carriers=CARRIERS)
    assert not wrong.counted and wrong.quality["verdict"] == "label_other"
    hidden = np.array(parcel.image)
    hidden[::] = SceneLibrary().item("YL-T101-WH", INTACT, "front").mean(axis=(0, 1)).astype(np.uint8)
    hidden[100:900:40] = 20
    hidden[:, 100:1800:40] = 20
    covered = prepare_photo(Frame(hidden, time.monotonic()), "waybill", (NUMBER,))
    assert not covered.counted and covered.quality["verdict"] == "label_unreadable"


def test_a_close_up_counts_without_a_ruler_only_where_none_is_asked_for() -> None:
    without = Frame(picture(QUALITY / "no_ruler.jpg"), time.monotonic())
    assert prepare_photo(without, "close_up").counted
    refused = prepare_photo(without, "close_up", ruler=True)
    assert not refused.counted and refused.quality["verdict"] == "no_ruler" and refused.jpeg
    near = prepare_photo(
        Frame(picture(ITEMS / "jacket_tag_cut_close.jpg"), time.monotonic()), "close_up", ruler=True
    )
    assert near.counted and near.quality["ruler_pixels_per_mm"] == pytest.approx(6.857, rel=0.01)


def test_the_cameras_own_jpeg_is_what_is_kept() -> None:
    shown = picture(QUALITY / "ok.jpg")
    own = encode_jpeg(shown, 71)
    assert prepare_photo(Frame(shown, time.monotonic(), own), "front").jpeg == own


def test_limits_are_those_of_the_camera_they_were_measured_with() -> None:
    strict = PhotoLimitSettings(camera="usb:0", sharpness=600)
    settings = replace(Settings(), photo_limits=strict, side_photo_limits=SidePhotoLimitSettings(glare_share=100))
    assert limits_for(settings, "usb:0").sharpness == 0.6
    assert limits_for(settings, "usb:1") == QualityLimits()
    assert limits_for(settings, "usb:1", "side").glare_share == 0.1
    assert limits_for(Settings(), "usb:0") == QualityLimits(), "the settings' defaults are the usual limits"
    frame = Frame(picture(QUALITY / "ok.jpg"), time.monotonic())
    assert prepare_photo(frame, "front").counted
    refused = prepare_photo(frame, "front", limits=limits_for(settings, "usb:0"))
    assert not refused.counted and refused.quality["verdict"] == "blurred"


def test_limits_are_proposed_from_reference_frames_and_keep_their_distance() -> None:
    seen = assess(picture(QUALITY / "ok.jpg"))
    limits = propose_limits([seen] * 5)
    assert assess(picture(QUALITY / "ok.jpg"), limits).verdict == "ok"
    for fault in ("blurred", "motion", "dark", "bright", "glare"):
        assert assess(picture(QUALITY / f"{fault}.jpg"), limits).verdict != "ok", fault
    softer = propose_limits([replace(seen, sharpness=0.26)])
    assert softer.sharpness < 0.26 < limits.sharpness


@pytest.mark.parametrize("fault", ["blurred", "dark", "bright"])
def test_a_bad_picture_is_no_reference(fault: str) -> None:
    bad = replace(assess(picture(QUALITY / f"{fault}.jpg")), sharpness=0.1)
    for frames in ([], [bad]):
        with pytest.raises(StationProblem) as problem:
            propose_limits(frames)
        assert problem.value.code == "camera.reference_unfit"


def test_the_median_of_the_frames_counts() -> None:
    good = assess(picture(QUALITY / "ok.jpg"))
    moved = PhotoQuality(0.05, 10.0, 0.5, "blurred", 20.0, 0.9)
    assert propose_limits([good, good, moved]) == propose_limits([good])
