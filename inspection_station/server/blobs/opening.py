"""Which store the settings name."""

from __future__ import annotations

from pathlib import Path

from inspection_station.server.blobs.disk import DiskPhotos
from inspection_station.server.blobs.store import PhotoStore
from inspection_station.server.configuration import PhotoSettings


def open_photos(folder: Path, settings: PhotoSettings) -> PhotoStore:
    """The bucket that `settings` name, else the data folder `folder`. Nothing is asked of the bucket yet."""
    if not settings.bucket:
        return DiskPhotos(folder)
    from inspection_station.server.blobs.s3 import Bucket, S3Photos  # a large library that a disk does not need

    return S3Photos(
        Bucket(
            settings.bucket, settings.prefix, settings.endpoint, settings.region, settings.access_key,
            settings.secret_key,
        )
    )  # fmt: skip
