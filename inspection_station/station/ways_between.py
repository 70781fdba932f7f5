"""Ways from one area of the window to another: to a record, to what stands behind a figure, and where keys go then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inspection_station.workflows.history_wish import HistoryWishFor

if TYPE_CHECKING:
    from inspection_station.station.app import StationApp


class WaysBetween(QObject):
    """Connects the areas of one window with each other."""

    def __init__(self, app: StationApp) -> None:
        super().__init__(app)
        self._app = app
        for telling in (app.bench.record_wanted, app.house.record_wanted, app.options.attention.case_wanted):
            telling.connect(self.show_record)
        for opening in (app.practice, app.house, app.history):
            opening.panel_wanted.connect(app.incoming.open)
        for changing in (app.practice, app.house):
            changing.primary_changed.connect(app.wedge.primary_changed)
        app.house.history_wanted.connect(self.show_figure)
        app.house.area_wanted.connect(app.show_area)
        app.incoming.panel_closed.connect(self._panel_closed)

    def show_record(self, inspection_id: str, item_id: str) -> None:
        """Open a record in the history."""
        self._app.history.choose(inspection_id, item_id)
        self._app.show_area("history")

    def show_figure(self, figure: HistoryWishFor) -> None:
        """What stands behind a figure, in the history."""
        self._app.history.show_figure(figure)
        self._app.show_area("history")

    def _panel_closed(self) -> None:
        """The page below has the keys again."""
        app, area = self._app, self._app.window.area
        if area in ("inspect", "practice"):
            (app.practice if area == "practice" else app.bench.pages.page).rest_focus()
        elif area in ("sign_in", "history"):
            (app.sign_in if area == "sign_in" else app.history).page.rest_focus()
        else:
            app.house.rest_focus(area)
