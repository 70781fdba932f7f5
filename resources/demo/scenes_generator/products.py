"""The demo product list: what a warehouse would have in its catalogue.

Every product has a GTIN-13 with a right check digit and a function that draws it.  The
brands are invented; GTINs start with 200 to 299, which GS1 keeps for restricted
circulation, so none of them is anybody's article.
"""

from dataclasses import dataclass, field

from . import apparel, devices, footwear_bags, general, goods, home, toys
from .codes import gtin

CATEGORIES = {
    "apparel": "服装",
    "footwear": "鞋靴",
    "bags": "箱包",
    "electronics": "数码电器",
    "appliances": "家电",
    "cosmetics": "美妆个护",
    "food": "食品",
    "toys": "玩具",
    "home": "家居家纺",
    "general": "其他",
}


@dataclass(frozen=True)
class Product:
    sku: str
    category: str
    zh: str
    en: str
    variant: str
    gtin: str
    draw: object
    args: dict = field(default_factory=dict)
    code_in_art: bool = False  # the drawing itself prints the GTIN

    def paint(self, bench, **more):
        kw = {**self.args, **more}
        if self.code_in_art:
            return self.draw(bench, self.gtin, **kw)
        return self.draw(bench, **kw)


def _serum(b, gtin, **kw):
    return goods.serum(b, gtin, **kw)


