"""What a centre of the tests stands on: SQLite and its own disk, or a real PostgreSQL and a real S3 server.

Mark a test or a module `both_surroundings` and every centre of it stands once on the one and once on the other, be it
made by `centre_cases.in_process_centre` or a real process (`CentreProcess`), each data folder with a database and a
place in the bucket of its own. With `both_surroundings(two_instances=True)` there is a third kind: the latter as two
processes behind a balancer, for what `centre_cases.process_of` makes; it waits for ``make soak``. With
`others_in_soak=True` all but the first do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from postgres_server import Databases
from s3_server import ACCESS, BUCKET, SECRET, S3Server

from inspection_station.server.blobs.opening import open_photos
from inspection_station.server.blobs.store import PhotoStore
from inspection_station.server.configuration import PhotoSettings

KINDS = ("sqlite-disk", "postgresql-s3")
TWO_INSTANCES = "two-instances"


@dataclass
class Surroundings:
    """What the centre in a data folder stands on; without an S3 server it is the folder itself."""

    databases: Databases
    s3: S3Server | None
    prefixes: dict[Path, str] = field(default_factory=dict)

    def _settings(self, folder: Path) -> PhotoSettings | None:
        if self.s3 is None:
            return None
        self.s3.prefixes += folder not in self.prefixes
        prefix = self.prefixes.setdefault(folder, f"centre-{self.s3.prefixes}/")
        return PhotoSettings(BUCKET, prefix, self.s3.endpoint, access_key=ACCESS, secret_key=SECRET)

    def photos(self, folder: Path) -> PhotoStore | None:
        """The store of the centre's photos; None is its folder."""
        settings = self._settings(folder)
        return None if settings is None else open_photos(folder, settings)

    def environment(self, folder: Path) -> dict[str, str]:
        """What tells a centre's process the same."""
        settings = self._settings(folder)
        if settings is None:
            return {}
        told = {
            "DATABASE_URL": self.databases.url(folder), "PHOTOS_BUCKET": settings.bucket,
            "PHOTOS_PREFIX": settings.prefix, "PHOTOS_ENDPOINT": settings.endpoint,
            "PHOTOS_ACCESS_KEY": settings.access_key, "PHOTOS_SECRET_KEY": settings.secret_key,
        }  # fmt: skip
        return {f"INSPECTION_CENTRE_{name}": value for name, value in told.items()}


@pytest.fixture(autouse=True)  # else pytest forgets that a marked test wants it
def centre_surroundings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The surroundings of this test's centres; `both_surroundings` asks for each kind once."""
    if getattr(request, "param", KINDS[0]) == KINDS[0]:
        return
    import centre_cases

    databases = Databases(request.getfixturevalue("postgres_server"))
    made = Surroundings(databases, request.getfixturevalue("s3_server"))
    monkeypatch.setattr(centre_cases, "database_of", databases.url)
    monkeypatch.setattr(centre_cases, "photos_of", made.photos)
    monkeypatch.setattr(centre_cases, "environment_of", made.environment)
    if request.param == TWO_INSTANCES:
        from two_instances import TwoInstances, centre_of

        monkeypatch.setattr(centre_cases, "environment_of", lambda folder: made.environment(centre_of(folder)))
        monkeypatch.setattr(centre_cases, "process_of", TwoInstances)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    text = "both_surroundings: runs with the centre on SQLite and its disk, and on PostgreSQL and S3"
    config.addinivalue_line("markers", text)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run marked tests with each kind."""
    if mark := metafunc.definition.get_closest_marker("both_surroundings"):
        soak = metafunc.config.getoption("--soak")
        kinds = (*KINDS, TWO_INSTANCES) if soak and mark.kwargs.get("two_instances") else KINDS
        if mark.kwargs.get("others_in_soak") and not soak:
            kinds = kinds[:1]
        metafunc.parametrize("centre_surroundings", kinds, indirect=True)
