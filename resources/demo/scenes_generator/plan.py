"""One picture to draw: what is on the bench, what is wrong with it, what a scanner must read."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .engine import Bench
from .products import PRODUCTS, Product

Draw = Callable[[Bench], object]
Code = tuple[str, str, "bool | None"]
"""Symbology, text, readable: True must be read, False must not be read, None may or may not."""


@dataclass
class Scene:
    """A picture and what the manifest says of it.

    `state` is ``intact`` or the name of a defect scene; `shot` is one of front, close_up, tag, serial, screen, back,
    inside, outside. `defects` are defect codes, `finding` an identity finding, `quality` faults of the picture.
    """

    name: str
    folder: str
    shows: str
    shows_zh: str
    draw: Draw
    category: str = ""
    sku: str = ""
    state: str = "intact"
    shot: str = "front"
    defects: list[str] = field(default_factory=list)
    finding: str = ""
    stands_for: str = ""  # SKU that was expected where this picture shows a wrong item
    serial: str = ""
    base_of: str = ""  # 'carton', 'mailer', 'wet_carton', 'plate': blank paper for the product to print on
    quality: list[str] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    bench: str = "item"
    size: tuple[int, int] = (1280, 960)
    fine: float = 1.5  # pixels per design unit while drawing an item scene
    ruler: bool = True
    camera: dict[str, Any] = field(default_factory=dict)
    file: str = ""

    def __post_init__(self) -> None:
        self.file = self.file or f"{self.folder}/{self.name}.jpg"


def item(
    name: str,
    sku: str,
    zh: str,
    en: str,
    *extras: Callable[[Bench, Product, Any], object],
    args: dict[str, Any] | None = None,
    codes: list[Code] | None = None,
    **fields: Any,
) -> Scene:
    """A scene of one product; each extra draws what is added and gets bench, product and what the drawing returned."""
    product = PRODUCTS[sku]

    def draw(bench: Bench) -> None:
        painted = product.paint(bench, **(args or {}))
        for extra in extras:
            extra(bench, product, painted)

    if codes is None:
        codes = ean(sku) if product.code_in_art else []
    return Scene(
        name,
        fields.pop("folder", "items"),
        f"{product.en}: {en}",
        f"{product.zh}（{product.variant}）：{zh}",
        draw,
        product.category,
        sku,
        codes=codes,
        **fields,
    )


def ean(sku: str, readable: bool | None = True) -> list[Code]:
    """The product's EAN-13 as the only code of a picture."""
    return [("EAN13", PRODUCTS[sku].gtin, readable)]


def look_at(x: float, y: float, zoom: float, rotate: float = 0.0) -> dict[str, Any]:
    """Camera settings that bring the bench point (design units) to the middle of the frame, turned by degrees."""
    turn = math.radians(rotate)
    dx, dy = x - 640, y - 480
    shift = (-zoom * (dx * math.cos(turn) - dy * math.sin(turn)), -zoom * (dx * math.sin(turn) + dy * math.cos(turn)))
    return {"zoom": zoom, "shift": shift, "rotate": rotate, "vignette": 0.06}
