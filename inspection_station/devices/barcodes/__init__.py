"""Codes in a picture: read by whatever reads them, accepted only on a second ground.

One function, `read_codes`, serves the live scan, the parcel's automatic photo, the tag check and the command line.
Reading (`reading`) and believing (`acceptance`) are apart.
"""

from __future__ import annotations

from inspection_station.devices.barcodes.acceptance import ITF_LENGTHS, CodeRead, FrameAgreement, is_expected, same_code
from inspection_station.devices.barcodes.engines import has_zbar
from inspection_station.devices.barcodes.reading import read_codes

__all__ = ["ITF_LENGTHS", "CodeRead", "FrameAgreement", "has_zbar", "is_expected", "read_codes", "same_code"]
