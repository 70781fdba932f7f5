"""The sentence over the bottom of the card: whatever its width, the result and the undo stay whole."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspection_station.i18n import in_language
from inspection_station.station import theme
from inspection_station.station.toast import Toast
from inspection_station.station.views import ActionView, ToastView

CHECK = ToastView(
    "Last one done", "warn", number="RT-…0003", grade="C", result="Refurbish → tote 3",
    detail="Random check: put it in the check tote · Label printed",
    undo=ActionView("undo", "Undo", "mdi6.undo-variant", "F12"), seconds=8,
)  # fmt: skip


@pytest.fixture
def toast(qtbot: QtBot) -> Toast:
    theme.use(theme.Theme("light", "compact"))
    with in_language("en"):
        made = Toast()
        qtbot.addWidget(made)
        made.show()
        return made


@pytest.mark.parametrize("width", [640, 760, 920, 1200])
def test_result_undo_and_what_to_do_are_whole_in_any_width(toast: Toast, width: int) -> None:
    toast.resize(width, toast.height())
    toast.show_view(CHECK)
    toast.grab()
    assert not toast._result.is_cut()
    assert toast._undo is not None and toast._undo.fits()
    below, beside = toast._below.isVisible(), toast._detail.isVisible()
    assert below is not beside
    assert not (toast._below if below else toast._detail).is_cut()


def test_a_long_sentence_goes_on_in_a_second_line(toast: Toast) -> None:
    toast.resize(640, toast.height())
    toast.show_view(ToastView("Evidence bundle ready", detail="/data/evidence/RT-261123-00000001-20261123-06460.zip"))
    toast.grab()
    assert toast._below.isVisible() and not toast._below.is_cut() and not toast._text.is_cut()
