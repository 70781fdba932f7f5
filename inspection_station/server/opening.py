"""Opening a centre as its settings say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from inspection_station.server.blobs.opening import open_photos
from inspection_station.server.centre import Centre, fact, note, open_centre, utc_now
from inspection_station.server.configuration import CentreSettings
from inspection_station.server.configuration_reading import database_url
from inspection_station.server.told_by_site import tell_people_again


def open_configured_centre(
    settings: CentreSettings,
    *,
    practice: bool = False,
    now: Callable[[], str] = utc_now,
    progress: Callable[[str], None] = lambda text: None,
) -> Centre:
    """The centre that `settings` describe; raises as `open_centre` does."""
    opened = open_centre(
        settings.data_folder, practice=practice, now=now, progress=progress, database=database_url(settings),
        photos=open_photos(settings.data_folder, settings.photos),
    )  # fmt: skip
    with opened.database.writer.begin() as connection:
        if fact(connection, "time_zone") != settings.centre.time_zone:
            note(connection, "time_zone", settings.centre.time_zone)
    tell_people_again(opened)
    return replace(opened, settings=settings)


@contextmanager
def photo_keeper(settings: CentreSettings) -> Iterator[Callable[[str, bytes], None]]:
    """What keeps one photo durably under its hash where the centre of `settings` has its photos."""
    yield open_photos(settings.data_folder, settings.photos).keep


def photo_remover(centre: Centre) -> Callable[[str], None]:
    """What removes one photo's bytes from the centre; one that is gone already does no harm."""
    return centre.photos.remove
