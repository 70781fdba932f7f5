"""A grey card is neutral, a tinted one is not, by the published figures of the formula; what is no card is none."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from inspection_station.devices.simulated_scenes import INTACT, SceneLibrary
from inspection_station.errors import StationProblem
from inspection_station.evidence.white_balance import (
    Shade,
    card_shade,
    colour_difference,
    deviation,
    propose_reference,
)
from inspection_station.picture_files import Picture


def bench(card: tuple[int, int, int], noise: float = 4.0, size: tuple[int, int] = (1080, 1920)) -> Picture:
    """A blue article on the bench with a card of a colour (blue, green, red) in the middle, seen with noise."""
    picture = np.full((*size, 3), (120, 60, 30), np.float32)
    rows, columns = size
    cv2.rectangle(picture, (columns * 2 // 5, rows // 3), (columns * 3 // 5, rows * 2 // 3), card, -1)
    picture += np.random.default_rng(7).normal(0, noise, picture.shape).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("grey", [90, 128, 200, 240])
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920), (2160, 3840)])
def test_a_neutral_card_of_any_grey_deviates_by_next_to_nothing(grey: int, size: tuple[int, int]) -> None:
    shade = card_shade(bench((grey, grey, grey), 2.0, size))
    assert shade is not None and deviation(shade) < 0.5


@pytest.mark.parametrize(
    ("card", "least", "direction"),
    [
        ((128, 160, 185), 12, "yellow"), ((185, 160, 140), 10, "blue"), ((150, 175, 150), 10, "green"),
        ((180, 190, 200), 3, "yellow"),
    ],
)  # fmt: skip
def test_a_tinted_card_deviates_in_its_direction(card: tuple[int, int, int], least: float, direction: str) -> None:
    shade = card_shade(bench(card))
    assert shade is not None and deviation(shade) > least
    towards = {"yellow": shade.yellow_blue, "blue": -shade.yellow_blue, "green": -shade.red_green}
    assert towards[direction] > 2


def test_more_tint_is_more_deviation() -> None:
    shades = [card_shade(bench((180 - tint, 180, 180 + tint), 1.0)) for tint in (0, 4, 8, 16, 24)]
    figures = [deviation(shade) for shade in shades if shade is not None]
    assert len(figures) == 5 and figures == sorted(figures) and figures[-1] > 10


@pytest.mark.parametrize(
    "picture",
    [
        bench((20, 20, 20)),  # too dark to tell
        bench((255, 255, 255)),  # blown out
        bench((200, 60, 40)),  # a colour of its own
        np.zeros((0, 0, 3), np.uint8),
        np.full((1080, 1920), 128, np.uint8),
        np.full((40, 40, 3), 128, np.uint8),
        np.full((1080, 1920, 4), 128, np.uint8),
    ],
)
def test_what_is_no_card_has_no_shade(picture: Picture) -> None:
    assert card_shade(picture) is None


def test_a_patterned_article_is_no_card() -> None:
    assert card_shade(SceneLibrary().item("YL-8821-NV", INTACT, "front")) is None
    half = bench((200, 200, 200))
    half[:, 960:] = 120
    assert card_shade(half) is None, "a card that only reaches in"


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [  # from table 1 of the paper
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_that_of_the_published_formula(
    one: tuple[float, float, float], other: tuple[float, float, float], difference: float
) -> None:
    assert math.isclose(colour_difference(Shade(*one), Shade(*other)), difference, abs_tol=5e-5)
    assert math.isclose(colour_difference(Shade(*other), Shade(*one)), difference, abs_tol=5e-5)
    assert colour_difference(Shade(*one), Shade(*one)) == 0


def test_lightness_does_not_count_and_a_reference_stands_in_for_neutral() -> None:
    warm = Shade(80.0, 2.0, 6.0)
    assert deviation(warm) > 4
    assert deviation(warm, Shade(40.0, 2.0, 6.0)) == 0
    assert deviation(Shade(60.0), warm) > 4, "and what was neutral deviates from it"


def test_a_reference_is_the_middle_of_what_was_seen() -> None:
    cards = [Shade(80.0, 1.0, 3.0), None, Shade(81.0, 1.23, 3.4), Shade(79.0, 0.9, 9.0)]
    assert propose_reference(cards) == Shade(80.0, 1.0, 3.4)


@pytest.mark.parametrize(
    ("cards", "code"),
    [
        ([], "camera.card_missing"),
        ([None] * 5, "camera.card_missing"),
        ([Shade(80.0), None], "camera.card_missing"),
        ([Shade(80.0, 5.0, 30.0)] * 5, "camera.card_tinted"),
    ],
)
def test_no_card_or_one_far_from_grey_is_no_reference(cards: list[Shade | None], code: str) -> None:
    with pytest.raises(StationProblem) as told:
        propose_reference(cards)
    assert told.value.code == code
