"""The tables of custody in the centre's database."""

from __future__ import annotations

from inspection_station.custody.tables import custody_tables
from inspection_station.server.columns import metadata as metadata

CUSTODY = custody_tables(metadata)
