"""The scrap certificate: what was destroyed, how and when, two signatories, and the photos of the destruction."""

from __future__ import annotations

import hashlib
from pathlib import Path

from inspection_station.documents.fonts import Weight
from inspection_station.documents.paper.contents import DestructionPhoto, ScrapCertificate, content_hash
from inspection_station.documents.paper.flow import POINT
from inspection_station.documents.paper.handover import BESIDE, SIGNATURES, STRONG, WIDTH, Box, Pages
from inspection_station.documents.paper.page import HAIR, MARGIN
from inspection_station.documents.paper.setting import Style, broken
from inspection_station.documents.report_parts import reduced
from inspection_station.i18n import translate

LARGEST_PHOTO = 64 * 1024 * 1024  # bytes; larger files are not read
_PHOTO = 60.0  # mm high
_CAPTION = 13.0  # mm below it
_BY_HAND = "_" * 26  # to be written in


def certificate(document: ScrapCertificate) -> bytes:
    """The certificate as PDF, its photos after the signatures, six a page and each with its hash.

    A photo whose bytes are gone or do not match its hash is named as such in its place.

    Raises:
        StationProblem: ``fonts.*`` when the installation lacks a font.
    """
    facts = [(translate("Method"), document.method or _BY_HAND),
             (translate("Destroyed"), document.destroyed_at or _BY_HAND)]  # fmt: skip
    pages = Pages(document.handover, content_hash(document), facts)
    pages.containers()
    pages.table(SIGNATURES + 16.0)
    told = translate("We certify that the items listed above were made unusable and handed over for disposal, "
                     "and that none of them was taken out.")  # fmt: skip
    pages.paragraph(told, Style(9.5))
    who = [*document.signatories, None, None][:2]
    pages.signatures([Box(translate("First signatory"), who[0]), Box(translate("Second signatory"), who[1])])
    _photos(pages, document.photos)
    return pages.pad.pdf()


def _photos(pages: Pages, photos: tuple[DestructionPhoto, ...]) -> None:
    """Two beside each other, on pages of their own."""
    if not photos:
        return
    pages.flow.next_page()
    flow, pad = pages.flow, pages.pad
    pad.line(MARGIN, flow.y + 5.4, translate("Photos of the destruction ({n})", n=len(photos)), Style(13, Weight.BOLD))
    flow.y += 10.0
    width = (WIDTH - 6.0) / 2
    for place, photo in enumerate(photos):
        if place % 2 == 0:
            if place:
                flow.y += _PHOTO + _CAPTION + 4.0
            flow.need(_PHOTO + _CAPTION)
        _photo(pages, place + 1, photo, MARGIN + place % 2 * (width + 6.0), width)
    flow.y += _PHOTO + _CAPTION


def _photo(pages: Pages, number: int, photo: DestructionPhoto, x: float, width: float) -> None:
    pad, y = pages.pad, pages.flow.y
    pad.box(x, y, width, _PHOTO, thick=0.15, fill=0.97, stroke=HAIR)
    data = _bytes_of(photo)
    whole = data is not None and hashlib.sha256(data).hexdigest() == photo.sha256
    picture = reduced(data) if data is not None and whole else None
    if picture is not None:
        pad.picture(picture, x + 0.3, y + 0.3, width - 0.6, _PHOTO - 0.6)
    else:
        told = translate("This photo is not here") if data is None else translate("The bytes do not match this hash")
        told = told if not whole else translate("This photo cannot be shown")
        pad.line(x + width / 2, y + _PHOTO / 2, told, STRONG, align="centre", within=width - 6)
    lines = broken(f"{number}  {photo.caption}", STRONG, width / POINT, 1)
    pad.line(x, y + _PHOTO + 4.2, lines[0] if lines else str(number), STRONG)
    pad.line(x + width, y + _PHOTO + 8.2, photo.taken_at, BESIDE, align="right", within=width * 0.5)
    digits = " ".join(photo.sha256[start : start + 4] for start in range(0, 16, 4))
    pad.line(x, y + _PHOTO + 8.2, f"SHA-256 {digits}", BESIDE, within=width * 0.48)


def _bytes_of(photo: DestructionPhoto) -> bytes | None:
    if isinstance(photo.source, bytes):
        return photo.source
    try:
        path = Path(photo.source)
        return path.read_bytes() if path.stat().st_size <= LARGEST_PHOTO else None
    except OSError:
        return None
