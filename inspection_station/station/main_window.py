"""The station's window: sign-in, or the frame with the inspector's pages, history and settings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.context_bar import ContextBar
from inspection_station.station.notices import Notice
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.status_strip import StatusStrip
from inspection_station.station.surfaces import column
from inspection_station.station.toast import Toast
from inspection_station.station.top_bar import TopBar
from inspection_station.station.views import DeviceView, ToastView, TopBarView
from inspection_station.station.wedge_scanner import takes_text

NOTICE_SECONDS = {"info": 4, "warn": 8, "error": 14}
TONES = {"info": "info", "warn": "warn", "error": "error"}
ICONS = {"info": "mdi6.information", "warn": "mdi6.alert", "error": "mdi6.alert-octagon"}


class Frame(QWidget):
    """Top bar, one area, status strip; and one notice at a time, where it covers nothing that is needed to act.

    With a parcel open that is the bar with its number: photos, rows and buttons stay free. While waiting it is the
    upper edge of the main card, elsewhere the bottom of the area.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        whole = column(self)
        self.top_bar = TopBar()
        self.areas = QStackedWidget()
        self.strip = StatusStrip()
        whole.addWidget(self.top_bar)
        whole.addWidget(self.areas, 1)
        whole.addWidget(self.strip)
        self._notice = Toast(self)
        self._notice.hide()
        self.areas.currentChanged.connect(self._place_notice)
        self._gone = QTimer(self, singleShot=True)
        self._gone.timeout.connect(self.hide_notice)

    def show_notice(self, notice: Notice) -> None:
        """Tell what happened and what to do; one at a time, never over the primary button."""
        text = notice.what
        self._notice.show_view(
            ToastView(text, TONES[notice.level], ICONS[notice.level], result=notice.to_do)  # type: ignore[arg-type]
        )
        self._notice.setToolTip(notice.report)
        self._place_notice()
        self._notice.raise_()
        for stack in self.areas.findChildren(QStackedWidget):
            stack.currentChanged.connect(self._place_notice, Qt.ConnectionType.UniqueConnection)
        self._gone.start(NOTICE_SECONDS[notice.level] * 1000)

    def hide_notice(self) -> None:
        """Take the notice away."""
        self._notice.show_view(None)

    @property
    def notice(self) -> Toast:
        """The notice's widget, hidden while there is none."""
        return self._notice

    def _place_notice(self, _page: int = 0) -> None:
        look = theme.current()
        gutter = look.size("gutter")
        bar = next((one for one in self.areas.findChildren(ContextBar) if one.isVisible()), None)
        if bar is not None:
            self._notice.setGeometry(QRect(0, bar.mapTo(self, QPoint(0, 0)).y(), self.width(), self._notice.height()))
            return
        # A page with a toast of its own keeps it free, and the undo on it: the notice lies over the card's upper edge.
        cards = [toast.parentWidget() for toast in self.areas.findChildren(Toast)]
        card = next((one for one in cards if one is not None and one.isVisible()), None)
        if card is not None:
            left = card.mapTo(self, QPoint(0, 0)).x()
            self._notice.setGeometry(QRect(left, self.areas.y(), card.width(), self._notice.height()))
            return
        width = self.width() - look.size("colRight") - 3 * gutter
        top = self.height() - self.strip.height() - self._notice.height() - gutter
        place = QRect(gutter, top, width, self._notice.height())
        for button in self.findChildren(PrimaryButton):
            primary = QRect(button.mapTo(self, QPoint(0, 0)), button.size())
            if button.isVisible() and place.intersects(primary):
                if primary.left() > self.width() // 2:
                    place.setRight(primary.left() - gutter)
                else:
                    place.moveBottom(primary.top() - gutter)  # a bar along the bottom
        self._notice.setGeometry(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_notice()


class MainWindow(QMainWindow):
    """Shows either the sign-in page or the frame; tells keys nobody below used, and when it must be built anew.

    Signals:
        key_left(QKeyEvent): a key press no page used.
        density_changed(): the window became regular or compact; pages must be made anew.
        closing(): somebody closes the window.
    """

    key_left = Signal(object)
    density_changed = Signal()
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(1280, 720))
        self.setWindowTitle(translate("Returns inspection"))
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._both = QStackedWidget()
        self.setCentralWidget(self._both)
        self.frame = Frame()
        self._density = theme.current().density
        self._timer = QTimer(self, singleShot=True, interval=60)
        self._timer.timeout.connect(self._check_density)
        self._untold: dict[str, Notice] = {}
        self.may_close: Callable[[], bool] = lambda: True

    def build(self, sign_in: QWidget, areas: dict[str, QWidget]) -> None:
        """Put a new frame with `areas` (by name, in order) and a new sign-in page in place of the old ones."""
        old = [self._both.widget(place) for place in range(self._both.count())]
        self.frame = Frame()
        self._names = list(areas)
        for widget in areas.values():
            self.frame.areas.addWidget(widget)
        self._both.addWidget(sign_in)
        self._both.addWidget(self.frame)
        self._sign_in = sign_in
        for gone in old:
            if gone is not None:
                self._both.removeWidget(gone)
                gone.deleteLater()
        self._density = theme.current().density
        self.setWindowTitle(translate("Returns inspection"))

    def show_sign_in(self) -> None:
        """Show the sign-in page; the work below stays as it is."""
        self._both.setCurrentWidget(self._sign_in)
        self._sign_in.setFocus()

    def show_area(self, name: str) -> None:
        """Show the frame with the area `name`."""
        self.frame.areas.setCurrentIndex(self._names.index(name))
        self._both.setCurrentWidget(self.frame)
        for notice in self._untold.values():
            self.frame.show_notice(notice)
        self._untold.clear()

    def show_notice(self, notice: Notice) -> None:
        """Tell it over the work; what goes wrong while nobody is signed in is told to the next one who is."""
        if self.area != "sign_in":
            self.frame.show_notice(notice)
        elif notice.level != "info":
            self._untold[notice.code] = notice

    def hide_notice(self, code: str) -> None:
        """Its cause is gone."""
        self._untold.pop(code, None)
        self.frame.hide_notice()

    @property
    def area(self) -> str:
        """The area shown, or ``sign_in``."""
        if self._both.currentWidget() is not self.frame:
            return "sign_in"
        return self._names[self.frame.areas.currentIndex()]

    def show_top_bar(self, view: TopBarView) -> None:
        """Show another state of the top bar; the window's title says it too when somebody practises."""
        title = f"{view.practice.text} · {view.product}" if view.practice is not None else view.product
        if title != self.windowTitle():
            self.setWindowTitle(title)
        self.frame.top_bar.show_view(view)

    def show_devices(self, devices: tuple[DeviceView, ...]) -> None:
        """Show other chips in the status strip."""
        self.frame.strip.show_devices(devices)

    def _check_density(self) -> None:
        if theme.density_for(self.width(), self.height()) != self._density:
            self.density_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._timer.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if takes_text(self.focusWidget()) and not event.text().isspace() and event.key() < Qt.Key.Key_Escape:
            event.ignore()  # letters typed into a field never act
            return
        self.key_left.emit(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close():
            self.closing.emit()
            event.accept()
        else:
            event.ignore()
