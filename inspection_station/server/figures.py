"""Figures of a running centre for a monitor (Prometheus). Labels are route templates, statuses, verdicts: few, and
never anything of a person, a parcel or one station."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from inspection_station import __version__
from inspection_station.server.centre import Centre, later
from inspection_station.server.safe_marks import latest_backup
from inspection_station.server.tables import (
    blob,
    damaged_photo,
    quarantine,
    record,
    record_blob,
    station,
    webhook_delivery,
)

PREFIX = "inspection_centre"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
KEPT_SECONDS = 15  # counting a large database takes time; a monitor that asks oftener gets the same again
SEEN_WITHIN = {"5m": 300, "1h": 3600, "1d": 86400}

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter began is of no use here and a third of the lines

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figures:
    """The figures of one application."""

    def __init__(self, centre: Centre) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            f"{PREFIX}_requests", "Requests by route and status", ["method", "route", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            f"{PREFIX}_request_seconds", "How long requests took", ["route"], buckets=BUCKETS, registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Held(centre))

    def seen(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self.registry)


class _Held(Collector):
    """What the centre holds, counted when it is asked for."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._lock = threading.Lock()
        self._counted: list[GaugeMetricFamily] = []
        self._until = 0.0

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """See prometheus_client."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._counted = self._count()
                self._until = time.monotonic() + KEPT_SECONDS
            yield from self._counted

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is counted only to be named."""
        return []

    def _count(self) -> list[GaugeMetricFamily]:
        up = _gauge("database_up", "Whether the database answered", 0)
        version = GaugeMetricFamily(f"{PREFIX}_build_info", "Version of the program", labels=["version"])
        version.add_metric([__version__], 1)
        found = [version, *_room(self._centre)]
        try:
            with self._centre.database.reader.connect() as connection:
                found += _held(connection, self._centre.now())
        except sa.exc.SQLAlchemyError:
            return [*found, up]
        return [*found, _gauge("database_up", "Whether the database answered", 1)]


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", text, value=value)


def _labelled(name: str, text: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    made = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=[label])
    for word, value in values.items():
        made.add_metric([word], value)
    return made


def _room(centre: Centre) -> list[GaugeMetricFamily]:
    try:
        free = shutil.disk_usage(centre.settings.data_folder).free
    except OSError:
        return []
    return [_gauge("disk_free_bytes", "Room on the disk of the data folder", free)]


def _held(connection: Connection, now: str) -> list[GaugeMetricFamily]:
    def number(query: sa.Select[Any]) -> float:
        return float(connection.scalar(query) or 0)

    by_verdict = sa.select(record.c.verdict, sa.func.count()).group_by(record.c.verdict)
    verdicts = {str(word): float(count) for word, count in connection.execute(by_verdict)}
    pending = (
        sa.select(sa.func.count(sa.distinct(record_blob.c.sha256)))
        .outerjoin(blob, blob.c.sha256 == record_blob.c.sha256)
        .where(blob.c.sha256.is_(None))
    )
    stations = {
        word: number(
            sa.select(sa.func.count()).where(station.c.revoked_at == "", station.c.last_seen >= later(now, seconds=-s))
        )
        for word, s in SEEN_WITHIN.items()
    }
    stations["ever"] = number(sa.select(sa.func.count()).where(station.c.revoked_at == ""))
    by_state = sa.select(webhook_delivery.c.state, sa.func.count()).group_by(webhook_delivery.c.state)
    deliveries = {str(word): float(count) for word, count in connection.execute(by_state)}
    newest = latest_backup(connection)
    age = (datetime.fromisoformat(now) - datetime.fromisoformat(newest.started_at)).total_seconds() if newest else -1.0
    return [
        _labelled("records", "Records by verdict", "verdict", verdicts),
        _gauge("quarantined", "Lines kept in quarantine", number(sa.select(sa.func.count()).select_from(quarantine))),
        _gauge("photos", "Photos held", number(sa.select(sa.func.count()).select_from(blob))),
        _gauge("photo_bytes", "Bytes of the photos held", number(sa.select(sa.func.sum(blob.c.size)))),
        _gauge("photos_pending", "Photos that records name and that have not arrived", number(pending)),
        _gauge("photos_damaged", "Photos found damaged or gone of which the right bytes are not here",
               number(sa.select(sa.func.count()).where(damaged_photo.c.mended_at == ""))),
        _labelled("webhook_deliveries", "Deliveries to webhooks by state", "state", deliveries),
        _labelled("stations", "Stations not revoked, by how lately they greeted", "seen_within", stations),
        _gauge("stations_forked", "Stations that sent two records under one id",
               number(sa.select(sa.func.count()).where(station.c.forked_at != ""))),
        _gauge("backup_age_seconds", "Age of the newest verified backup of this epoch; -1: there is none", age),
        _gauge("feed_lag_seconds", "How long the oldest writer has held the feed back", _feed_lag(connection)),
    ]  # fmt: skip


def _feed_lag(connection: Connection) -> float:
    """On PostgreSQL the feed ends below the oldest writing transaction; SQLite has one writer, and no lag."""
    if connection.dialect.name != "postgresql":
        return 0.0
    oldest = sa.text(
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0) FROM pg_stat_activity"
        " WHERE backend_xid IS NOT NULL AND datname = current_database()"
    )
    return float(connection.scalar(oldest) or 0)
