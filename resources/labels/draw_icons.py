"""Take the outlines of the icons of dispositions and commands from the Material Design Icons font into ``icons.json``.

    python resources/labels/draw_icons.py

The font (version 6.9.96, Pictogrammers, Apache License 2.0) is the one that the package qtawesome ships. Each icon
becomes an SVG path in a box of 512 × 512 units (y downwards) with the commands M, L, Q and Z only, so that labels
are drawn without a font of icons.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

ICONS = {
    "restock": "package-up",
    "restock_open_box": "package-variant",
    "refurbish": "wrench-outline",
    "return_to_vendor": "truck-outline",
    "return_to_buyer": "account-arrow-left-outline",
    "scrap": "recycle",
    "donate": "gift-outline",
    "carrier_claim": "truck-alert-outline",
    "hold": "scale-balance",
    "unclaimed": "help-rhombus-outline",
    "command_ok": "check-bold",
    "command_photo": "camera-outline",
    "command_problem": "alert-outline",
    "command_exception": "help-rhombus-outline",
    "command_undo": "undo-variant",
    "command_reprint": "printer-outline",
    "command_retake": "camera-retake-outline",
    "command_cancel": "arrow-left",
    "command_empty": "package-variant-remove",
    "command_lock": "lock-outline",
    "command_damaged": "package-variant",
    "command_missing": "minus-box-outline",
    "command_unclaimed": "barcode-off",
    "command_park": "pause-circle-outline",
    "command_more": "page-next-outline",
    "command_by_eye": "eye-check-outline",
    "command_sealed": "package-variant-closed",
}
BOX = 512


class PathPen(BasePen):  # type: ignore[misc]
    """Writes a glyph's outline as path commands."""

    def __init__(self, glyphs: Any, top: int) -> None:
        super().__init__(glyphs)
        self.top = top
        self.parts: list[str] = []

    def _point(self, point: tuple[float, float]) -> str:
        return f"{point[0]:g} {self.top - point[1]:g}"

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.parts.append("M" + self._point(pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.parts.append("L" + self._point(pt))

    def _qCurveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float]) -> None:  # noqa: N802
        self.parts.append(f"Q{self._point(pt1)} {self._point(pt2)}")

    def _closePath(self) -> None:  # noqa: N802
        self.parts.append("Z")


def main() -> None:
    """Write ``icons.json`` beside this file."""
    package = importlib.util.find_spec("qtawesome")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("qtawesome is not installed")
    folder = Path(package.submodule_search_locations[0]) / "fonts"
    names = json.loads((folder / "materialdesignicons6-webfont-charmap-6.9.96.json").read_text())
    font = TTFont(folder / "materialdesignicons6-webfont-6.9.96.ttf")
    glyphs, cmap, ascent = font.getGlyphSet(), font.getBestCmap(), font["hhea"].ascent
    paths = {}
    for disposition, name in ICONS.items():
        pen = PathPen(glyphs, ascent)
        glyphs[cmap[int(names[name], 16)]].draw(pen)
        paths[disposition] = "".join(pen.parts)
    data = {"source": "Material Design Icons 6.9.96, Pictogrammers, Apache License 2.0", "box": BOX, "paths": paths}
    target = Path(__file__).with_name("icons.json")
    target.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
