"""How the window looks: colours, type, sizes and the style sheet, all from ``resources/design/tokens.json``.

One theme is in force at a time (`use`, `current`). Widgets read it when they are made and when they paint; after
a change of scheme, density, text size or language the window makes its pages anew instead of re-polishing them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources

Scheme = Literal["light", "dark"]
Density = Literal["regular", "compact"]
TEXT_SIZES = (100, 115, 130)
"""Text sizes in percent that a station may be set to."""


@cache
def tokens() -> dict[str, Any]:
    """The design tokens as read from the file.

    Raises:
        StationProblem: the file is absent or no JSON (``design.tokens``).
    """
    path = resources() / "design" / "tokens.json"
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StationProblem(
            "design.tokens",
            N_("The file of colours and sizes cannot be read: {path}"),
            N_("Install the program again."),
            work_goes_on=False,
            path=path,
        ) from error
    return values


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the bundled typefaces with the running application; returns the families found."""
    families: list[str] = []
    for path in sorted((resources() / "fonts").glob("*.[to]tf")):
        number = QFontDatabase.addApplicationFont(str(path))
        families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return tuple(dict.fromkeys(families))


def density_for(width: int, height: int) -> Density:
    """Compact below 1600 × 900 logical pixels, regular from there on."""
    return "regular" if width >= 1600 and height >= 900 else "compact"


@dataclass(frozen=True)
class Theme:
    """Colours, fonts and sizes of one combination of scheme, density and text size.

    Attributes:
        scheme: light or dark.
        density: regular (1920 × 1080) or compact (1366 × 768).
        text_percent: 100, 115 or 130; multiplies the type scale.
        reduce_motion: True sets every duration to 0.
    """

    scheme: Scheme = "light"
    density: Density = "regular"
    text_percent: int = 100
    reduce_motion: bool = False
    _fonts: dict[tuple[str, int | None, bool], QFont] = field(default_factory=dict, repr=False, compare=False)

    def color(self, name: str) -> QColor:
        """The colour of a token such as ``ok.text``; KeyError for an unknown name."""
        return QColor(self.hex(name))

    def hex(self, name: str) -> str:
        """The colour of a token as ``#RRGGBB``; KeyError for an unknown name."""
        value: str = tokens()["color"][self.scheme][name]["value"]
        return value

    def on_solid(self, tone: str) -> QColor:
        """The text colour that reads on ``<tone>.solid``: ink on amber and in the dark theme, white otherwise."""
        ink = self.scheme == "dark" or tone == "warn"
        return QColor("#12161B" if ink else "#FFFFFF")

    def tone(self, tone: str, part: Literal["text", "solid", "bg"]) -> QColor:
        """The colour of a status tone (ok, warn, error, info, rtv, hold); ``neutral`` gives greys."""
        if tone == "neutral":
            return self.color({"text": "text.secondary", "solid": "border.control", "bg": "bg.sunken"}[part])
        return self.color(f"{tone}.{part}")

    def size(self, name: str) -> int:
        """A length in logical pixels that depends on the density (``gutter``, ``primary``, ``colLeft`` …)."""
        value: int = tokens()["density"][self.density][name]
        return value

    def shot_size(self) -> tuple[int, int]:
        """Width and height of one picture of the photo strip."""
        width, height = tokens()["density"][self.density]["shot"]
        return int(width), int(height)

    @staticmethod
    def radius(name: str) -> int:
        """A corner radius in logical pixels (chip, control, card, primary, shot, keycap)."""
        value: int = tokens()["radius"][name]
        return value

    @staticmethod
    def border(name: str) -> int:
        """A line width in logical pixels (hairline, control, selected, focus, focusOffset)."""
        value: int = tokens()["border"][name]
        return value

    @staticmethod
    def icon_size(name: str) -> int:
        """An icon size in logical pixels (inline, button, primary, banner, empty)."""
        value: int = tokens()["iconSize"][name]
        return value

    def duration(self, name: str) -> int:
        """A motion's duration in milliseconds; 0 when motion is reduced."""
        return 0 if self.reduce_motion else int(tokens()["motion"][name])

    @staticmethod
    def timing(name: str) -> int:
        """A time budget or window in milliseconds (enterGuard, undoWindow …)."""
        value: int = tokens()["timing"][name]
        return value

    def type_size(self, role: str) -> int:
        """Text size of a role (display, h1, h2, bodyL, body, label, caption) in logical pixels."""
        return round(int(tokens()["type"][self.density][role][0]) * self.text_percent / 100)

    def line_height(self, role: str) -> int:
        """Line height of a role in logical pixels."""
        return round(int(tokens()["type"][self.density][role][1]) * self.text_percent / 100)

    def font(self, role: str, weight: int | None = None, code: bool = False) -> QFont:
        """The font of a role, digits of one width; `code` adds the slashed zero (numbers of things)."""
        key = (role, weight, code)
        if key not in self._fonts:
            font = QFont()
            font.setFamilies(tokens()["font"]["families"])
            font.setPixelSize(self.type_size(role))
            font.setWeight(QFont.Weight(weight or tokens()["type"][self.density][role][2]))
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            for tag, value in tokens()["font"]["codeFeatures" if code else "features"].items():
                font.setFeature(QFont.Tag(tag), value)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    def style_sheet(self) -> str:
        """The application's style sheet; painted widgets do not depend on it."""
        values = {name: entry["value"] for name, entry in tokens()["color"][self.scheme].items()}
        sizes = {role: self.type_size(role) for role in tokens()["type"]["regular"]}
        button, small = self.size("button"), self.size("buttonSmall")
        return STYLE_SHEET % (
            values
            | {f"px.{role}": size for role, size in sizes.items()}
            | {"button": button - 4, "small": small - 4, "field": button - 8, "row": self.size("buttonSmall")}
        )

    def palette(self) -> QPalette:
        """The palette for everything a style sheet does not reach (tool tips, native dialogs)."""
        palette = QPalette()
        role = QPalette.ColorRole
        for target, name in (
            (role.Window, "bg.canvas"),
            (role.Base, "bg.surface"),
            (role.AlternateBase, "bg.sunken"),
            (role.Button, "bg.surface"),
            (role.ToolTipBase, "bg.surface"),
            (role.WindowText, "text.primary"),
            (role.Text, "text.primary"),
            (role.ButtonText, "text.primary"),
            (role.ToolTipText, "text.primary"),
            (role.PlaceholderText, "text.tertiary"),
            (role.Highlight, "focus.ring"),
        ):
            palette.setColor(target, self.color(name))
        palette.setColor(role.HighlightedText, self.on_solid("info"))
        return palette


