"""Printed matter: hangtags, stickers, box panels (flat PIL pictures)."""

from PIL import Image, ImageDraw

from . import codes
from .text import font

INK = (22, 22, 24)


def hangtag(gtin, name="圆领T恤", brand="YUNLU 云鹿", size="M", price="¥199", color=(246, 243, 236), spread=0.10):
    """Swing tag 490 x 740 px with an EAN-13; transparent outside and in the eyelet."""
    im = Image.new("RGBA", (490, 740), (0, 0, 0, 0))
    d = ImageDraw.Draw(im)
    d.rounded_rectangle([0, 0, 489, 739], 22, fill=(*color, 255))
    d.ellipse([221, 26, 269, 74], fill=(176, 150, 96, 255))
    d.ellipse([231, 36, 259, 64], fill=(70, 68, 66, 255))
    d.text((245, 96), brand, font=font(52, True), fill=INK, anchor="ma")
    d.line([40, 176, 450, 176], fill=(150, 146, 138), width=2)
    for i, t in enumerate((f"品名  {name}", f"号型  {size}", f"零售价  {price}", "合格证  检01")):
        d.text((44, 190 + i * 56), t, font=font(38), fill=(44, 44, 46))
    bc = codes.ean13_image(gtin, 4, 220, spread=spread)
    im.paste(bc, ((490 - bc.width) // 2, 430))
    return im


def sticker(gtin, title, line2="", w=620, h=340, spread=0.10):
    """A white product sticker with name and EAN-13."""
    im = Image.new("RGB", (w, h), (250, 250, 248))
    d = ImageDraw.Draw(im)
    d.text((w // 2, 10), title, font=font(38, True), fill=INK, anchor="ma")
    if line2:
        d.text((w // 2, 62), line2, font=font(28), fill=(60, 60, 62), anchor="ma")
    bc = codes.ean13_image(gtin, 5, 150, spread=spread)
    im.paste(bc, ((w - bc.width) // 2, 108))
    return im


def panel(w, h, base, title, sub="", brand="", accent=(255, 255, 255), small=(), big=1.0):
    """A printed box face: brand, title, subtitle and small print on a colour."""
    im = Image.new("RGB", (w, h), base)
    d = ImageDraw.Draw(im)
    u, y = min(h, w) * big, h * 0.05
    for text, size, gap, bold in ((brand, 0.085, 0.085, True), (title, 0.13, 0.06, True), (sub, 0.06, 0, False)):
        if text:
            d.text((w * 0.06, y), text, font=font(int(u * size), bold), fill=accent)
            y += u * (size * 1.3 + gap)
    for i, t in enumerate(small):
        d.text((w * 0.06, h * (0.80 + i * 0.055)), t, font=font(int(h * 0.036)), fill=accent)
    return im
