"""Photos judged, made small and made fit for the screen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import (
    VERDICT_SENTENCES,
    QualityLimits,
    assess,
    encode_jpeg,
    preview,
    thumbnail,
)
from inspection_station.locations import resources
from inspection_station.picture_files import Picture, open_picture

WIDTHS = [960, 1280, 1920, 2560]


def bench_picture(width: int = 1280) -> Picture:
    """A drawn bench: grey mat, a light article with folds and print, a white label with thick bars."""
    height = width * 3 // 4
    unit = width / 1280
    random = np.random.default_rng(11)
    image = np.full((height, width, 3), (150, 148, 146), np.uint8)

    def box(left: int, top: int, right: int, bottom: int, colour: int) -> None:
        cv2.rectangle(
            image,
            (round(left * unit), round(top * unit)),
            (round(right * unit), round(bottom * unit)),
            (colour,) * 3,
            -1,
        )

    box(250, 120, 1030, 860, 215)
    for fold in range(6):
        box(300 + fold * 120, 160, 306 + fold * 120, 820, 170)
    box(820, 300, 1120, 480, 246)
    for bar in range(6):
        box(840 + bar * 44, 330, 840 + bar * 44 + int(random.integers(8, 30)), 430, 20)
    noise = random.normal(0, 2.5, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def lit(image: Picture, gain: float) -> Picture:
    return np.clip(image.astype(np.float32) * gain, 0, 255).astype(np.uint8)


def with_glare(image: Picture) -> Picture:
    rows, columns = image.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) / columns
    spot = 330 * np.exp(-((x - 0.55) ** 2 + (y - 0.35) ** 2) / (2 * 0.075**2))
    return np.clip(image + spot[..., None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_good_photo_passes_at_every_resolution(width: int) -> None:
    assert assess(bench_picture(width)).verdict == "ok"


@pytest.mark.parametrize("width", WIDTHS)
def test_each_fault_is_called_by_its_name_at_every_resolution(width: int) -> None:
    image = bench_picture(width)
    blur = width / 1280 * 5
    streak = np.full((1, int(25 * width / 1280)), 1.0, np.float32)
    streak /= streak.size
    assert assess(cv2.GaussianBlur(image, (0, 0), blur)).verdict == "blurred"
    assert assess(cv2.filter2D(image, -1, streak)).verdict == "blurred", "the camera moved sideways"
    assert assess(cv2.filter2D(image, -1, streak.T)).verdict == "blurred", "the camera moved up or down"
    assert assess(lit(image, 0.18)).verdict == "dark"
    assert assess(lit(image, 1.75)).verdict == "bright"
    assert assess(with_glare(image)).verdict == "glare"


def test_a_picture_without_any_edge_is_not_sharp() -> None:
    assert assess(np.full((480, 640, 3), 140, np.uint8)).verdict == "blurred"
    assert assess(np.zeros((480, 640, 3), np.uint8)).verdict == "dark"
    assert assess(np.full((480, 640, 3), 255, np.uint8)).verdict == "bright"


def test_a_blown_out_white_label_is_no_glare() -> None:
    image = bench_picture()
    image[300:480, 100:500] = 255
    image[380:390, 120:480] = 0
    assert assess(image).verdict == "ok"


def test_limits_can_be_set() -> None:
    assert assess(bench_picture(), QualityLimits(sharpness=0.9)).verdict == "blurred"
    assert assess(bench_picture(), QualityLimits(dark_mean=250)).verdict == "dark"


def test_grey_pictures_are_judged_too() -> None:
    assert assess(cv2.cvtColor(bench_picture(), cv2.COLOR_BGR2GRAY)).verdict == "ok"


def test_every_bad_verdict_has_its_sentences() -> None:
    reasons = {"blurred", "dark", "bright", "glare", "label_unreadable", "label_other", "no_ruler"}
    assert set(VERDICT_SENTENCES) == reasons


DEMO = resources() / "demo"
QUALITY = {"ok": "ok", "no_ruler": "ok", "blurred": "blurred", "motion": "blurred", "dark": "dark", "bright": "bright",
           "glare": "glare"}  # fmt: skip


@pytest.mark.parametrize(("name", "verdict"), QUALITY.items())
def test_the_demo_pictures_are_judged_as_they_were_drawn(name: str, verdict: str) -> None:
    assert assess(open_picture((DEMO / "quality" / f"{name}.jpg").read_bytes())).verdict == verdict


def test_well_taken_articles_of_the_demo_pass() -> None:
    """Every eighth picture, and the softest ones: fur and soles."""
    items = DEMO / "items"
    files = sorted({*sorted(items.glob("*.jpg"))[::8], *items.glob("plush*close.jpg"), *items.glob("*soles*.jpg")})
    assert files
    verdicts = {file.name: assess(open_picture(file.read_bytes())).verdict for file in files}
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "ok"} == {}


def test_a_preview_is_whole_contiguous_and_never_enlarged() -> None:
    shown = preview(bench_picture(1280), 800, 800)
    assert shown.shape == (600, 800, 4) and shown.flags.c_contiguous and shown.dtype == np.uint8
    assert preview(bench_picture(1280), 4000, 4000).shape == (960, 1280, 4)
    assert preview(np.zeros((300, 400), np.uint8), 100, 300).shape == (75, 100, 4)
    blue = np.zeros((4, 4, 3), np.uint8)
    blue[..., 0] = 200
    assert preview(blue, 4, 4)[0, 0].tolist() == [200, 0, 0, 255], "blue first, as RGB32 lies in memory"


def test_a_thumbnail_is_a_small_whole_picture() -> None:
    small = thumbnail(encode_jpeg(bench_picture(1280)), 176, 132)
    assert open_picture(small).shape == (132, 176, 3)
    assert len(small) < 12_000


def test_a_thumbnail_of_damaged_bytes_is_refused() -> None:
    jpeg = encode_jpeg(bench_picture(1280))
    with pytest.raises(StationProblem) as problem:
        thumbnail(jpeg[: len(jpeg) // 2])
    assert problem.value.code == "picture.truncated"


def test_an_impossible_picture_is_a_problem_not_a_crash() -> None:
    with pytest.raises(StationProblem) as problem:
        encode_jpeg(np.zeros((0, 0, 3), np.uint8))
    assert problem.value.code == "picture.not_encodable"


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert encode_jpeg(bench_picture()) == encode_jpeg(bench_picture())
