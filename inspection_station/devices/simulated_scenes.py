"""What lies under the simulated camera: pictures of articles, and parcels with any tracking number.

The pictures and their manifest are in ``resources/demo``. A parcel is composed at run time: the print of a carrier
label is multiplied onto the blank paper of a parcel picture, so that the picture's light, wrinkles and perspective
stay and the codes decode. Everything is a function of its arguments; nothing is random.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from inspection_station.devices import simulated_label
from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources
from inspection_station.picture_files import Picture, open_picture, read_picture_file

INTACT = "intact"
SERIAL_MISMATCH = "serial_mismatch"
"""State of an article that is whole but is another unit than was shipped."""
EMPTY_PARCEL = "empty_parcel"
"""State of a parcel with nothing in it but paper; any product."""

PARCEL_CONDITIONS = ("wet", "torn")
_SOUND_BASES = ("carton", "mailer")
_KEPT_PICTURES = 10  # decoded pictures held in memory; a parcel takes 6 MB
_INK_LIFT = 0.05  # printed ink still reflects a little of the light
_SURNAMES = "张王李赵陈杨黄周吴徐孙马朱胡郭何林罗高郑"
_NOT_DEFECTS = ("wrong_item", SERIAL_MISMATCH)

Floats = npt.NDArray[np.float32]


def _fraction(seed: bytes, at: int) -> float:
    """The `at`-th number of a seed, from -1 to 1."""
    return int.from_bytes(seed[2 * at : 2 * at + 2], "big") / 32767.5 - 1


class SceneLibrary:
    """The pictures of one demo folder. Frames are new arrays: rows x columns x 3, blue, green, red, 8 bits."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the manifest of `folder` (default: the one that ships).

        Raises:
            StationProblem: ``demo.pictures``, the folder has no manifest that can be used.
        """
        self.folder = folder or resources() / "demo"
        try:
            manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
            self._pictures: list[dict[str, Any]] = list(manifest["pictures"])
            self._products: dict[str, dict[str, Any]] = {row["sku"]: row for row in manifest["products"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StationProblem(
                "demo.pictures", N_("The demo pictures are missing."), N_("Install the program again.")
            ) from error
        self._decoded: OrderedDict[str, Picture] = OrderedDict()

    # ---- parcels ------------------------------------------------------------------------

    def parcel(self, tracking_number: str, carrier: str = "", condition: str = "") -> Picture:
        """The closed parcel of a tracking number, 1920 x 1080, its label readable.

        `carrier` is the Chinese name to print (empty: the one of the prefix); `condition` is empty, ``wet`` or
        ``torn``. A number that is printed on a picture of the set shows that picture.

        Raises:
            ValueError: the number cannot be printed as Code 128, or the condition is unknown.
        """
        if condition and condition not in PARCEL_CONDITIONS:
            raise ValueError(f"unknown parcel condition {condition!r}")
        printed = None if condition else self._parcel_picture(tracking_number)
        if printed:
            return self._picture(printed["file"]).copy()
        seed = hashlib.sha256(tracking_number.encode()).digest()
        kinds = (condition,) if condition else _SOUND_BASES
        bases = [row for row in self._pictures if row.get("base_of") in kinds]
        base = bases[seed[31] % len(bases)]
        label = simulated_label.carrier_label(
            tracking_number,
            carrier,
            sender=_SURNAMES[seed[19] % len(_SURNAMES)] + "**",
            sender_phone=f"13{seed[20] % 10}****{seed[21] * 39 % 10000:04d}",
            weight=f"{0.3 + seed[22] % 40 / 10:.1f}",
        )
        frame = self._picture(base["file"]).copy()
        _print_onto(frame, label, simulated_label.PAPER, np.array(base["label_quad"], np.float32))
        return _taken(frame, seed)

    def empty_parcel(self, tracking_number: str = "") -> Picture:
        """The opened carton with nothing in it, 1920 x 1080; shows no code."""
        base = next(row for row in self._pictures if row.get("base_of") == "opened")
        return _taken(self._picture(base["file"]).copy(), hashlib.sha256(tracking_number.encode()).digest())

    def _parcel_picture(self, tracking_number: str) -> dict[str, Any] | None:
        """The picture of a sound parcel, well taken, with this number on its label."""
        for row in self._pictures:
            sound = row.get("shot") == "outside" and row["state"] == INTACT and row["width"] == 1920
            codes = row.get("codes", ()) if sound and not row.get("quality") else ()
            if any(code["text"] == tracking_number and code["readable"] for code in codes):
                return row
        return None

    # ---- articles -----------------------------------------------------------------------

    def item(self, sku: str, state: str = INTACT, shot: str = "front", serial_number: str = "") -> Picture:
        """An article on the bench, 1280 x 960 (an empty parcel: 1920 x 1080).

        Args:
            sku: the product.
            state: ``intact``, a scene name of `defects_of`, any other scene name of the manifest (then its article
                is shown, whatever the SKU: the wrong item), ``serial_mismatch`` or ``empty_parcel``.
            shot: front, close_up, tag, serial, screen, back or inside; one that the set does not have falls back to
                the same state's front, zoomed in for a close-up or where the tag was cut off.
            serial_number: what the serial plate shows; empty takes the product's first demo unit.

        Raises:
            KeyError: the product or the state is unknown.
        """
        if state == EMPTY_PARCEL:
            return self.empty_parcel(serial_number)
        if sku not in self._products:
            raise KeyError(sku)
        if shot == "serial" and simulated_label.plate_of(sku):
            swapped = state in (SERIAL_MISMATCH, "serial_plate_other")
            return self._plate(sku, serial_number or simulated_label.demo_serial(sku, swapped=swapped))
        if state in (SERIAL_MISMATCH, "serial_plate_other"):
            state = INTACT
        sku = self._sku_shown(sku, state)
        row = self._row(sku, state, shot)
        if row:
            return self._picture(row["file"]).copy()
        front = self._row(sku, state, "front") or self._row(sku, INTACT, "front")
        if front is None:
            raise KeyError(sku)
        if shot == "tag" and front.get("codes"):
            tag = self._row(sku, INTACT, "tag")
            return self._picture((tag or front)["file"]).copy()
        if shot == "close_up":
            return _zoomed(self._picture(front["file"]))
        if shot == "tag":
            close = self._row(sku, state, "close_up")
            return self._picture(close["file"]).copy() if close else _zoomed(self._picture(front["file"]))
        other = self._row(sku, INTACT, shot) if shot in ("screen", "back", "inside") and state == INTACT else None
        return self._picture((other or front)["file"]).copy()

    def has_item(self, sku: str) -> bool:
        """Whether there is a picture of the product."""
        return self._row(sku, INTACT, "front") is not None

    def defects_of(self, sku: str) -> list[str]:
        """Names of the product's states with a defect that can be seen."""
        return [
            row["scene"]
            for row in self._pictures
            if row.get("sku") == sku
            and row.get("shot") == "front"
            and row.get("defects")
            and row.get("finding") not in _NOT_DEFECTS
        ]

    def files(self, sku: str, defect: str = "") -> list[tuple[Path, str]]:
        """The picture files of an article and their shots: of a state with that defect, or of the whole one."""
        states = [INTACT] if not defect else [one for one in self.defects_of(sku) if defect in self.defect_codes(one)]
        return [
            (self.folder / row["file"], row["shot"])
            for row in self._pictures
            if row.get("sku") == sku and row.get("state") in states[:1] and row["file"].startswith("items/")
            and row["shot"] in ("front", "tag", "close_up", "back")
        ]  # fmt: skip

    def defect_codes(self, state: str) -> tuple[str, ...]:
        """Defect codes that the front picture of a state shows; empty when it shows none."""
        for row in self._pictures:
            if row.get("scene") == state and row.get("shot") == "front":
                return tuple(row.get("defects", ()))
        return ()

    def products(self) -> list[dict[str, Any]]:
        """The demo products: sku, gtin, category, name_zh, name_en, variant, picture."""
        return [dict(row) for row in self._products.values()]

    def catalogue_picture(self, sku: str) -> Path | None:
        """The product's catalogue picture, or None."""
        path = self.folder / "catalogue" / f"{sku}.jpg"
        return path if sku in self._products and path.is_file() else None

    def _sku_shown(self, sku: str, state: str) -> str:
        """The product that a state shows: the SKU itself or, for a wrong item, another one."""
        if state == INTACT:
            return sku
        shown = [row.get("sku", "") for row in self._pictures if row.get("state") == state]
        if not shown:
            raise KeyError(state)
        return sku if sku in shown else cast(str, shown[0])

    def _row(self, sku: str, state: str, shot: str) -> dict[str, Any] | None:
        for row in self._pictures:
            wanted = row.get("sku") == sku and row.get("state") == state and row.get("shot") == shot
            if wanted and row["file"].startswith("items/"):
                return row
        return None

    def _plate(self, sku: str, serial_number: str) -> Picture:
        plate = simulated_label.plate_of(sku)
        assert plate is not None
        base = next(row for row in self._pictures if row.get("base_of") == "plate")
        text = {"brand": plate.brand, "maker": plate.maker, "rating": plate.rating}
        label = simulated_label.serial_plate(serial_number, plate.model, plate.product, **text)
        frame = self._picture(base["file"]).copy()
        _print_onto(frame, label, simulated_label.PLATE_PAPER, np.array(base["label_quad"], np.float32))
        return _taken(frame, hashlib.sha256(serial_number.encode()).digest())

    def _picture(self, file: str) -> Picture:
        """A picture of the set, decoded; the newest few are kept."""
        if file in self._decoded:
            self._decoded.move_to_end(file)
            return self._decoded[file]
        picture = open_picture(read_picture_file(self.folder / file))
        self._decoded[file] = picture
        if len(self._decoded) > _KEPT_PICTURES:
            self._decoded.popitem(last=False)
        return picture


