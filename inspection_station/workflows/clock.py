"""The station's clock: UTC for what is kept, the site's zone for what is shown (DECISIONS.md 7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def utc_text(moment: datetime) -> str:
    """`moment` (with a zone) as ISO 8601 UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """The inverse of `utc_text`; raises ValueError when `text` is no such time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment


def earlier(text: str, seconds: float) -> str:
    """The moment `seconds` before a kept time, as kept."""
    return utc_text(moment_of(text) - timedelta(seconds=max(0.0, seconds)))


class SystemClock:
    """The machine's clock, the site's time zone, and how far the centre's clock is from it."""

    def __init__(self, time_zone: str, offset_ms: int | None = None) -> None:
        self._zone = ZoneInfo(time_zone)
        self._offset_ms = offset_ms

    def now(self) -> str:
        """UTC now, ISO 8601 with milliseconds."""
        return utc_text(datetime.now(UTC))

    def offset_ms(self) -> int | None:
        """Centre time minus station time as last learnt; None when never."""
        return self._offset_ms

    def learn_offset(self, offset_ms: int) -> None:
        """Take over what the sync found out."""
        self._offset_ms = offset_ms

    def use_zone(self, time_zone: str) -> None:
        """Show times, and count days, in another zone (IANA name) from now on."""
        self._zone = ZoneInfo(time_zone)

    def local_day(self) -> str:
        """The site's calendar day, ``YYYY-MM-DD``."""
        return datetime.now(self._zone).date().isoformat()

    def day_of(self, text: str) -> str:
        """The site's calendar day of a kept time; raises ValueError when it is none."""
        return self.local(text).date().isoformat()

    def local(self, text: str) -> datetime:
        """A kept time in the site's zone, for showing."""
        return moment_of(text).astimezone(self._zone)

    def start_of_day(self, day: date | None = None) -> str:
        """When the site's `day` (today) began, UTC."""
        return utc_text(datetime.combine(day or datetime.now(self._zone).date(), time(), self._zone))
