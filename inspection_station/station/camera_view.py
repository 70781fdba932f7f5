"""The camera's picture with what is said about it: framing corners, prompt, quality, the code that was read."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.station import pictures, theme
from inspection_station.station.camera_lost import CameraLost
from inspection_station.station.icons import draw_icon
from inspection_station.station.mark_bar import MarkBar
from inspection_station.station.paint import PLATE, draw_box, draw_plate, fitted, plate_width
from inspection_station.station.photo_marks import FIRST, MarkDraft, paint_mark
from inspection_station.station.text import draw_line, text_width
from inspection_station.station.views import CameraLostView
from inspection_station.station.views import CameraView as CameraTexts

CORNER = 44.0
CODE_LINE = QColor("#5FD3B0")
WHITE = QColor("#FFFFFF")


class CameraView(QWidget):
    """Paints the newest frame, whole and letter-boxed, and the overlays of its view.

    Signals:
        size_wanted(QSize): frames are best delivered in this size (device pixels).
        marked(str, float, float, float, float, bool): a place was marked on the still photo, ``ellipse`` or
            ``arrow``: two corners, or tail and head, as fractions of the photo; whether it was made as large as it is.
        draft_changed(): a mark is drawn by keys, in another way, or no longer.
    """

    size_wanted = Signal(QSize)
    marked = Signal(str, float, float, float, float, bool)
    draft_changed = Signal()
    action_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._frame = QImage()
        self._still = QImage()
        self._frozen = False
        self._view = CameraTexts()
        self._grid = False
        self._draft: MarkDraft | None = None
        self._dragging = False
        self.marking = False
        self._bar = MarkBar(self)
        self._bar.pressed.connect(self.begin_mark)
        self._bar.hide()
        self._thaw = QTimer(self)
        self._thaw.setSingleShot(True)
        self._thaw.timeout.connect(self._end_freeze)
        self._lost: CameraLost | None = None

    def show_view(self, view: CameraTexts) -> None:
        """Show other overlays, or a stored photo in place of the live picture."""
        before, self._view = self._view.still, view
        if view.still != before:
            self._take_draft(None)  # it was meant for what was shown
        if not isinstance(view.still, Path):
            self._still = view.still if isinstance(view.still, QImage) else QImage()
        elif view.still != before:
            self._still = QImage()
            self._ask_still(view.still)
        parts = [view.prompt.text if view.prompt else "", *(badge.text for badge in view.badges), view.fault]
        self.setAccessibleName(" · ".join(part for part in parts if part) or translate("Live picture"))
        self._place_bar()
        self.update()

    def _ask_still(self, photo: Path) -> None:
        pictures.current().ask(photo, self.size() * self.devicePixelRatioF(), partial(self._show_still, photo))

    def _show_still(self, photo: Path, image: QImage) -> None:
        if photo == self._view.still:  # another one may have been chosen meanwhile
            self._still = image
            self._place_bar()
            self.update()

    def show_frame(self, frame: QImage) -> None:
        """Show the newest frame of the camera; ignored during the freeze after a shot."""
        if not self._frozen:
            self._frame = frame
            if self._still.isNull():
                self.update()

    def freeze(self) -> None:
        """Hold the picture for 120 ms inside a white frame: the shot is taken."""
        self._frozen = True
        self._thaw.start(120)
        self.update()

    def toggle_grid(self) -> None:
        """Show or hide the one-pixel grid."""
        self._grid = not self._grid
        self.update()

    def show_lost(self, view: CameraLostView | None) -> None:
        """Show the camera-lost state, or the picture again."""
        if self._lost is not None:
            self._lost.hide()
            self._lost.deleteLater()
            self._lost = None
        if view is not None:
            self._lost = CameraLost(view, self)
            self._lost.pressed.connect(self.action_pressed)
            self._lost.setGeometry(self.rect())
            self._lost.show()
            self.setAccessibleName(view.title)
        self.update()

    def _end_freeze(self) -> None:
        self._frozen = False
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._lost is not None:
            self._lost.setGeometry(self.rect())
        self._place_bar()
        self.size_wanted.emit(self.size() * self.devicePixelRatioF())
        if isinstance(self._view.still, Path):
            self._ask_still(self._view.still)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 200)

    def picture_place(self) -> QRectF:
        """Where the picture lies inside the widget."""
        shown = self._still if not self._still.isNull() else self._frame
        return fitted(shown.size(), QRectF(self.rect())) if not shown.isNull() else QRectF(self.rect())

    # --- marking a defect on a stored photo ---------------------------------------------------------------------

    def begin_mark(self) -> bool:
        """Begin a mark in the middle of the stored photo, for the keys; False when none is shown."""
        if not self.marking or self._still.isNull():
            return False
        self._take_draft(FIRST)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    @property
    def draft(self) -> MarkDraft | None:
        """The mark that is drawn by keys and not set yet; None while there is none."""
        return None if self._dragging else self._draft

    def end_mark(self, keep: bool) -> bool:
        """Set the mark that is drawn, or leave it; False when there is none."""
        draft, self._dragging = self._draft, False
        self._take_draft(None)
        if keep and draft is not None and draft.is_meant:
            shape = "arrow" if draft.arrow else "ellipse"
            self.marked.emit(shape, draft.x1, draft.y1, draft.x2, draft.y2, draft.sized)
        return draft is not None

    def _take_draft(self, draft: MarkDraft | None) -> None:
        if draft != self._draft:
            self._draft = draft
            self._place_bar()
            self.update()
            self.draft_changed.emit()

    def _place_bar(self) -> None:
        self._bar.setVisible(self.marking and not self._still.isNull() and not self._dragging and self._lost is None)
        self._bar.show_marking(self._draft is not None)
        self._bar.move((self.width() - self._bar.width()) // 2, self.height() - self._bar.height() - 16)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._draft is None:
            event.ignore()
        elif (moved := self._draft.keyed(event)) is not None:
            self._take_draft(moved)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_M):
            self.end_mark(keep=True)
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F12):  # nothing of it is recorded yet
            self.end_mark(keep=False)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier or not event.text().isprintable():
            event.ignore()  # a letter or digit would answer a row that nobody looks at now

    def focusOutEvent(self, event: QFocusEvent) -> None:
        kept = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason)  # “Set the mark” is pressed
        if not self._dragging and event.reason() not in kept:
            self.end_mark(keep=False)

    def _fractions(self, event: QMouseEvent) -> tuple[float, float]:
        place, at = self.picture_place(), event.position()
        return (at.x() - place.left()) / place.width(), (at.y() - place.top()) / place.height()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.marking and not self._still.isNull() and event.button() == Qt.MouseButton.LeftButton:
            x, y = (min(max(at, 0.0), 1.0) for at in self._fractions(event))
            self._dragging = True
            self._take_draft(MarkDraft(x, y, x, y))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging and self._draft is not None:
            arrow = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._take_draft(self._draft.to(*self._fractions(event), arrow))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.mouseMoveEvent(event)
            self.end_mark(keep=True)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        whole = QRectF(self.rect())
        painter.fillRect(whole, look.color("bg.camera"))
        if self._lost is not None:
            self._round_off(painter, whole)
            return
        shown = self._still if not self._still.isNull() else self._frame
        place = self.picture_place()
        if not shown.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, shown)
        if self._grid:
            self._paint_grid(painter, place)
        if self._view.guide and self._still.isNull():
            self._paint_guide(painter, place, self._view.guide)
        if self._view.code is not None and self._still.isNull():
            self._paint_code(painter, place)
        for mark in (*self._view.ellipses, *self._view.arrows, *([self._draft.view] if self._draft else [])):
            paint_mark(painter, place, mark)
        self._paint_plates(painter, whole)
        if self._view.fault:
            self._paint_fault(painter, whole)
        if self._frozen:
            painter.setPen(QPen(WHITE, 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(whole.adjusted(10, 10, -10, -10))
        self._round_off(painter, whole)

    def _round_off(self, painter: QPainter, whole: QRectF) -> None:
        """Paint the corners over with the window's ground: cheaper at camera rate than clipping."""
        outside, inside = QPainterPath(), QPainterPath()
        outside.addRect(whole)
        inside.addRoundedRect(whole, 12, 12)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(outside.subtracted(inside), theme.current().color("bg.canvas"))

    def _paint_grid(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(QPen(QColor(255, 255, 255, 150), 1))
        for part in (1, 2):
            x, y = place.left() + place.width() * part / 3, place.top() + place.height() * part / 3
            painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))

    def _paint_guide(self, painter: QPainter, place: QRectF, guide: tuple[float, float, float, float]) -> None:
        left, top, width, height = guide
        box = QRectF(place.left() + left * place.width(), place.top() + top * place.height(), width * place.width(),
                     height * place.height())  # fmt: skip
        for pen in (QPen(QColor(0, 0, 0, 90), 6), QPen(WHITE, 4)):
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            for corner, along, down in (
                (box.topLeft(), 1, 1), (box.topRight(), -1, 1), (box.bottomLeft(), 1, -1), (box.bottomRight(), -1, -1),
            ):  # fmt: skip
                painter.drawPolyline([corner + QPointF(0, down * CORNER), corner, corner + QPointF(along * CORNER, 0)])

    def _paint_code(self, painter: QPainter, place: QRectF) -> None:
        code = self._view.code
        if code is None or not code.corners:
            return
        look = theme.current()
        points = [QPointF(place.left() + x * place.width(), place.top() + y * place.height()) for x, y in code.corners]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(CODE_LINE if code.tone == "ok" else QColor("#FF9468"), 4)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolygon(QPolygonF(points))
        font = look.font("label", 600)
        good = code.tone == "ok"
        width = plate_width(code.text, font, "mdi6.barcode", 20, 12) + 26
        height = look.line_height("label") + 12
        left = min(p.x() for p in points) - width - 12
        if left < place.left() + 8:
            left = min(max(p.x() for p in points) + 12, self.width() - width - 8)
        middle = sum(p.y() for p in points) / len(points)
        fill = QColor("#04654C") if good else QColor("#BF3F00")
        draw_plate(painter, QRectF(left, middle - height / 2, width, height), code.text, font, fill=fill, colour=WHITE,
                   icon="mdi6.barcode", tail="mdi6.check-bold" if good else "mdi6.close-thick")  # fmt: skip

    def _paint_plates(self, painter: QPainter, whole: QRectF) -> None:
        look = theme.current()
        edge = 20.0
        right = whole.right() - edge
        font = look.font("label", 500)
        height = look.line_height("label") + (12 if look.density == "regular" else 11)
        prompt = self._view.prompt
        badges = sum(plate_width(badge.text, font, badge.icon, 20, 12) + 8 for badge in self._view.badges)
        needed = plate_width(prompt.text, look.font("label", 700), prompt.icon, 24, 14) + 8 if prompt else 0.0
        top = whole.top() + edge - 2
        below = whole.width() - 2 * edge < needed + badges
        if below:
            top += look.line_height("bodyL") + 12 + 6  # the prompt takes the whole line
        for badge in reversed(self._view.badges):
            fill = {"error": QColor("#BF3F00"), "ok": QColor("#04654C")}.get(badge.tone, PLATE)
            width = plate_width(badge.text, font, badge.icon, 20, 12)
            place = QRectF(right - width, top, width, height)
            draw_plate(painter, place, badge.text, font, fill=fill, colour=WHITE, icon=badge.icon)
            right -= width + 8
        if prompt is None:
            return
        if below:
            right = whole.right() - edge + 8
        fill = {"ok": QColor("#04654C"), "info": QColor("#0A58B5"), "error": QColor("#BF3F00")}.get(prompt.tone, PLATE)
        room = right - whole.left() - edge - 8
        role = next((r for r in ("bodyL", "body", "label")
                     if plate_width(prompt.text, look.font(r, 700), prompt.icon, 24, 14) <= room), "label")  # fmt: skip
        font = look.font(role, 700)
        width = min(plate_width(prompt.text, font, prompt.icon, 24, 14), room)
        draw_plate(painter, QRectF(whole.left() + edge, whole.top() + edge - 4, width, look.line_height("bodyL") + 12),
                   prompt.text, font, fill=fill, colour=WHITE, icon=prompt.icon, icon_size=22, padding=14)  # fmt: skip

    def _paint_fault(self, painter: QPainter, whole: QRectF) -> None:
        """What happened, and below it what to do, in the largest type that has room."""
        look = theme.current()
        lines = self._view.fault.split(" / ", 1)
        room = whole.width() - 48
        role = next((role for role in ("h2", "bodyL", "body") if self._fault_width(role, lines) <= room), "label")
        font, high = look.font(role, 700), float(look.line_height(role))
        width, height = min(self._fault_width(role, lines), room), high * len(lines) + 32
        place = QRectF(whole.center().x() - width / 2, whole.center().y() - height / 2, width, height)
        draw_box(painter, place, 12, QColor("#BF3F00"))
        icon = QRectF(place.left() + 24, place.top() + 16 + (high - 30) / 2, 30, 30)
        draw_icon(painter, "mdi6.alert-octagon", icon, WHITE)
        for number, line in enumerate(lines):
            words = QRectF(place.left() + 66, place.top() + 16 + number * high, width - 90, high)
            draw_line(painter, words, line, font if number == 0 else look.font(role, 500), WHITE)

    @staticmethod
    def _fault_width(role: str, lines: list[str]) -> float:
        font = theme.current().font(role, 700)
        return max(text_width(line, font) for line in lines) + 92
