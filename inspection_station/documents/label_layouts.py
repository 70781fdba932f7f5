"""Where things stand on the labels: plain data in millimetres, one table per label size and purpose.

The tables follow the design of the labels: 2 mm margin, grade in a black square, disposition as icon and word, QR
at the top right, Code 128 over the width. Practice labels give up room for a black band with the practice word.
"""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.documents.fonts import Weight

REGULAR, BOLD = Weight.REGULAR, Weight.BOLD


@dataclass(frozen=True)
class Area:
    """A rectangle in millimetres from the label's top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Words:
    """One text: which entry of the content, its em in mm (largest, smallest), weight, and how many lines at most."""

    entry: str
    largest: float
    smallest: float
    weight: Weight = REGULAR
    most: int = 1


@dataclass(frozen=True)
class Place:
    """A text alone in its area, standing at the left and in the middle of the height."""

    area: Area
    words: Words


@dataclass(frozen=True)
class Pair:
    """Two texts in one row: the right one takes what it needs, up to `share` of the width; the left one the rest."""

    area: Area
    left: Words
    right: Words
    share: float = 0.48


@dataclass(frozen=True)
class LabelTable:
    """A label: its size, where the pictures and symbols stand, its rules, its texts.

    `qr` is where the dark modules may stand: they are set against the area's top right corner. Symbols get the
    largest module of whole dots that fits with its quiet zone, Code 128 up to `bars_module` mm.
    """

    width: float
    height: float
    grade: Area
    icon: Area
    qr: Area
    bars: Area | None
    rules: tuple[Area, ...]
    places: tuple[Place | Pair, ...]
    bars_module: float = 0.5
    band: Area | None = None


def _table_100(practice: bool) -> LabelTable:
    names = ("item", "sku", "order", "findings", "liability", "evidence")
    first, step = (38.0, 5.35) if practice else (31.6, 6.3)
    rows: list[Place | Pair] = []
    for place, name in enumerate(names):
        y = first + place * step
        rows.append(Place(Area(4, y, 15, step - 0.3), Words(f"{name}_heading", 3.4, 2.2)))
        entry = "liability_alone" if name == "liability" else name
        rows.append(Place(Area(20, y, 76, step - 0.3), Words(entry, 4.0, 2.2, BOLD, 2)))
    return LabelTable(
        100, 100,
        grade=Area(4, 4, 22, 22),
        icon=Area(30, 6.5, 10.5, 10.5),
        qr=Area(77, 4, 19, 19),
        bars=Area(4, 72.5, 92, 16),
        rules=() if practice else (Area(4, 29.0, 92, 0.5), Area(4, 69.8, 92, 0.5)),
        places=(
            Place(Area(42, 4.3, 31.4, 14.5), Words("disposition", 12, 4.0, BOLD, 2)),
            Place(Area(30, 20, 43.4, 6.5), Words("tote", 4.6, 2.4, BOLD, 2)),
            *rows,
            Pair(Area(4, 90.2, 92, 6.2), Words("number", 4.6, 2.4, BOLD), Words("signature", 3.2, 2.0)),
        ),
        band=Area(4, 28.2, 92, 8.8) if practice else None,
    )  # fmt: skip


def _table_60(practice: bool) -> LabelTable:
    item, findings, bars = (20.4, 24.0, 27.6) if practice else (15.9, 20.3, 24.6)
    return LabelTable(
        60, 40,
        grade=Area(2, 2, 12, 12),
        icon=Area(15.9, 3.6, 6.2, 6.2),
        qr=Area(47.0, 2, 11.0, 10.6),
        bars=Area(2, bars, 56, 6.0 if practice else 8.6),
        rules=() if practice else (Area(2, 15.3, 56, 0.25),),
        places=(
            Place(Area(22.8, 2.0, 22.6, 7.8), Words("disposition", 6.4, 2.4, BOLD, 2)),
            Place(Area(16, 10.2, 29.4, 3.8), Words("tote", 2.8, 1.8)),
            Pair(Area(2, item, 56, 3.5 if practice else 4.2),
                 Words("item", 3.1 if practice else 3.5, 1.8, BOLD, 2), Words("sku", 3.0, 1.8)),
            Pair(Area(2, findings, 56, 3.4 if practice else 3.9),
                 Words("findings", 3.0, 1.8, REGULAR, 2), Words("liability", 3.0, 1.8, REGULAR, 2)),
            Pair(Area(2, 34.1, 56, 3.8), Words("number", 3.0, 2.0, BOLD), Words("signature", 2.8, 1.8)),
        ),
        band=Area(2, 14.8, 56, 5.2) if practice else None,
    )  # fmt: skip


def _table_50(practice: bool) -> LabelTable:
    item, findings = (22.2, 25.9) if practice else (18.5, 22.2)
    places: list[Place | Pair] = [
        Place(Area(17.1, 1.6, 14.7, 5.6), Words("disposition", 5.0, 2.0, BOLD, 2)),
        Place(Area(12.2, 7.6, 19.6, 3.4), Words("tote", 2.6, 1.8)),
        Place(Area(1.5, 12.0, 30.3, 3.6), Words("number", 2.7, 1.8, BOLD)),
        Pair(Area(1.5, item, 47, 3.6), Words("item", 3.0, 1.8, BOLD, 2), Words("sku", 2.6, 1.8)),
    ]
    if practice:
        places.append(Pair(Area(1.5, findings, 47, 3.0), Words("findings", 2.4, 1.8), Words("signature", 2.2, 1.8)))
    else:
        places.append(Pair(Area(1.5, findings, 47, 3.2), Words("findings", 2.6, 1.8), Words("liability", 2.6, 1.8)))
        places.append(Pair(Area(1.5, 25.5, 47, 3.2), Words("station", 2.6, 1.8), Words("time", 2.6, 1.8)))
    return LabelTable(
        50, 30,
        grade=Area(1.5, 1.5, 9.5, 9.5),
        icon=Area(12.2, 2.0, 4.6, 4.6),
        qr=Area(34.3, 2.6, 13.2, 13.2),
        bars=None,  # 20 characters of Code 128 need 55 mm
        rules=() if practice else (Area(1.5, 17.0, 30.2, 0.25),),
        places=tuple(places),
        band=Area(1.5, 18.4, 47, 3.7) if practice else None,
    )  # fmt: skip


_TABLES = {(60, 40): _table_60, (50, 30): _table_50, (100, 100): _table_100}
SIZES = tuple(_TABLES)  # (width, height) in mm


def label_table(size_mm: tuple[int, int], *, practice: bool) -> LabelTable | None:
    """The table for a label of `size_mm` (width, height); None when there is none."""
    make = _TABLES.get(size_mm)
    return make(practice) if make else None
