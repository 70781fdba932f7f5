"""The languages of label printers, by name. All get dots only: fonts of a printer have no Chinese."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from inspection_station.devices.printers import escpos, tspl, zpl
from inspection_station.devices.printers.description import MM_PER_INCH, LanguageName, Media
from inspection_station.devices.printers.vocabulary import PrinterStatus


@dataclass(frozen=True)
class Language:
    """How one kind of printer is spoken to.

    Attributes:
        name: as in settings.
        encode: one label as bytes; from the bitmap (mode "1", 0 is black), what it is printed on, and dpi x and y.
            Raises ValueError when the image has greys.
        question: asks the printer how it is.
        answer_is_whole: whether the answer has come to its end.
        read_status: what an answer says; `vocabulary.SILENT` for one that is none.
    """

    name: LanguageName
    encode: Callable[[Image.Image, Media, tuple[int, int]], bytes]
    question: bytes
    answer_is_whole: Callable[[bytes], bool]
    read_status: Callable[[bytes], PrinterStatus]


LANGUAGES: dict[LanguageName, Language] = {
    "zpl": Language("zpl", zpl.encode, zpl.QUESTION, zpl.answer_is_whole, zpl.read_status),
    "tspl": Language("tspl", tspl.encode, tspl.QUESTION, tspl.answer_is_whole, tspl.read_status),
    "escpos": Language("escpos", escpos.encode, escpos.QUESTION, escpos.answer_is_whole, escpos.read_status),
}


def encode(
    language: LanguageName, image: Image.Image, media: Media | None = None, dpi: tuple[int, int] = (203, 203)
) -> bytes:
    """One label in a printer's language; without `media` one of the image's own size at `dpi`.

    Raises:
        ValueError: the image has greys.
    """
    size = (image.width / dpi[0] * MM_PER_INCH, image.height / dpi[1] * MM_PER_INCH)
    return LANGUAGES[language].encode(image, media or Media(*size), dpi)