_current = Theme()


def current() -> Theme:
    """The theme in force."""
    return _current


def use(theme: Theme) -> None:
    """Put `theme` in force for the running application (fonts, palette, style sheet)."""
    global _current
    _current = theme
    application = QApplication.instance()
    if isinstance(application, QApplication):
        load_fonts()
        sheet = theme.style_sheet()
        if sheet == application.styleSheet():
            return  # every one of these calls polishes all the widgets there are
        application.setStyle("Fusion")
        application.setPalette(theme.palette())
        application.setFont(theme.font("body"))
        application.setStyleSheet(sheet)


STYLE_SHEET = """
QWidget { color:%(text.primary)s }
QMainWindow, QDialog, QWidget#canvas { background:%(bg.canvas)s }
QToolTip { background:%(bg.surface)s; color:%(text.primary)s; border:1px solid %(border.control)s; padding:6px }
QFrame[uiRole="card"] { background:%(bg.surface)s; border:1px solid %(border.hairline)s; border-radius:12px }
QFrame[uiRole="bar"] { background:%(bg.surface)s; border:0 }
QFrame[uiRole="well"] { background:%(bg.sunken)s; border:0; border-radius:12px }
QFrame[uiRole="line"] { background:%(border.hairline)s; border:0 }
QPushButton { min-height:%(button)spx; padding:0 28px; border:2px solid %(border.control)s; border-radius:12px;
  background:%(bg.surface)s; font-size:%(px.bodyL)spx; font-weight:600 }
QPushButton:pressed { background:%(bg.sunken)s }
QPushButton:focus { border:3px solid %(focus.ring)s }
QPushButton:disabled { background:%(bg.sunken)s; color:%(text.tertiary)s; border-color:%(border.hairline)s }
QPushButton[uiRole="small"] { min-height:%(small)spx; padding:0 18px; border-radius:10px;
  font-size:%(px.label)spx }
QPushButton[uiRole="ghost"] { border-color:transparent; background:transparent }
QLabel[uiText="display"] { font-size:%(px.display)spx; font-weight:800 }
QLabel[uiText="h1"] { font-size:%(px.h1)spx; font-weight:700 }
QLabel[uiText="h2"] { font-size:%(px.h2)spx; font-weight:700 }
QLabel[uiText="muted"] { color:%(text.tertiary)s; font-size:%(px.label)spx }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox { border:2px solid %(text.primary)s; border-radius:12px;
  padding:0 16px; background:%(bg.surface)s; font-size:%(px.bodyL)spx; placeholder-text-color:%(text.tertiary)s;
  selection-background-color:%(focus.ring)s }
QLineEdit:disabled { background:%(bg.sunken)s; color:%(text.tertiary)s; border-color:%(border.hairline)s }
QLineEdit, QComboBox, QSpinBox { min-height:%(field)spx }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus { border:3px solid %(focus.ring)s }
QComboBox QAbstractItemView { background:%(bg.surface)s; border:1px solid %(border.control)s;
  selection-background-color:%(bg.selected)s; selection-color:%(text.primary)s }
QProgressBar { border:0; border-radius:5px; background:%(bg.sunken)s; min-height:10px; max-height:10px }
QProgressBar::chunk { background:%(text.primary)s; border-radius:5px }
QTableView, QListView { background:%(bg.surface)s; border:0; gridline-color:%(border.hairline)s;
  selection-background-color:%(bg.selected)s; selection-color:%(text.primary)s; outline:0 }
QTableView::item { padding:0 12px; border-bottom:1px solid %(border.hairline)s }
QHeaderView::section { background:%(bg.surface)s; color:%(text.tertiary)s; border:0;
  border-bottom:1px solid %(border.hairline)s; padding:0 12px; min-height:40px; font-size:%(px.caption)spx;
  font-weight:600 }
QScrollArea { background:transparent; border:0 }
QScrollBar:vertical { background:transparent; width:12px; margin:2px }
QScrollBar::handle:vertical { background:%(border.control)s; border-radius:4px; min-height:44px }
QScrollBar::add-line, QScrollBar::sub-line { height:0; width:0 }
QScrollBar::add-page, QScrollBar::sub-page { background:transparent }
QMenu { background:%(bg.surface)s; border:1px solid %(border.control)s; border-radius:12px; padding:8px;
  font-size:%(px.bodyL)spx }
QMenu::item { min-height:44px; padding:0 28px; border-radius:8px }
QMenu::item:selected { background:%(bg.selected)s }
QMenu::item:disabled { color:%(text.tertiary)s }
"""
