"""What the simulated camera sees in print: carrier labels and serial plates with codes that really decode.

Everything in print is invented: carriers, places, the masked sender. Pictures are PIL, RGB, at about 300 dpi.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import segno
from PIL import Image, ImageDraw, ImageFont

from inspection_station.domain.identifiers import grouped
from inspection_station.locations import resources

INK = (22, 22, 24)
PAPER = (252, 251, 248)
PLATE_PAPER = (226, 228, 230)
LABEL_SIZE = (1200, 900)
"""Pixels of a carrier label of 100 x 75 mm."""
PLATE_SIZE = (1200, 700)
"""Pixels of a serial plate."""

Colour = tuple[int, int, int]


class Carrier(NamedTuple):
    """An invented carrier: its Chinese name, its Latin name and the colour of its print."""

    name: str
    latin: str
    colour: Colour


CARRIERS: dict[str, Carrier] = {
    "SF": Carrier("速丰快运", "SUFENG", (24, 24, 26)),
    "JT": Carrier("极捷速递", "JIJIE", (196, 28, 34)),
    "YT": Carrier("圆途速运", "YUANTU", (92, 44, 132)),
    "ZT": Carrier("中腾快递", "ZHONGTENG", (22, 84, 168)),
    "JD": Carrier("京达物流", "JINGDA", (186, 24, 30)),
    "HD": Carrier("瀚达物流", "HANDA", (28, 62, 140)),
    "ZC": Carrier("中驰快递", "ZHONGCHI", (20, 104, 92)),
}
"""By the first two letters of the tracking number."""

# ISO/IEC 15417: widths of bars and spaces of the values 0..106, six digits each, the last with seven is the stop
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211"
    "221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113"
    "132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121"
    "312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211"
    "221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141"
    "1141131143114111134113111131411141313111414111312114122112142112322331112"
)
_CODE128 = [_WIDTHS[at : at + 6] for at in range(0, 636, 6)] + [_WIDTHS[636:]]
_START_B, _START_C, _TO_B, _TO_C, _STOP = 104, 105, 100, 99, 106
_QUIET = 10  # modules


def code128_modules(text: str) -> str:
    """Bars of a Code 128 symbol (sets B and C) as a string of 1 (bar) and 0 (space), without quiet zones.

    Raises:
        ValueError: `text` is empty or holds a character that is not printable ASCII.
    """
    if not text or not all(" " <= letter <= "~" for letter in text):
        raise ValueError("Code 128 needs printable ASCII text")
    values: list[int] = []
    at, charset = 0, ""
    while at < len(text):
        run = len(text[at:]) - len(text[at:].lstrip("0123456789"))
        run -= run % 2
        if run >= 4 or (charset == "C" and run >= 2):
            if charset != "C":
                values.append(_TO_C if charset else _START_C)
                charset = "C"
            values += [int(text[i : i + 2]) for i in range(at, at + run, 2)]
            at += run
        else:
            if charset != "B":
                values.append(_TO_B if charset else _START_B)
                charset = "B"
            values.append(ord(text[at]) - 32)
            at += 1
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return "".join(
        ("1" if index % 2 == 0 else "0") * int(width)
        for value in (*values, check, _STOP)
        for index, width in enumerate(_CODE128[value])
    )


def bars_image(
    modules: str, module: int, height: int, quiet: int = _QUIET, paper: Colour = PAPER, spread: float = 0.10
) -> Image.Image:
    """The bars with quiet zones, `module` pixels per module.

    `spread` is how far ink runs, in modules: bright light eats as much from a dark bar, so that bars drawn
    without it are photographed too thin.
    """
    fine = 8
    row = np.array([0] * quiet + [int(bar) for bar in modules] + [0] * quiet, np.uint8).repeat(module * fine)
    reach = round(spread * module * fine)
    wide = np.lib.stride_tricks.sliding_window_view(np.pad(row, reach), 2 * reach + 1).max(axis=1)
    ink = wide.reshape(-1, fine).mean(axis=1)[None, :, None]
    line = np.asarray(paper, np.float32) * (1 - ink) + np.asarray(INK, np.float32) * ink
    return Image.fromarray(np.repeat(line, height, axis=0).round().astype(np.uint8))


def qr_image(text: str, module: int, quiet: int = 2) -> Image.Image:
    """A QR code of error level M, `module` pixels per module."""
    rows = segno.make_qr(text, error="m", boost_error=False).matrix_iter(border=quiet)
    dark: npt.NDArray[np.uint8] = np.array([list(row) for row in rows], np.uint8)
    image = np.where(dark.repeat(module, 0).repeat(module, 1) > 0, INK[0], PAPER[0]).astype(np.uint8)
    return Image.fromarray(image).convert("RGB")


@lru_cache(maxsize=64)
def print_font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The face used in print, `size` in pixels."""
    name = "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    return ImageFont.truetype(str(resources() / "fonts" / name), size)


