"""A place for a page that is made when it is first shown, so that the window opens without waiting for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from inspection_station.station.surfaces import column


class OnFirstShow(QWidget):
    """Stands in a stack and holds what `page` returns from its first showing on."""

    def __init__(self, page: Callable[[], QWidget]) -> None:
        super().__init__()
        self._page = page
        self._column = column(self)

    def showEvent(self, event: QShowEvent) -> None:
        if self._column.count() == 0:
            self._column.addWidget(self._page())
        super().showEvent(event)
