"""Words of the demo returns: shops, why buyers send things back and what they write. All invented."""

from __future__ import annotations

PLATFORMS = ("淘乐街", "拾光商城", "京选好物", "拼团汇", "直播优选")
SHOPS = {
    "V-YUNLU": ("云鹿旗舰店", "云鹿奥莱店"),
    "V-TABU": ("踏步运动专营店",),
    "V-HEMAI": ("禾麦箱包旗舰店",),
    "V-YUNXI": ("云析数码官方店", "数界优选专营店"),
    "V-FENGYE": ("风屿电器旗舰店",),
    "V-QINGHE": ("清禾美妆旗舰店",),
    "V-SHANMING": ("山茗茶业旗舰店",),
    "V-MOKU": ("木库玩具专卖店",),
    "V-MIANYU": ("棉屿家居旗舰店",),
    "V-YUNSHAN": ("云杉图书专营店",),
}
CLIENTS = {
    "apparel": "衣上电商",
    "footwear": "衣上电商",
    "bags": "衣上电商",
    "electronics": "数界优选",
    "appliances": "数界优选",
}
OTHER_CLIENT = "日常好物"
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"

CLEAN_REASONS: dict[str, int] = {
    "no_reason_7d": 30,
    "unwanted": 13,
    "ordered_wrong": 8,
    "colour_or_style": 6,
    "not_as_described": 4,
    "late_delivery": 4,
    "agreed_with_seller": 3,
    "refused_delivery": 3,
    "other": 2,
}
"""Reasons for goods that come back whole, with their weight."""

CATEGORY_REASONS: dict[str, dict[str, int]] = {
    "apparel": {"size_mismatch": 34, "material": 6},
    "footwear": {"size_mismatch": 36},
    "bags": {"material": 8},
    "electronics": {"function_fault": 12, "short_shipped": 4},
    "appliances": {"function_fault": 14},
    "cosmetics": {"allergic_skin": 20, "counterfeit": 4},
    "toys": {"short_shipped": 8},
    "home": {"material": 8, "size_mismatch": 6},
}
"""More reasons for goods that come back whole (a claim that does not hold is among them), by category."""

DEFECT_REASONS: dict[str, tuple[str, ...]] = {
    "stain": ("quality_defect", "not_as_described", "no_reason_7d"),
    "washed": ("size_mismatch", "no_reason_7d", "material"),
    "tag_removed": ("no_reason_7d", "size_mismatch"),
    "scratch": ("damaged_on_arrival", "quality_defect"),
    "crack": ("damaged_on_arrival", "damaged_on_arrival", "quality_defect"),
    "dent": ("damaged_on_arrival", "function_fault"),
    "accessory_missing": ("short_shipped", "no_reason_7d"),
    "seal_broken": ("allergic_skin", "no_reason_7d", "damaged_on_arrival"),
    "retail_box_damaged": ("damaged_on_arrival", "not_as_described"),
    "deformation": ("quality_defect", "damaged_on_arrival"),
}
"""What buyers state when the goods have this defect; who hides it states something else."""

REASON_TEXTS: dict[str, tuple[str, ...]] = {
    "no_reason_7d": ("不太合适，七天无理由退货", "试了一下不喜欢，没有使用", "", "家里人不喜欢，吊牌都在"),
    "unwanted": ("不想要了", "买重复了，退一件", "暂时用不上了"),
    "ordered_wrong": ("拍错颜色了", "多拍了一件", "地址填错，重新拍了"),
    "size_mismatch": ("偏大，换小一码", "肩宽偏窄，穿着紧", "按尺码表买的，还是小了"),
    "colour_or_style": ("颜色比图片深", "款式和想的不一样", "实物色差明显"),
    "material": ("面料偏薄", "手感比描述的硬", "材质和详情页不一致"),
    "not_as_described": ("和详情页描述不一致", "实物做工和图片差别大"),
    "quality_defect": ("收到就有污渍", "走线开了", "表面有瑕疵，影响使用"),
    "function_fault": ("开机没反应", "用了两次就不工作了", "充不进电", "风力忽大忽小"),
    "damaged_on_arrival": ("收到时已经破损", "外箱压扁，里面碎了", "屏幕有裂痕，刚拆封就这样"),
    "wrong_item_sent": ("发错颜色了", "收到的不是我买的商品"),
    "short_shipped": ("少发了配件", "盒子里缺一件", "没有充电器"),
    "counterfeit": ("怀疑不是正品", "味道和专柜的不一样"),
    "allergic_skin": ("用后脸上发红", "敏感肌不适合"),
    "late_delivery": ("超过承诺时间才发货，不要了", "活动结束才送到"),
    "refused_delivery": ("拒收", "联系不上收件人，退回"),
    "agreed_with_seller": ("已和客服协商退货", "客服同意退货退款"),
    "other": ("赠品有问题", "其他原因"),
}
"""The buyer's free text by reason; an empty one is a buyer who wrote nothing."""
