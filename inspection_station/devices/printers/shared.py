"""One physical printer for all who print on it: one label at a time, and who only asks never waits for a label.

Several purposes of a bench may go to one printer, a test label and a look at its status come from elsewhere, and a
serial port or a device file can be opened once only. So whatever is opened for the same place shares one lock and
the last status.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Literal
from weakref import WeakValueDictionary

from inspection_station.devices.printers.vocabulary import (
    FollowsJobs,
    Printer,
    PrinterStatus,
    PrintJob,
    PrintOutcome,
)


class _Place:
    """A physical printer: who uses it now, and what it said last."""

    def __init__(self) -> None:
        self.in_use = threading.Lock()
        self.prints = False  # a label is on its way
        self.last: PrinterStatus | None = None

    def meanwhile(self) -> PrinterStatus | None:
        """How the printer is as far as is known while somebody uses it; None when nobody knows yet."""
        if self.prints and (self.last is None or self.last.can_print):
            return PrinterStatus("printing", checked=self.last is None or self.last.checked)
        return self.last


class SharedPrinter:
    """A printer that others may use too; see `Printer`."""

    def __init__(self, printer: Printer, place: _Place) -> None:
        self.printer = printer
        self._place = place
        self.name = printer.name

    @property
    def takes(self) -> Literal["raster", "pdf"]:
        """See `Printer`."""
        return self.printer.takes

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """See `Printer`; waits until nobody else uses the printer."""
        with self._place.in_use:
            self._place.prints = True
            try:
                return self.printer.print_label(job)
            finally:
                self._place.prints = False

    def status(self) -> PrinterStatus:
        """See `Printer`; while somebody else uses it, what it said last, and that it prints if it does."""
        place = self._place
        if not place.in_use.acquire(blocking=False):
            if (known := place.meanwhile()) is not None:
                return known
            place.in_use.acquire()  # the first answer ever is on its way
        try:
            place.last = self.printer.status()
        finally:
            place.in_use.release()
        return place.last

    def end_of(self, ticket: str, job_id: str) -> PrintOutcome | None:
        """See `FollowsJobs`; of a printer without tickets nothing more will be known."""
        if isinstance(self.printer, FollowsJobs):
            return self.printer.end_of(ticket, job_id)
        return PrintOutcome("sent")


_places: WeakValueDictionary[str, _Place] = WeakValueDictionary()
_printers: WeakValueDictionary[Hashable, SharedPrinter] = WeakValueDictionary()
_looking = threading.Lock()


def shared_printer(described: Hashable, place: str, make: Callable[[], Printer]) -> SharedPrinter:
    """The printer that is `described` so, at a `place`: the one there is already, or what `make` gives.

    Others at the same place that are described otherwise (another size of label) are printers of their own, of which
    only one is used at a time.
    """
    with _looking:
        found = _printers.get(described)
        if found is None:
            at = _places.setdefault(place, _Place())
            found = _printers.setdefault(described, SharedPrinter(make(), at))
        return found
