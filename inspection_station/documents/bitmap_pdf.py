"""A printed bitmap as a PDF page: what a PDF folder or a driver queue gets is the same dots as the printer."""

from __future__ import annotations

import io

from PIL import Image

from inspection_station.documents.fonts import FACES, register_for_pdf


def pdf_of_bitmap(png: bytes, size_mm: tuple[float, float], title: str) -> bytes:
    """One page of `size_mm` (width, height) that the bitmap fills; the dots are kept as they are.

    The same bitmap always makes the same bytes (no time, no random id): a label sent again is known by its file.
    """
    from reportlab.lib.units import mm  # with the first label, not with the window
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        bitmap = image.convert("L")
    buffer = io.BytesIO()
    page = (size_mm[0] * mm, size_mm[1] * mm)
    register_for_pdf()
    # Without a first font of ours an unembedded Helvetica would be listed; the stub has a wrong type for its name.
    canvas = Canvas(buffer, pagesize=page, initialFontName=FACES[0], invariant=1)  # type: ignore[arg-type]
    canvas.setTitle(title)
    canvas.drawImage(ImageReader(bitmap), 0, 0, *page)
    canvas.save()
    return buffer.getvalue()
