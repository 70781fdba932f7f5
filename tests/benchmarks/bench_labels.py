"""A label laid out and drawn to dots, each with an item of its own, beside the same label with its codes alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from inspection_station.documents import inspection_label
from inspection_station.documents.drawing import BarSymbol, SquareSymbol
from inspection_station.documents.sample_labels import sample_label
from inspection_station.i18n import set_language

KINDS = (((60, 40), 203), ((50, 30), 203), ((60, 40), (203, 300)), ((100, 100), 300), ((100, 150), 600))
NAMES = (
    "轻薄羽绒服 藏青 M", "双面羊绒可拆卸帽系带中长款大衣 女款 驼棕色 165/88A L",
    "Wireless headphones, white", "无线耳机 白色",
)  # fmt: skip


@dataclass
class Timed:
    """Milliseconds of one kind of label: ours, and of its symbols alone."""

    name: str
    ours: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)


def figures(times: int) -> Iterator[Timed]:
    """Each kind `times` times; a quarter of the items have a name that must be shrunk, wrapped and shortened."""
    set_language("zh_CN")
    flawed = replace(sample_label("flawed"), practice=False, rt_number="RT-261121-01200000")
    for size, dpi in KINDS:
        across, down = (dpi, dpi) if isinstance(dpi, int) else dpi
        resolution = str(across) if across == down else f"{across}x{down}"
        timed = Timed(f"{size[0]}×{size[1]} mm, {resolution} dpi")
        for number in range(times + 3):
            item = f"{NAMES[number % len(NAMES)]} {number:04d}"
            content = replace(flawed, rt_number=f"RT-261121-012{number:05d}", item_name=item, sku=f"YL-{number:05d}-NV")
            begun = time.perf_counter()
            layout = inspection_label.layout(content, size, dpi)
            inspection_label.raster(layout)
            taken = (time.perf_counter() - begun) * 1000
            codes = tuple(part for part in layout.operations if isinstance(part, BarSymbol | SquareSymbol))
            begun = time.perf_counter()
            inspection_label.raster(replace(layout, operations=codes))
            least = (time.perf_counter() - begun) * 1000
            if number >= 3:  # the first ones load the fonts
                timed.ours.append(taken)
                timed.least.append(least)
        yield timed
