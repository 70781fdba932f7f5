"""The first page of a PDF as a picture: what is looked at is what will print."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPdf import QPdfDocument

WIDTH = 1000  # dots; a page on the largest screen is narrower


def preview(document: bytes, page: int = 0, width: int = WIDTH) -> tuple[QImage, int]:
    """The page with that number (from 0, the last one at most) on white, and how many there are.

    A null picture and 0 for bytes that are no PDF.
    """
    data = QByteArray(document)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    pdf = QPdfDocument()
    pdf.load(buffer)
    pages = pdf.pageCount()
    if pages < 1:
        return QImage(), 0
    place = min(max(0, page), pages - 1)
    points = pdf.pagePointSize(place)
    size = QSize(width, round(width * points.height() / max(1.0, points.width())))
    drawn = pdf.render(place, size)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.drawImage(0, 0, drawn)
    painter.end()
    pdf.close()
    return image, pages
