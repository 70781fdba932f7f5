"""Draw the demo pictures:  cd resources/demo; python -m scenes_generator [OUT] [--only WORD] [--jobs N]

Writes items/, parcels/, bases/, quality/ and catalogue/ with JPEG pictures, and manifest.json. Everything is drawn
from fixed seeds; needs NumPy, OpenCV, Pillow and segno, and the product on the Python path.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from . import camera, parcels  # noqa: E402
from .close_scenes import closes  # noqa: E402
from .engine import Bench  # noqa: E402
from .item_scenes import fronts  # noqa: E402
from .parcel_scenes import parcels_and_quality  # noqa: E402
from .plan import Scene  # noqa: E402
from .products import CATEGORIES, PRODUCTS, Product  # noqa: E402


def all_scenes() -> list[Scene]:
    """Every picture but the catalogue's; two scenes may share a file."""
    return [*fronts(), *closes(), *parcels_and_quality()]


def drawn(scene: Scene) -> tuple[Bench, dict[str, Any]]:
    """The bench with the scene on it, and the camera settings."""
    settings = dict(scene.camera)
    margin = settings.pop("margin", None)
    if scene.bench == "parcel":
        fine = scene.size[0] / 1920
        bench = parcels.bench(fine if fine > 1 else 1.25, ruler=scene.ruler, margin=150 if margin is None else margin)
    else:
        bench = Bench(k=0.8 if margin else scene.fine, ruler=scene.ruler, card=scene.ruler, margin=margin or 0)
    scene.draw(bench)
    return bench, settings


def label_quad(bench: Bench, size: tuple[int, int], settings: dict[str, Any]) -> list[list[float]]:
    """Corners of the blank label in the picture, in pixels: top left, top right, bottom right, bottom left."""
    place = {key: settings[key] for key in ("rotate", "tilt", "zoom", "shift") if key in settings}
    matrix = camera.tilted(bench.w, bench.h, bench.margin, bench.k, size, **place)
    corners = (np.asarray(bench.label_quad) + bench.margin) * bench.k
    moved = cv2.perspectiveTransform(corners[None].astype(np.float64), matrix)[0]
    return [[round(float(x), 2), round(float(y), 2)] for x, y in moved]


def catalogue_picture(product: Product) -> Image.Image:
    """Clean 640 x 480 front picture on a light sweep."""
    bench = Bench(k=0.9, ruler=False, card=False, bg="white", margin=60)
    product.paint(bench)
    return camera.shoot(
        bench, (640, 480), key=0.93, fill=1.25, blur=0.4, grain=0.5, vignette=0.05, zoom=0.96, shift=(0, 30)
    )


def entry(scene: Scene) -> dict[str, Any]:
    """What the manifest says of a scene; what does not apply is left out."""
    product = PRODUCTS.get(scene.sku)
    said = {
        "scene": scene.name,
        "file": scene.file,
        "shows": scene.shows,
        "shows_zh": scene.shows_zh,
        "category": scene.category,
        "sku": scene.sku,
        "gtin": product.gtin if product else "",
        "state": scene.state,
        "shot": scene.shot,
        "codes": [{"symbology": kind, "text": text, "readable": read} for kind, text, read in scene.codes],
        "defects": scene.defects,
        "finding": scene.finding,
        "stands_for": scene.stands_for,
        "serial": scene.serial,
        "base_of": scene.base_of,
        "quality": scene.quality,
        "ruler": scene.ruler,
        "width": scene.size[0],
        "height": scene.size[1],
    }
    return {key: value for key, value in said.items() if value not in ("", [])}


def products() -> list[dict[str, Any]]:
    """The demo catalogue."""
    return [
        {"sku": p.sku, "category": p.category, "category_zh": CATEGORIES[p.category], "name_zh": p.zh, "name_en": p.en,
         "variant": p.variant, "gtin": p.gtin, "picture": f"catalogue/{p.sku}.jpg"}
        for p in PRODUCTS.values()
    ]  # fmt: skip


def draw_and_save(task: tuple[str, str]) -> tuple[str, list[list[float]]]:
    """Draw the picture of one file below the folder; returns the file and the corners of its blank label, if any."""
    file, out = task
    cv2.setNumThreads(1)
    quad: list[list[float]] = []
    if file.startswith("catalogue/"):
        picture = catalogue_picture(PRODUCTS[Path(file).stem])
    else:
        scene = next(scene for scene in all_scenes() if scene.file == file)
        bench, settings = drawn(scene)
        picture = camera.shoot(bench, scene.size, **settings)
        quad = label_quad(bench, scene.size, settings) if bench.label_quad is not None and scene.base_of else []
    path = Path(out) / file
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=80 if picture.width > 3000 or "_close" in file else 84, optimize=True)
    return file, quad


def write_manifest(out: Path, quads: dict[str, list[list[float]]]) -> None:
    """Write manifest.json; label corners that were not computed now are kept from the file that is there."""
    path = out / "manifest.json"
    known = json.loads(path.read_text(encoding="utf-8"))["pictures"] if path.exists() else []
    corners = {row["file"]: row["label_quad"] for row in known if "label_quad" in row}
    corners.update({file: quad for file, quad in quads.items() if quad})
    rows = [entry(scene) for scene in all_scenes()]
    for row in rows:
        if row["file"] in corners:
            row["label_quad"] = corners[row["file"]]
    manifest = {"products": products(), "pictures": rows}
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", default=str(Path(__file__).resolve().parent.parent))
    parser.add_argument("--only", default="", help="draw only pictures whose file name holds this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    files = list(dict.fromkeys(scene.file for scene in all_scenes())) + [f"catalogue/{sku}.jpg" for sku in PRODUCTS]
    tasks = [(file, given.out) for file in files if given.only in file]
    Path(given.out).mkdir(parents=True, exist_ok=True)
    quads: dict[str, list[list[float]]] = {}
    with ProcessPoolExecutor(given.jobs) as pool:
        for file, quad in pool.map(draw_and_save, tasks):
            quads[file] = quad
            print(file, flush=True)
    write_manifest(Path(given.out), quads)


if __name__ == "__main__":
    main()