def carrier_of(tracking_number: str, name: str = "") -> Carrier:
    """The carrier to print: the invented one of the prefix; `name` replaces the name in print."""
    known = next((carrier for carrier in CARRIERS.values() if name and carrier.name == name), None)
    carrier = known or CARRIERS.get(tracking_number[:2].upper(), Carrier("惠程速运", "HUICHENG", INK))
    return carrier._replace(name=name) if name else carrier


def carrier_label(
    tracking_number: str,
    carrier: str = "",
    *,
    qr: bool = True,
    sender: str = "张**",
    sender_phone: str = "138****5521",
    sender_place: str = "江苏省苏州市 工业园区 ******",
    station: str = "B12",
    weight: str = "1.2",
) -> Image.Image:
    """A return waybill of 100 x 75 mm: Code 128 and QR of the number, masked sender, the words 退货件 and 演示.

    `carrier` is the Chinese name to print; empty takes the one that belongs to the number's prefix.
    """
    printed = carrier_of(tracking_number, carrier)
    image = Image.new("RGB", LABEL_SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((36, 14), printed.name, font=print_font(70, True), fill=printed.colour)
    draw.text((340, 52), printed.latin + " EXPRESS", font=print_font(34), fill=printed.colour)
    draw.rounded_rectangle([930, 26, 1164, 106], 10, fill=printed.colour)
    draw.text((1047, 22), "退货件", font=print_font(58, True), fill=PAPER, anchor="ma")
    draw.line([24, 126, 1176, 126], fill=INK, width=4)
    modules = code128_modules(tracking_number)
    module = max(2, min(7, 1160 // (len(modules) + 2 * _QUIET)))
    bars = bars_image(modules, module, 190)
    image.paste(bars, ((LABEL_SIZE[0] - bars.width) // 2, 146))
    draw.text((600, 334), grouped(tracking_number), font=print_font(54, True), fill=INK, anchor="ma")
    draw.line([24, 424, 1176, 424], fill=INK, width=4)
    wide = 860 if qr else 1176
    if qr:
        code = qr_image(tracking_number, 10)
        if code.width > 300:
            code = code.resize((290, 290), Image.Resampling.NEAREST)
        image.paste(code, (890 + (286 - code.width) // 2, 446 + (276 - code.height) // 2))
        draw.line([868, 424, 868, 742], fill=INK, width=3)
    draw.text((40, 430), "收", font=print_font(60, True), fill=INK)
    draw.text((130, 432), f"华东退货中心 3号库 {station}台", font=print_font(46, True), fill=INK)
    draw.text((130, 502), "浙江省杭州市余杭区 仓前街道 ****", font=print_font(36), fill=(50, 50, 52))
    draw.line([24, 578, wide, 578], fill=INK, width=3)
    draw.text((40, 586), "寄", font=print_font(60, True), fill=INK)
    draw.text((130, 590), f"{sender}  {sender_phone}", font=print_font(46), fill=INK)
    draw.text((130, 660), sender_place, font=print_font(36), fill=(50, 50, 52))
    draw.line([24, 742, 1176, 742], fill=INK, width=3)
    draw.text((40, 752), f"托寄物：退货商品   件数 1/1   重量 {weight}kg   运费到付", font=print_font(38), fill=INK)
    draw.text((40, 816), "签收人：            隐私面单", font=print_font(34), fill=(70, 70, 72))
    draw.text((1164, 800), "演示 DEMO", font=print_font(52, True), fill=INK, anchor="ra")
    return image


def serial_plate(
    serial_number: str,
    model: str = "YX-A17",
    product: str = "智能手机",
    *,
    brand: str = "YUNXI 云析",
    maker: str = "云析科技有限公司",
    rating: str = "输入 Input: 5V 2A / 9V 2.2A",
) -> Image.Image:
    """A rating plate with the serial number in print and as Code 128."""
    image = Image.new("RGB", PLATE_SIZE, PLATE_PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle([10, 10, 1189, 689], 24, outline=(60, 62, 66), width=4)
    draw.text((44, 18), brand, font=print_font(64, True), fill=INK)
    draw.text((1150, 30), product, font=print_font(46), fill=INK, anchor="ra")
    draw.line([30, 120, 1170, 120], fill=(60, 62, 66), width=3)
    draw.text((44, 126), f"型号 Model: {model}", font=print_font(42), fill=INK)
    draw.text((640, 130), rating, font=print_font(34), fill=INK)
    draw.text((44, 190), f"制造商: {maker}   中国制造", font=print_font(36), fill=(50, 52, 54))
    modules = code128_modules(serial_number)
    module = max(3, min(5, 1120 // (len(modules) + 2 * _QUIET)))
    image.paste(bars_image(modules, module, 150, paper=PLATE_PAPER), (36, 256))
    draw.text((86, 412), f"S/N: {serial_number}", font=print_font(54, True), fill=INK)
    draw.text((86, 500), "演示样机 DEMO", font=print_font(40, True), fill=INK)
    draw.text((44, 570), "严禁拆解 · 避免高温 · 请勿丢弃于生活垃圾", font=print_font(32), fill=(70, 72, 74))
    for index, mark in enumerate(("CCC", "RoHS", "CMIIT")):
        left = 690 + index * 165
        draw.rounded_rectangle([left, 610, left + 145, 668], 12, outline=INK, width=3)
        draw.text((left + 72, 608), mark, font=print_font(38, True), fill=INK, anchor="ma")
    return image


class PlateModel(NamedTuple):
    """What the serial plate of a demo product says."""

    code: str
    model: str
    product: str
    brand: str
    maker: str
    rating: str


_USB = "输入 Input: 5V 2A / 9V 2.2A"
_MAINS = "220V~ 50Hz 1600W"
_PLATES: dict[str, PlateModel] = {
    "YX-A17-SV": PlateModel("YX17A", "YX-A17", "智能手机", "YUNXI 云析", "云析科技有限公司", _USB),
    "YX-A17-GD": PlateModel("YX17B", "YX-A17", "智能手机", "YUNXI 云析", "云析科技有限公司", _USB),
    "YX-P33-KIT": PlateModel("YX33K", "YX-P33", "手机套装", "YUNXI 云析", "云析科技有限公司", _USB),
    "YX-E5-WH": PlateModel("YXE5W", "YX-E5", "无线耳机", "YUNXI 云析", "云析科技有限公司", "输入 Input: 5V 0.5A"),
    "YX-E5-GR": PlateModel("YXE5G", "YX-E5", "无线耳机", "YUNXI 云析", "云析科技有限公司", "输入 Input: 5V 0.5A"),
    "FY-D18-PK": PlateModel("FYD8P", "FY-D18", "高速吹风机", "FENGYU 风屿", "风屿电器有限公司", _MAINS),
    "FY-D18-WH": PlateModel("FYD8W", "FY-D18", "高速吹风机", "FENGYU 风屿", "风屿电器有限公司", _MAINS),
    "FY-D18-GN": PlateModel("FYD8G", "FY-D18", "高速吹风机", "FENGYU 风屿", "风屿电器有限公司", _MAINS),
}


def plate_of(sku: str) -> PlateModel | None:
    """The plate of a demo product, or None for goods without a serial number."""
    return _PLATES.get(sku)


def demo_serial(sku: str, unit: int = 0, *, swapped: bool = False) -> str:
    """The serial number of the n-th demo unit of a product; `swapped` is one that was never shipped.

    Raises:
        KeyError: the product has no serial number.
    """
    if swapped:
        return f"{_PLATES[sku].code}2609{(3317 + unit * 211) % 10000:04d}"
    return f"{_PLATES[sku].code}2611{(42 + unit * 337) % 10000:04d}"
