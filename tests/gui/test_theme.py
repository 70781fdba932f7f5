"""Every colour pair of the design can be read, and the typefaces and icons are there."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF

from inspection_station.station import icons, theme


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


SCHEMES = ("light", "dark")
TONES = ("ok", "warn", "error", "info", "rtv", "hold")
TEXT_PAIRS = [(text, ground) for text in ("text.primary", "text.secondary", "text.tertiary")
              for ground in ("bg.surface", "bg.canvas", "bg.sunken", "bg.selected")]  # fmt: skip
TEXT_PAIRS += [(f"{tone}.text", ground) for tone in TONES for ground in ("bg.surface", f"{tone}.bg")]
TEXT_PAIRS += [("action.onPrimary", "action.primary")]
SHAPE_PAIRS = [(name, ground) for name in ("border.control", "focus.ring") for ground in ("bg.surface", "bg.canvas")]
SHAPE_PAIRS += [(f"{tone}.solid", "bg.surface") for tone in TONES if tone != "warn"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_reads_on_its_ground(scheme: str, text: str, ground: str) -> None:
    look = theme.Theme(scheme=scheme)
    assert contrast(look.hex(text), look.hex(ground)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_controls_and_fills_stand_out(scheme: str, shape: str, ground: str) -> None:
    look = theme.Theme(scheme=scheme)
    assert contrast(look.hex(shape), look.hex(ground)) >= 3.0


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("tone", TONES)
def test_text_on_a_solid_fill_reads(scheme: str, tone: str) -> None:
    look = theme.Theme(scheme=scheme)
    assert contrast(look.on_solid(tone).name(), look.hex(f"{tone}.solid")) >= 4.5


def test_contrast_figures_written_beside_the_colours_are_true() -> None:
    for scheme in SCHEMES:
        colours = theme.tokens()["color"][scheme]
        for name, entry in colours.items():
            for pair, figure in entry.get("contrast", {}).items():
                if pair.endswith(" on it"):
                    other = "#FFFFFF" if pair.startswith("white") else "#12161B"
                else:
                    other = colours[pair.split()[-1]]["value"]
                assert contrast(entry["value"], other) == pytest.approx(figure, abs=0.01), (scheme, name, pair)


def test_the_bundled_typefaces_are_the_ones_used(qapp) -> None:
    assert {"Inter", "Noto Sans SC"} <= set(theme.load_fonts())
    assert QFontInfo(theme.current().font("body")).family() == "Inter"


def test_digits_have_one_width(qapp) -> None:
    metrics = QFontMetricsF(theme.current().font("h2"))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("4444")


@pytest.mark.parametrize(("percent", "pixels"), [(100, 24), (115, 28), (130, 31)])
def test_text_size_multiplies_the_type_scale(percent: int, pixels: int) -> None:
    assert theme.Theme(text_percent=percent).type_size("h2") == pixels


@pytest.mark.parametrize(
    ("width", "height", "density"),
    [(1920, 1080, "regular"), (1600, 900, "regular"), (1366, 768, "compact"), (1920, 899, "compact")],
)
def test_density_follows_the_window(width: int, height: int, density: str) -> None:
    assert theme.density_for(width, height) == density


def test_reduced_motion_sets_every_duration_to_zero() -> None:
    still = theme.Theme(reduce_motion=True)
    assert {still.duration(name) for name in ("press", "stateChange", "panel", "toastIn", "shutterFreeze")} == {0}


def test_every_icon_of_the_tokens_exists(qapp) -> None:
    names = [entry["icon"] for group in ("status", "disposition") for entry in theme.tokens()[group].values()]
    for name in names:
        box = icons.icon_path(name).boundingRect()
        assert 0 <= box.left() < box.right() <= 512.5, name
        assert 0 <= box.top() < box.bottom() <= 512.5, name


def test_an_unknown_icon_is_a_mistake(qapp) -> None:
    with pytest.raises(KeyError):
        icons.icon_path("mdi6.no-such-icon")


def test_the_style_sheet_has_no_place_left_open() -> None:
    for scheme in SCHEMES:
        for density in ("regular", "compact"):
            assert "%(" not in theme.Theme(scheme=scheme, density=density).style_sheet()
