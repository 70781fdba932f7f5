"""Ways from one area of the window to another: to a record, to what stands behind a figure, and where keys go then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.inspection import InspectionState
from inspection_station.errors import N_, StationProblem
from inspection_station.station.flow import scanning
from inspection_station.station.presenting.refusals import refused
from inspection_station.workflows.case import Case
from inspection_station.workflows.history_wish import HistoryWishFor
from inspection_station.workflows.reinspecting import Reinspecting

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
        app.history.inspection_wanted.connect(self.inspect_again)
        app.incoming.panel_closed.connect(self._panel_closed)

    def show_record(self, inspection_id: str, item_id: str) -> None:
        """Open a record in the history."""
        self._app.history.choose(inspection_id, item_id)
        self._app.show_area("history")

    def show_figure(self, figure: HistoryWishFor) -> None:
        """What stands behind a figure, in the history."""
        self._app.history.show_figure(figure)
        self._app.show_area("history")

    def inspect_again(self, item: HouseItem) -> None:
        """Begin a new inspection of `item` at this bench, unless a parcel lies open there."""
        app, now = self._app, self._app.session.now
        case = now.state.case if now is not None else None
        if app.person is None:
            return
        if case is not None and case.inspection.state is InspectionState.OPEN:
            to_do = N_("Finish it, or park it with F9; then inspect this one again.")
            app.notices.problem(StationProblem("again.bench_taken", N_("A parcel lies open on the bench"), to_do))
            return
        work = Reinspecting(app.station.desk, app.station.custody, app.person)
        app.background.run(lambda: work.begin(item), self._begun)

    def _begun(self, result: Case | Refusal) -> None:
        app = self._app
        if isinstance(result, Refusal):
            app.notices.problem(refused(app.station.desk, result))
            return
        app.session.do(lambda desk, state: scanning.opened(desk, state, result))
        app.show_area("inspect")

    def _panel_closed(self) -> None:
        """The page below has the keys again."""
        app, area = self._app, self._app.window.area
        if area in ("inspect", "practice"):
            (app.practice if area == "practice" else app.bench.pages.page).rest_focus()
        elif area in ("sign_in", "history"):
            (app.sign_in if area == "sign_in" else app.history).page.rest_focus()
        else:
            app.house.rest_focus(area)
