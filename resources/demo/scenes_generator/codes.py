"""EAN-13 as on tags and boxes; Code 128 and QR come from the product's simulated labels."""

from PIL import Image, ImageDraw

from inspection_station.devices.simulated_label import bars_image

from .text import font

_L = "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011".split()
_PARITY = "LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL".split()


def ean13_check(digits12: str) -> str:
    """The check digit of twelve digits."""
    s = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(digits12))
    return str((10 - s % 10) % 10)


def gtin(digits12: str) -> str:
    """A full GTIN-13 from its first twelve digits."""
    return digits12 + ean13_check(digits12)


def ean13_modules(text: str) -> str:
    """Bars of an EAN-13 symbol as a string of 1 (bar) and 0 (space); raises ValueError for a wrong check digit."""
    if len(text) != 13 or ean13_check(text[:12]) != text[12]:
        raise ValueError(f"not a valid GTIN-13: {text}")
    bars = "101"
    for c, p in zip(text[1:7], _PARITY[int(text[0])], strict=True):
        code = _L[int(c)]
        bars += code if p == "L" else "".join("1" if b == "0" else "0" for b in code)[::-1]
    bars += "01010"
    for c in text[7:]:
        bars += "".join("1" if b == "0" else "0" for b in _L[int(c)])
    return bars + "101"


def ean13_image(
    text: str, module: int = 4, height: int = 110, digits: bool = True, spread: float = 0.10
) -> Image.Image:
    """EAN-13 with long guard bars and the digits beneath; `spread` as for `bars_image`."""
    base = bars_image(ean13_modules(text), module, height, 11, (255, 255, 255), spread)
    if not digits:
        return base
    h = height + module * 9
    im = Image.new("RGB", (base.width, h), "white")
    im.paste(base, (0, 0))
    d = ImageDraw.Draw(im)
    mods, q = ean13_modules(text), 11
    for i in (0, 2, 46, 48, 92, 94):
        if mods[i] == "1":
            d.rectangle([(q + i) * module, 0, (q + i + 1) * module - 1, height + module * 4], fill=(18, 18, 20))
    f = font(module * 9, digits=True)
    d.text((module * 5, height - module), text[0], font=f, fill=(18, 18, 20))
    for n, c in enumerate(text[1:7]):
        d.text(((q + 6.5 + n * 7) * module, height - module), c, anchor="ma", font=f, fill=(18, 18, 20))
    for n, c in enumerate(text[7:]):
        d.text(((q + 53.5 + n * 7) * module, height - module), c, anchor="ma", font=f, fill=(18, 18, 20))
    return im
