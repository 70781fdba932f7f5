"""Settings in the real window: a camera set up by keys alone, at work at once, and back at the bench."""

from __future__ import annotations

import cv2
import numpy as np
from gui.working_bench import WorkingBench
from mjpeg_server import MjpegServer
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from inspection_station.station.settings_camera_rows import OVERHEAD, SIDE
from inspection_station.station.text import TextLabel


def texts(card: QWidget) -> str:
    return " ".join(label.text() for label in card.findChildren(TextLabel))


def test_a_network_camera_is_set_up_by_keys_and_the_bench_works_with_it(waiting: WorkingBench) -> None:
    noise = np.random.default_rng(5).integers(0, 2, (27, 48, 3), np.uint8) * 160 + 40
    jpeg = cv2.imencode(".jpg", cv2.resize(noise, (960, 540), interpolation=cv2.INTER_NEAREST))[1].tobytes()
    with MjpegServer([jpeg], 30) as server:
        bench, app = waiting, waiting.app
        bench.press("F10")
        bench.until(lambda: app.window.area == "settings")
        card = app.options.page.camera
        buttons = [button for button in card.findChildren(QAbstractButton) if button.isVisible()]
        network = next(button for button in buttons if button.accessibleName() == "画面来源: 网络")
        network.setFocus(Qt.FocusReason.TabFocusReason)
        bench.press("Enter")
        assert QApplication.focusWidget() is card._rows[OVERHEAD].choices.field
        bench.type(server.address.replace("//", "//bench:pa55word@"))
        bench.press("Enter")
        bench.until(lambda: app.camera.state == "live" and app.camera.camera.name.startswith("http"))
        bench.until(lambda: "960 × 540" in texts(app.options.page.camera))
        bench.until(lambda: not app.options.page.camera.picture.image().isNull())
        card = app.options.page.camera  # another one where the settings saved change the window's looks
        assert "pa55word" not in texts(card) + card._rows[OVERHEAD].choices.field.text() + app.camera.camera.name
        bench.press("F5")
        bench.until(lambda: app.options.camera.place == SIDE)
        assert card.picture.image().isNull() and app.camera.place == "overhead"
        bench.press("Esc")
        bench.until(lambda: app.window.area == "inspect")
        assert app.camera.state == "live"
