"""What a frame shows decides how it is read: turned, soft, noisy, far, large, and where the frame before had a code."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp
from drawn_codes import bench, symbol

from inspection_station.devices.barcodes import effort, engines, read_codes, reading
from inspection_station.devices.barcodes.bytes_to_text import whole_article_number
from inspection_station.devices.barcodes.frame_measures import look_of
from inspection_station.devices.barcodes.places import EdgeMap, cut_band, noise_of
from inspection_station.picture_files import Picture

PARCEL = "SF1390447120865"


def texts(image: Picture, **how: object) -> list[str]:
    return [read.text for read in read_codes(image, **how)]  # type: ignore[arg-type]


@pytest.mark.parametrize("angle", [10, 17, 25, 33, 45])
def test_a_tilted_pdf417_is_straightened_where_zxing_alone_reads_nothing(angle: float) -> None:
    frame = bench(symbol("PDF417", "RETURN|004417|123456", 3), angle)
    assert zxingcpp.read_barcodes(frame) == []
    assert texts(frame) == ["RETURN|004417|123456"]
    assert texts(frame, thorough=False) == ["RETURN|004417|123456"]


@pytest.mark.parametrize("angle", [0, 40, 75, 90, 120])
@pytest.mark.parametrize("kind", ["DataMatrix", "QRCode"])
def test_a_matrix_code_is_read_however_it_lies(kind: str, angle: float) -> None:
    assert texts(bench(symbol(kind, "0106901234567892215A71", 3), angle)) == ["0106901234567892215A71"]


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        ("Code39Ext", "rt-0012a@x", "rt-0012a@x"),
        ("DataBarOmni", "0106901234567892", "0106901234567892"),
        ("DataBarLtd", "0101234567890128", "0101234567890128"),
        ("DataBarExp", "[01]06901234567892[10]A1", "010690123456789210A1"),
        ("UPCE", "01234565", "0012345000065"),
    ],
)
def test_the_rarer_linear_codes_are_read(kind: str, text: str, read: str) -> None:
    (found,) = read_codes(bench(symbol(kind, text, 4)))
    assert found.text == read
    assert found.identifier.startswith("]")


def test_gs1_128_says_so_in_its_identifier() -> None:
    (found,) = read_codes(bench(symbol("Code128", "[01]06901234567892[10]A1", 3, gs1=True)))
    assert (found.identifier, found.symbology) == ("]C1", "Code128")


def test_a_soft_code_is_sharpened() -> None:
    soft = cv2.GaussianBlur(bench(symbol("EAN13", "2900015810435", 3), 8), (0, 0), 2.0)
    assert zxingcpp.read_barcodes(soft) == []
    assert texts(soft) == ["2900015810435"]


def test_noise_is_taken_out_before_reading() -> None:
    dark = bench(symbol("Code128", PARCEL, 2), 12, 1920, 1080).astype(np.float64) * 0.3
    noise = np.random.default_rng(5).normal(0, 16, dark.shape[:2])[..., None]
    frame = np.clip(dark + noise + 30, 0, 255).astype(np.uint8)
    grey = np.ascontiguousarray(frame[..., 1])
    assert noise_of(grey) > reading.NOISY > noise_of(np.ascontiguousarray(bench(symbol("Code128", PARCEL))[..., 1]))
    assert zxingcpp.read_barcodes(frame) == []
    assert texts(frame) == [PARCEL]


def test_a_far_code_is_enlarged() -> None:
    label = cv2.resize(symbol("Code128", PARCEL, 4), None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA)
    assert texts(bench(label, 20, 1920, 1080)) == [PARCEL]


def test_a_large_picture_is_looked_at_in_half_size_first(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[int, ...]] = []
    engine = reading.read_with_zxing

    def watched(image: Picture, *kinds: object, **how: object) -> list[engines.EngineRead]:
        looked.append(image.shape)
        return engine(image, *kinds, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read_with_zxing", watched)
    (found,) = read_codes(bench(symbol("QRCode", PARCEL, 12), 5, 3840, 2160), {PARCEL})
    assert found.text == PARCEL
    assert looked == [(1080, 1920)], "nothing else needed to be looked at"
    assert abs(np.mean([x for x, _ in found.points]) - 1920) < 20


def test_the_place_of_the_frame_before_is_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = bench(symbol("Code128", PARCEL, 3), 30, 1920, 1080)
    (before,) = read_codes(frame, {PARCEL})
    monkeypatch.setattr(reading._Reader, "_whole", lambda *_: pytest.fail("the whole frame was looked at"))
    moved = np.roll(frame, (9, -14), axis=(0, 1))
    (found,) = read_codes(moved, {PARCEL}, thorough=False, near=before.points)
    assert found.text == PARCEL and found.accepted


def test_a_code_elsewhere_is_found_although_the_place_before_is_empty() -> None:
    frame = bench(symbol("Code128", PARCEL, 3), 0, 1920, 1080)
    away = ((10, 10), (300, 10), (300, 90), (10, 90))
    outside = ((5000, -40), (5300, -40), (5300, 9), (5000, 9))
    assert texts(frame, thorough=False, near=away) == texts(frame, near=outside) == [PARCEL]
    assert texts(frame, near=((7, 7), (7, 7), (7, 7), (7, 7))) == [PARCEL]


def test_both_codes_of_a_label_are_given() -> None:
    frame = bench(symbol("Code128", PARCEL, 3), 0, 1920, 1080)
    corner = symbol("QRCode", "https://r.example/t/1", 4)
    frame[60 : 60 + corner.shape[0], 80 : 80 + corner.shape[1]] = corner[..., None]
    assert set(texts(frame)) == {PARCEL, "https://r.example/t/1"}
    assert texts(frame, expected={PARCEL})[0] == PARCEL, "the accepted one comes first"


def test_a_light_code_on_dark_ground_is_read() -> None:
    assert texts(bench(255 - symbol("QRCode", PARCEL, 6), 0, 640, 480)) == [PARCEL]


def test_upc_e_is_the_same_code_for_both_engines() -> None:
    assert whole_article_number("01234565") == "0012345000065"
    assert whole_article_number("04963406") == "0049000006346"
    assert whole_article_number("abc") == "abc"


def test_a_picture_costs_no_more_than_its_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = [0.0]
    engine = reading.read_with_zxing

    def counted(image: Picture, *kinds: object, **how: object) -> list[engines.EngineRead]:
        pixels[0] += image.size
        return engine(image, *kinds, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read_with_zxing", counted)
    stripes = np.tile(np.repeat(np.random.default_rng(2).integers(0, 2, 300, np.uint8) * 200, 3), (700, 1))
    stripes[::7] //= 2
    assert not any(read.accepted for read in read_codes(stripes))
    share, floor = effort.THOROUGH
    cheapest = min(effort.COST.values())
    assert pixels[0] <= (share * stripes.size + floor) / cheapest


def test_the_same_picture_gives_the_same_reads() -> None:
    frame = cv2.GaussianBlur(bench(symbol("Code128", PARCEL, 2), 33), (0, 0), 1.2)
    once, again = ([(read.text, read.points) for read in read_codes(frame)] for _ in range(2))
    assert once == again


def test_places_tell_how_bars_are_turned_and_how_they_look() -> None:
    grey = np.ascontiguousarray(bench(symbol("Code128", PARCEL, 3), 25)[..., 1])
    place = EdgeMap(grey).places()[0]
    assert abs(abs(place.angle) - 25) < 3 and place.coherence > 0.8
    assert abs(place.centre[0] - 640) < 40 and abs(place.centre[1] - 360) < 40
    sharp = look_of(cut_band(grey, place, 48).image)
    blurred = look_of(cut_band(np.asarray(cv2.GaussianBlur(grey, (0, 0), 3.0), np.uint8), place, 48).image)
    assert 3 < sharp.bar < 9 and sharp.contrast > 150
    assert blurred.edge < reading.SOFT_EDGE < sharp.edge


@pytest.mark.parametrize("shape", [(4, 40_000), (40_000, 60), (300, 300)])
def test_long_pictures_are_read_or_empty_but_never_a_crash(shape: tuple[int, int]) -> None:
    assert texts(np.zeros(shape, np.uint8)) == []


def test_what_is_longer_than_an_engine_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        read_codes(np.zeros((8, 70_000), np.uint8))
