"""Opening a centre as its settings say."""

from __future__ import annotations

from collections.abc import Callable

from inspection_station.server.centre import Centre, open_centre, utc_now
from inspection_station.server.configuration import CentreSettings


def open_configured_centre(
    settings: CentreSettings,
    *,
    practice: bool = False,
    now: Callable[[], str] = utc_now,
    progress: Callable[[str], None] = lambda text: None,
) -> Centre:
    """The centre that `settings` describe; raises as `open_centre` does."""
    return open_centre(settings.data_folder, practice=practice, now=now, progress=progress)
