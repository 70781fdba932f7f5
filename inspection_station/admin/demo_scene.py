"""The demo's bench: what lies under the simulated camera follows what is scanned and photographed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspection_station.admin.demo_cases import ShownParcel
from inspection_station.admin.demo_people import demo_people
from inspection_station.admin.demo_returns import demo_script
from inspection_station.devices.simulated import SimulatedCamera, SimulatedItem
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.station.overlay import Overlay

DEMO_FRAME = (1440, 1080)  # pixels; the shape of the drawn articles
TO_TRY = ("SF1390447120865", "JT5284019937712", "HD7730021846509", "ZC6401882290437")


class DemoScene:
    """Plays the part of the hands at the bench (DECISIONS.md 13)."""

    def __init__(self, camera: SimulatedCamera) -> None:
        self._camera = camera
        self._script = demo_script()
        self._wanted = ""

    def parcel_scanned(self, tracking_number: str) -> None:
        """The parcel of this number lies on the bench; an unknown number is a parcel too."""
        if not tracking_number.isalnum() or len(tracking_number) < 8 or tracking_number.isdigit():
            return
        shown = self._script.get(tracking_number, ShownParcel("clean"))
        contents = [SimulatedItem(item.sku, item.state, item.serial_number) for item in shown.items]
        self._wanted = ""
        self._camera.parcel_scanned(tracking_number, "", contents, shown.condition)

    def shot_wanted(self, shot: str) -> None:
        """The article is turned for the next photo."""
        if shot != self._wanted:
            self._wanted = shot
            self._camera.shot_wanted(shot)

    def photo_taken(self, shot: str) -> None:
        """After the parcel's photo the box is opened and the article laid out."""
        self._wanted = ""
        self._camera.photo_taken(shot)


def welcome_card(parent: Any) -> Overlay:
    """Whom one can be in the demo, and four parcels worth a try."""
    from inspection_station.station.frame_views import role_word
    from inspection_station.station.presenting.words import product_name
    from inspection_station.station.welcome_card import WelcomeCard

    words = (
        translate("a clean return: scan, Space, Enter"),
        translate("a stain the buyer complained about"),
        translate("another article than expected"),
        translate("a parcel nobody expects"),
    )
    people = [(product_name(one.name, one.name_en), role_word(one.role), one.badge, one.pin) for one in demo_people()]
    return WelcomeCard(parent, people, list(zip(TO_TRY, words, strict=True)))