_ROWS = [
    (
        "YL-T101-WH",
        "apparel",
        "圆领印花T恤",
        "Crew-neck print tee",
        "白 / M",
        apparel.tee,
        dict(color=(222, 221, 216), print_=(40, 70, 92)),
        0,
    ),
    (
        "YL-T101-GY",
        "apparel",
        "圆领T恤",
        "Crew-neck tee",
        "灰 / M",
        apparel.tee,
        dict(color=(150, 152, 154), seed=22),
        0,
    ),
    (
        "YL-T101-NV",
        "apparel",
        "圆领印花T恤",
        "Crew-neck print tee",
        "藏青 / L",
        apparel.tee,
        dict(color=(40, 50, 74), print_=(222, 214, 196), seed=23),
        0,
    ),
    ("YL-H220-BE", "apparel", "连帽卫衣", "Hoodie", "燕麦 / L", apparel.hoodie, dict(color=(168, 158, 140)), 0),
    ("YL-H220-GN", "apparel", "连帽卫衣", "Hoodie", "墨绿 / M", apparel.hoodie, dict(color=(78, 98, 84), seed=35), 0),
    (
        "YL-8821-NV",
        "apparel",
        "轻薄羽绒服",
        "Light down jacket",
        "藏青 / M",
        apparel.jacket,
        dict(color=(34, 48, 78)),
        0,
    ),
    (
        "YL-8821-BK",
        "apparel",
        "轻薄羽绒服",
        "Light down jacket",
        "黑 / L",
        apparel.jacket,
        dict(color=(36, 36, 38), seed=12),
        0,
    ),
    (
        "YL-8821-RD",
        "apparel",
        "轻薄羽绒服",
        "Light down jacket",
        "酒红 / M",
        apparel.jacket,
        dict(color=(116, 32, 40), seed=14),
        0,
    ),
    (
        "YL-J330-IN",
        "apparel",
        "直筒牛仔裤",
        "Straight jeans",
        "靛蓝 / 31",
        apparel.trousers,
        dict(color=(52, 66, 98), stitch=(186, 138, 72)),
        0,
    ),
    (
        "YL-J330-KH",
        "apparel",
        "休闲长裤",
        "Chinos",
        "卡其 / 32",
        apparel.trousers,
        dict(color=(172, 150, 116), seed=44),
        0,
    ),
    (
        "TB-S700-BL",
        "footwear",
        "轻跑鞋",
        "Running shoes",
        "白蓝 / 42",
        footwear_bags.sneakers,
        dict(accent=(52, 84, 130)),
        0,
    ),
    (
        "TB-S700-BK",
        "footwear",
        "轻跑鞋",
        "Running shoes",
        "黑红 / 43",
        footwear_bags.sneakers,
        dict(color=(52, 54, 58), accent=(150, 40, 44)),
        0,
    ),
    (
        "TB-S700-PK",
        "footwear",
        "轻跑鞋",
        "Running shoes",
        "粉灰 / 38",
        footwear_bags.sneakers,
        dict(color=(196, 192, 194), accent=(206, 140, 150)),
        0,
    ),
    ("HM-B410-BR", "bags", "翻盖手提包", "Flap handbag", "焦糖棕", footwear_bags.handbag, dict(color=(112, 70, 46)), 0),
    (
        "HM-B410-BK",
        "bags",
        "翻盖手提包",
        "Flap handbag",
        "黑",
        footwear_bags.handbag,
        dict(color=(42, 41, 43), metal=(190, 192, 196)),
        0,
    ),
    ("HM-B410-WR", "bags", "翻盖手提包", "Flap handbag", "酒红", footwear_bags.handbag, dict(color=(108, 36, 42)), 0),
    ("YX-A17-SV", "electronics", "智能手机 A17", "Phone A17", "银 / 256G", devices.phone, dict(on=True), 0),
    (
        "YX-A17-GD",
        "electronics",
        "智能手机 A17",
        "Phone A17",
        "金 / 128G",
        devices.phone,
        dict(on=True, frame=(190, 160, 112)),
        0,
    ),
    ("YX-P33-KIT", "electronics", "手机套装 A17", "Phone kit A17", "全套", devices.kit_tray, {}, 0),
    ("YX-E5-WH", "electronics", "无线耳机 E5", "Earbuds E5", "白", devices.earbuds, dict(color=(228, 228, 228)), 0),
    ("YX-E5-GR", "electronics", "无线耳机 E5", "Earbuds E5", "石墨", devices.earbuds, dict(color=(64, 66, 72)), 0),
    (
        "FY-D18-PK",
        "appliances",
        "高速吹风机",
        "Hair dryer",
        "珊瑚粉",
        devices.hair_dryer,
        dict(color=(206, 100, 112)),
        0,
    ),
    ("FY-D18-WH", "appliances", "高速吹风机", "Hair dryer", "雾蓝", devices.hair_dryer, dict(color=(120, 146, 172)), 0),
    ("FY-D18-GN", "appliances", "高速吹风机", "Hair dryer", "松绿", devices.hair_dryer, dict(color=(60, 112, 100)), 0),
    ("QH-S30-AM", "cosmetics", "焕亮精华液 30mL", "Brightening serum 30 mL", "琥珀", _serum, {}, 1),
    (
        "QH-S30-GN",
        "cosmetics",
        "舒缓精华液 30mL",
        "Calming serum 30 mL",
        "绿",
        _serum,
        dict(color=(72, 118, 72), title="舒缓精华液"),
        1,
    ),
    (
        "QH-S30-BL",
        "cosmetics",
        "保湿精华液 30mL",
        "Moisture serum 30 mL",
        "蓝",
        _serum,
        dict(color=(62, 96, 138), title="保湿精华液"),
        1,
    ),
    ("SM-T15-OL", "food", "桂花乌龙茶 15袋", "Osmanthus oolong, 15 bags", "45g", goods.food_box, {}, 1),
    (
        "SM-T15-BK",
        "food",
        "正山红茶 15袋",
        "Black tea, 15 bags",
        "45g",
        goods.food_box,
        dict(base=(128, 36, 34), title="正山红茶", sub="15 袋 × 3g    松烟香", seed=9),
        1,
    ),
    (
        "SM-T15-JS",
        "food",
        "茉莉花茶 15袋",
        "Jasmine tea, 15 bags",
        "45g",
        goods.food_box,
        dict(base=(40, 74, 116), title="茉莉花茶", sub="15 袋 × 3g    七窨", seed=10),
        1,
    ),
    ("MK-L268", "toys", "城市积木 268件", "City bricks, 268 pcs", "标准", toys.blocks_scene, {}, 1),
    ("MK-P40-BR", "toys", "毛绒小熊 40cm", "Plush bear 40 cm", "棕", toys.plush, {}, 0),
    (
        "MK-P40-GY",
        "toys",
        "毛绒小熊 40cm",
        "Plush bear 40 cm",
        "灰",
        toys.plush,
        dict(color=(142, 142, 146), seed=40),
        0,
    ),
    ("MY-Q4-BL", "home", "全棉四件套", "Cotton bed set", "雾蓝 / 1.8m", home.bed_linen, {}, 1),
    (
        "MY-Q4-SA",
        "home",
        "全棉四件套",
        "Cotton bed set",
        "米杏 / 1.8m",
        home.bed_linen,
        dict(color=(206, 190, 166), seed=16),
        1,
    ),
    ("MY-C35-BL", "home", "陶瓷马克杯 350mL", "Mug 350 mL", "海蓝", home.mug, {}, 0),
    ("MY-C35-RD", "home", "陶瓷马克杯 350mL", "Mug 350 mL", "砖红", home.mug, dict(glaze=(146, 62, 48)), 0),
    ("YS-BK-0711", "general", "小说《山间来信》", "Novel", "平装", general.book, {}, 1),
    (
        "YS-BK-0712",
        "general",
        "小说《海边来信》",
        "Novel, sequel",
        "平装",
        general.book,
        dict(base=(44, 92, 120), title="海边来信"),
        1,
    ),
]
PRODUCTS = {
    r[0]: Product(
        r[0], r[1], r[2], r[3], r[4], gtin(f"290{n + 1:03d}58{(n * 7919 + 1043) % 10000:04d}"), r[5], r[6], bool(r[7])
    )
    for n, r in enumerate(_ROWS)
}
