"""A mark drawn by keys: moved, made larger and smaller, turned into an arrow; whether it was given a size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from inspection_station.station.photo_marks import FIRST, MarkDraft

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def keyed(draft: MarkDraft, *keys: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> MarkDraft:
    for key in keys:
        after = draft.keyed(QKeyEvent(QEvent.Type.KeyPress, key, held))
        assert after is not None
        draft = after
    return draft


def corners(draft: MarkDraft) -> tuple[float, ...]:
    return tuple(round(at, 3) for at in (draft.x1, draft.y1, draft.x2, draft.y2))


def test_where_it_is_moved_to_it_has_no_size_until_it_is_given_one() -> None:
    moved = keyed(FIRST, Key.Key_Left, Key.Key_Down)
    assert corners(moved) == (0.39, 0.41, 0.59, 0.61) and not moved.sized
    assert not keyed(moved, Key.Key_A, Key.Key_A).sized
    for given in (keyed(moved, Key.Key_Plus), keyed(moved, Key.Key_Minus), keyed(moved, Key.Key_Right, held=SHIFT)):
        assert given.sized
    assert MarkDraft(0.1, 0.1, 0.2, 0.2).sized, "a mark that is dragged is as large as it was dragged"


@pytest.mark.parametrize("larger", [Key.Key_Plus, Key.Key_Equal])
def test_plus_and_minus_resize_about_the_middle(larger: Key) -> None:
    assert corners(keyed(FIRST, larger)) == (0.39, 0.39, 0.61, 0.61)
    assert corners(keyed(FIRST, larger, Key.Key_Minus)) == corners(FIRST)
    smallest = keyed(FIRST, *[Key.Key_Minus] * 50)
    assert smallest.is_meant and smallest.x1 < smallest.x2 and smallest.y1 < smallest.y2
    assert corners(keyed(FIRST, *[larger] * 90)) == (0.0, 0.0, 1.0, 1.0), "never outside the photo"


def test_an_arrow_made_longer_points_where_it_pointed() -> None:
    level = MarkDraft(0.4, 0.5, 0.6, 0.5, arrow=True, sized=False)
    assert corners(keyed(level, Key.Key_Plus)) == (0.39, 0.5, 0.6, 0.5)
    assert corners(keyed(level, Key.Key_Minus)) == (0.41, 0.5, 0.6, 0.5)
    shortest = keyed(level, *[Key.Key_Minus] * 50)
    assert shortest.is_meant and (shortest.x2, shortest.y2) == (0.6, 0.5)