def _print_onto(frame: Picture, label: Image.Image, paper: simulated_label.Colour, quad: Floats) -> None:
    """Multiply the print of `label` onto the blank paper that lies at `quad` (pixels) of `frame`, in place."""
    printed = np.asarray(label.convert("RGB"))[..., ::-1]
    shrink = float(np.hypot(*(quad[1] - quad[0]))) / printed.shape[1]
    if shrink < 0.9:  # averaged first, so that fine bars keep their grey
        printed = cv2.resize(printed, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    reflected = np.arange(256)[:, None] / np.asarray(paper[::-1], np.float64)
    table = np.round(255 * (np.minimum(reflected, 1) * (1 - _INK_LIFT) + _INK_LIFT)).astype(np.uint8)
    ink = cv2.LUT(np.ascontiguousarray(printed), table[None])
    height, width = ink.shape[:2]
    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 2, 0)
    right, bottom = np.minimum(np.ceil(quad.max(axis=0)).astype(int) + 2, (frame.shape[1], frame.shape[0]))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, quad - np.array([left, top], np.float32))
    size = (int(right - left), int(bottom - top))
    laid = cv2.warpPerspective(ink, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    laid = cv2.GaussianBlur(laid, (3, 3), 0.5)
    frame[top:bottom, left:right] = cv2.multiply(frame[top:bottom, left:right], laid, scale=1 / 255)


def _taken(frame: Picture, seed: bytes) -> Picture:
    """The frame as it lies a little differently each time: turned, shifted, lighter or darker."""
    height, width = frame.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0.8 * _fraction(seed, 0), 1.03)
    matrix[0, 2] += 12 * _fraction(seed, 1)
    matrix[1, 2] += 8 * _fraction(seed, 2)
    frame = cast(Picture, cv2.warpAffine(frame, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101))
    light = np.clip(np.arange(256) * (1 + 0.06 * _fraction(seed, 3)), 0, 255).astype(np.uint8)
    return cast(Picture, cv2.LUT(frame, light))


RULER_STRIP = 54 / 960  # of a front picture's height: the bench's ruler lies along its lower edge


def _zoomed(picture: Picture, times: float = 1.8) -> Picture:
    """The middle of a picture, larger and sharpened, in the same size, the bench's ruler put beside what is shown."""
    height, width = picture.shape[:2]
    high, wide = round(height / times), round(width / times)
    top, left = round((height - high) * 0.46), (width - wide) // 2
    strip = round(height * RULER_STRIP)
    cut = np.concatenate((picture[top : top + high - strip, left : left + wide], picture[-strip:, left : left + wide]))
    near = cv2.resize(cut, (width, height), interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(near, (0, 0), 1.6)
    return cast(Picture, cv2.addWeighted(near, 1.7, soft, -0.7, 0))
