"""An opened carton from above."""

import numpy as np

from . import shapes as sh
from .parcels import CX, CY, _kraft, stick_label


def opened_empty(b, number=None, degrees=-1.5, paper=True, seed=11):
    """An opened carton with nothing in it but crumpled paper; the label is on a flap."""
    w, h = 900, 520

    def flap(pts, sd, lift):
        q = b.shape(sh.round_poly(sh.turn(pts, CX, CY, degrees), 5), smooth=False)
        u, v = q.local(CX, CY, degrees)
        away = np.clip(np.maximum(np.abs(u) - w / 2, np.abs(v) - h / 2), 0, 400)
        b.put(
            q,
            lift - away * 0.42 + sh.bevel(q.d, 4, 3) + q.noise(80, sd) * 2.5,
            _kraft(q, sd, (196, 158, 112)),
            rough=0.9,
            spec=0.02,
            base=0,
        )

    x0, x1, y0, y1 = CX - w / 2, CX + w / 2, CY - h / 2, CY + h / 2
    flap([(x0 + 4, y0), (x0 - 216, y0 + 18), (x0 - 216, y1 - 18), (x0 + 4, y1)], seed, 150)
    flap([(x1 - 4, y0), (x1 + 216, y0 + 18), (x1 + 216, y1 - 18), (x1 - 4, y1)], seed + 1, 150)
    flap([(x0, y0 + 4), (x0 + 14, y0 - 190), (x1 - 14, y0 - 190), (x1, y0 + 4)], seed + 2, 150)
    flap([(x0, y1 - 4), (x0 + 14, y1 + 196), (x1 - 14, y1 + 196), (x1, y1 - 4)], seed + 3, 150)
    wall = b.shape(sh.turn([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], CX, CY, degrees), smooth=False)
    b.put(wall, 156, (150, 112, 72), rough=0.9, base=0)
    inn = b.shape(
        sh.turn([(x0 + 9, y0 + 9), (x1 - 9, y0 + 9), (x1 - 9, y1 - 9), (x0 + 9, y1 - 9)], CX, CY, degrees), smooth=False
    )
    b.put(inn, 8 + np.clip(1 - inn.d / 34, 0, 1) * 120, _kraft(inn, seed + 5, (170, 130, 88)), rough=0.92, base=0)
    fl = b.stroke(sh.turn([(x0 + 40, CY), (x1 - 40, CY)], CX, CY, degrees), 3)
    b.push(fl, -2)
    b.shade(fl, 0.6)
    if paper:
        rng = np.random.default_rng(seed + 2)
        t = np.linspace(0, 2 * np.pi, 21)[:-1]
        r = rng.uniform(0.74, 1.16, 20)
        q = b.shape(
            sh.round_poly(np.stack([CX - 10 + 226 * r * np.cos(t), CY - 6 + 146 * r * np.sin(t)], 1), 8), smooth=False
        )
        crump = sum(
            q.creases(sc, sc * 4, a, seed + i) * amp
            for i, (sc, a, amp) in enumerate(
                ((34, 20, 40), (26, 84, 34), (22, 140, 30), (13, 50, 14), (11, 112, 12), (8, 160, 7))
            )
        )
        b.put(
            q,
            sh.dome(q.d, 70, 50) + crump * np.clip(q.d / 26, 0.25, 1) + q.noise(30, seed) * 4,
            np.float32((208, 186, 150))[None, None] * (1 + q.noise(0.9, 3) * 0.02)[..., None],
            rough=0.9,
            base=6,
        )
    if number:
        at = sh.turn([(CX + 10, y1 + 102)], CX, CY, degrees)[0]
        stick_label(b, number, tuple(at), 236, degrees + 1)
