"""Pages with realistic content in both languages, for tests of the layout and for pictures of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from inspection_station.i18n import language
from inspection_station.locations import resources
from inspection_station.station.page_views import (
    BannerView,
    CandidateView,
    ChecklistView,
    CheckView,
    ChoiceView,
    ClaimView,
    EvidencePictureView,
    ExceptionView,
    ExpectedView,
    GradeChoiceView,
    GradeView,
    ItemView,
    LabelView,
    ParcelView,
    PickerView,
    PinView,
    QueueRowView,
    QueueView,
    ReasonView,
    RowView,
    SectionView,
    SideView,
    TallyView,
    ToteView,
    VerdictView,
    WaitingView,
)
from inspection_station.station.sign_in_views import PersonView, SignInView
from inspection_station.station.views import (
    ActionView,
    CameraLostView,
    CameraView,
    CodeBoxView,
    ContextView,
    DeviceView,
    EllipseView,
    FactView,
    PrimaryView,
    ShotView,
    TabView,
    TagView,
    ToastView,
    TopBarView,
)

DEMO = resources() / "demo"
JACKET = DEMO / "catalogue" / "YL-8821-NV.jpg"
PARCEL = next(iter(sorted((DEMO / "parcels").glob("*.jpg"))), DEMO / "bases" / "carton_straight.jpg")
HOODIE = DEMO / "catalogue" / "YL-H220-GN.jpg"
SHIRT = DEMO / "catalogue" / "YL-T101-GY.jpg"
TROUSERS = DEMO / "catalogue" / "YL-J330-KH.jpg"


def t(chinese: str, english: str) -> str:
    """The text of the language in force."""
    return english if language() == "en" else chinese


LIVE = DEMO / "items" / "jacket_tagged.jpg"
STAIN = DEMO / "items" / "chinos_stained_close.jpg"


def frame() -> QImage:
    """A frame of the camera."""
    return QImage(str(LIVE))


def top_bar(selected: str = "inspect") -> TopBarView:
    tabs = (
        ("inspect", t("质检", "Inspect"), "mdi6.barcode-scan"),
        ("history", t("历史", "History"), "mdi6.magnify"),
        ("settings", t("设置", "Settings"), "mdi6.cog-outline"),
    )
    return TopBarView(
        t("退货质检台", "Returns Bench"),
        t("B12 台 · 华东退货中心 3 号库", "Bench B12 · East China RC, WH 3"),
        tuple(TabView(name, text, icon, name == selected) for name, text, icon in tabs),
        t("陈晓雯", "Chen Xiaowen"),
        t("质检员 · 早班", "Inspector · Early shift"),
        t("中 / EN", "EN / 中"),
        86,
        120,
        t("今日", "today"),
    )


def devices(lost: bool = False) -> tuple[DeviceView, ...]:
    return (
        DeviceView("scanner", t("扫码枪", "Scanner"), t("监听中", "Listening"), "mdi6.barcode-scan"),
        DeviceView(
            "camera",
            t("摄像头", "Camera"),
            t("画面丢失", "No picture") if lost else "4K · 30 fps",
            "mdi6.camera-outline",
            "fault" if lost else "ok",
        ),
        DeviceView(
            "printer", t("标签机", "Printer"), t("就绪 · 余 312 张", "Ready · 312 left"), "mdi6.printer-outline"
        ),
        DeviceView(
            "sync",
            t("同步", "Sync"),
            t("离线 · 47 待传", "Offline · 47 queued") if lost else t("上传中 · 余 3", "Sending · 3 left"),
            "mdi6.cloud-outline",
            "attention" if lost else "info",
        ),
        DeviceView("storage", t("存储", "Storage"), t("182 GB 可用", "182 GB free"), "mdi6.harddisk"),
    )


def context(number: str = "RT-261121-01204217") -> ContextView:
    return ContextView(
        TagView(t("已匹配", "Matched"), "ok", "mdi6.check-circle"),
        number,
        t("顺丰", "SF Express"),
        "SF1390 4471 2086 5",
        "0:21",
    )


def sign_in() -> SignInView:
    return SignInView(
        t("退货质检台", "Returns Bench"),
        t("B12 台 · 华东退货中心 3 号库", "Bench B12 · East China RC, WH 3"),
        t("请扫描工牌", "Scan your badge"),
        t(
            "把工牌条码对准扫码枪，一扫即登录。无需触碰屏幕。",
            "Hold the badge to the scanner: one scan signs you in. No need to touch the screen.",
        ),
        t("华东退货中心", "East China RC"),
        t("姓 名", "Name"),
        t("质检员 · 工号 E00000", "Inspector · No. E00000"),
        (
            TagView(t("扫码枪监听中", "Scanner listening"), icon="mdi6.barcode-scan"),
            TagView(t("已同步 10:40", "Synced 10:40"), icon="mdi6.cloud-check-outline"),
            TagView(t("11 月 21 日 周六 07:58", "Sat 21 Nov 07:58"), icon="mdi6.clock-outline"),
        ),
        t("没带工牌？", "No badge?"),
        t("点选姓名，再输入 6 位 PIN", "Choose your name, then 6 digits"),
        t("中 / EN", "EN / 中"),
        (
            PersonView("p1", t("陈晓雯", "Chen Xiaowen"), t("质检员", "Inspector"), t("早班", "Early"), True),
            PersonView("p2", t("林志强", "Lin Zhiqiang"), t("质检员", "Inspector"), t("早班", "Early")),
            PersonView("p3", t("周敏", "Zhou Min"), t("班组长", "Shift lead"), t("早班", "Early")),
            PersonView("p4", t("吴佳", "Wu Jia"), t("质检员", "Inspector"), t("中班", "Late")),
        ),
        t("清除", "Clear"),
        t("连续输错 5 次锁定 5 分钟；班组长可扫工牌解锁", "5 wrong PINs lock for 5 minutes; a lead's badge unlocks"),
        "v1.0.0",
        3,
    )


def toast() -> ToastView:
    return ToastView(
        t("上一件已完成", "Done"),
        number="RT-…4216",
        grade="A",
        result=t("重新上架 → 1 号箱", "Restock → tote 1"),
        detail=t("标签已打印", "Label printed"),
        undo=ActionView("undo", t("撤销", "Undo"), "mdi6.undo-variant", "F12"),
        seconds=6,
    )


def waiting() -> WaitingView:
    rows = (
        (
            "SF1390 4471 2091 0",
            t("服装", "Apparel"),
            2,
            TagView(t("剩 3 小时", "3 h left"), "warn", "mdi6.clock-alert-outline"),
        ),
        ("YT7735 2098 4412", t("服装", "Apparel"), 1, TagView(t("剩 9 小时", "9 h left"))),
        ("JT5208 8817 3306", t("鞋靴", "Footwear"), 1, TagView(t("剩 14 小时", "14 h left"))),
        ("ZT7551 0432 1187", t("小家电", "Appliances"), 1, TagView(t("今日", "Today"))),
        ("SF1390 4471 2177 3", t("服装", "Apparel"), 3, TagView(t("今日", "Today"))),
        ("YT7735 2098 4530", t("配饰", "Bags"), 1, TagView(t("明日", "Tomorrow"))),
        ("JT5208 8817 3391", t("服装", "Apparel"), 1, TagView(t("明日", "Tomorrow"))),
        ("SF1390 4471 2203 9", t("箱包", "Bags"), 1, TagView(t("明日", "Tomorrow"))),
    )
    return WaitingView(
        t("扫描退货包裹", "Scan a return parcel"),
        t("扫面单条码即开始，不用点击屏幕", "Scan its tracking number to start; no need to touch the screen"),
        (
            ActionView("type", t("手动输入单号", "Type the number"), "mdi6.keyboard-outline", "F2"),
            ActionView("scan_with_camera", t("用摄像头扫码", "Scan with the camera"), "mdi6.camera-outline", "F3"),
            ActionView("no_label", t("没有面单", "No label"), "mdi6.help-box-outline", "F4"),
        ),
        TallyView(
            t("今日", "Today"),
            t("早班 07:30–16:00", "Early 07:30–16:00"),
            86,
            t("件", "items"),
            120,
            (21, 30, 26, 17),
            t("近 4 小时", "last 4 h"),
            (
                FactView(t("每小时", "Per hour"), "27.4"),
                FactView(t("平均用时", "Average"), "1:48"),
                FactView(t("待复核", "To review"), "2"),
            ),
        ),
        QueueView(
            t("本台待检", "Waiting here"),
            t("14 箱", "14 parcels"),
            tuple(QueueRowView(n, c, t(f"{k} 件", f"{k} pc"), d) for n, c, k, d in rows),
            t("按时效排序；扫哪个先检哪个", "Due first; scan any of them"),
        ),
        "SF · JT · YT · ZT · RT-",
        toast(),
    )


def claim() -> ClaimView:
    return ClaimView(
        t("买家退货原因", "Buyer says"),
        t("尺码不合适", "Wrong size"),
        t("七天无理由 · “偏大，没穿出门”", "7-day return · “Too big, never worn outside”"),
        (TagView(t("无质量投诉", "No defect claim"), icon="mdi6.shield-check-outline"), TagView("¥ 599", icon="")),
    )


def expected() -> ExpectedView:
    return ExpectedView(
        t("应收商品", "Expected"),
        t("1 / 1 件", "1 / 1 pc"),
        t("云鹿 轻薄羽绒服 女款", "Yunlu light down jacket, women"),
        (t("藏青", "Navy"), "M · 165/88A"),
        JACKET,
        t("商品库图片", "Catalogue photo"),
        t("商品库没有图片", "No catalogue photo"),
        (
            FactView("SKU", "YL-8821-NV-M", True),
            FactView(t("附件", "With"), t("吊牌 · 收纳袋 · 备用扣", "Hangtag · pouch · spare button")),
            FactView(t("订单", "Order"), "2411-0866-5531", True),
        ),
    )


def several() -> ExpectedView:
    items = (
        ItemView(
            t("轻薄羽绒服", "Light down jacket"),
            t("藏青 · M", "Navy · M"),
            JACKET,
            TagView(t("A 重新上架", "A Restock"), "ok", "mdi6.check-circle"),
        ),
        ItemView(t("连帽卫衣", "Hoodie"), t("墨绿 · XL", "Green · XL"), HOODIE, None, True),
        ItemView(t("基础 T 恤", "Basic T-shirt"), t("灰 · L", "Grey · L"), SHIRT),
    )
    return ExpectedView(t("应收商品", "Expected"), t("2 / 3 件", "2 / 3 pc"), "", items=items)


def verdict(all_there: bool = True) -> VerdictView:
    return VerdictView(
        t("如果一切正常", "If all is fine"),
        "A",
        t("全新", "As new"),
        TagView(t("重新上架", "Restock"), "ok", "mdi6.package-up"),
        (
            CheckView(t("单号与退货单一致", "Number = return"), "ok", t("扫码", "scan")),
            CheckView(t("商品与 SKU 一致", "Item = SKU"), "ok", t("吊牌识别", "tag read")),
            CheckView(
                t("必拍照片齐全", "Required photos"), "ok" if all_there else "open", "2 / 2" if all_there else "1 / 2"
            ),
            CheckView(t("外观 功能 附件 痕迹", "Looks, function, parts, wear"), "open", t("你来判断", "your call")),
        ),
        ToteView(t("放入 1 号箱", "Put in tote 1"), "R-0412 · 38/60"),
    )


def shots(all_there: bool = True) -> tuple[ShotView, ...]:
    front = t("商品正面", "Item front")
    return (
        ShotView(t("外箱面单", "Parcel label"), "stored", PARCEL, t("自动", "auto")),
        ShotView(front, "stored", JACKET)
        if all_there
        else ShotView(front, "next", None, t("必拍", "required"), "mdi6.camera-plus-outline"),
        ShotView(t("吊牌 / 洗标", "Hangtag / care"), "optional", None, t("选拍", "optional"), "mdi6.tag-outline"),
        ShotView(t("细节特写", "Close-up"), "optional", None, t("选拍", "optional"), "mdi6.magnify-plus-outline"),
    )


def parcel(kind: str = "ready") -> ParcelView:
    """The parcel page: ready, capture, lost, several."""
    ready = kind in ("ready", "several")
    badges = (
        TagView(t("清晰", "Sharp"), icon="mdi6.image-filter-center-focus"),
        TagView(t("亮度合适", "Light OK"), icon="mdi6.brightness-6"),
    )
    prompt = (
        TagView(t("必拍 2 / 2 已完成", "Required shots 2 / 2"), "ok", "mdi6.check-circle")
        if ready
        else TagView(
            t("现在拍：商品正面（第 2 / 2 张）", "Shoot now: item front (2 / 2)"), "info", "mdi6.camera-outline"
        )
    )
    primary = {
        "capture": PrimaryView(
            t("拍商品正面", "Shoot item front"),
            t("或踩踏板 · 拍完即可一键完成", "or the pedal · then one key is left"),
            "mdi6.camera-outline",
            "Space",
        ),
        "lost": PrimaryView(
            t("先恢复摄像头", "Camera first"),
            t("还差必拍照片 1 张", "1 required photo missing"),
            "mdi6.video-off-outline",
            "Space",
            enabled=False,
        ),
    }.get(
        kind, PrimaryView(t("全部正常", "All good"), t("A 级 · 重新上架 · 打印标签", "Grade A · restock · print label"))
    )
    lost = (
        CameraLostView(
            t("摄像头没有画面", "No picture from the camera"),
            t(
                "检查 USB 线是否松动，指示灯应为白色。系统正在自动重连（第 2 次）。",
                "Check the USB cable; its light should be white. Reconnecting (try 2).",
            ),
            (
                ActionView("reconnect", t("重新连接", "Reconnect"), "mdi6.refresh", "R"),
                ActionView(
                    "switch_camera", t("换用备用摄像头", "Use the other camera"), "mdi6.camera-switch-outline", "F5"
                ),
            ),
            t("外箱面单照片已保存，不会丢失", "The photo of the parcel label is stored and safe"),
        )
        if kind == "lost"
        else None
    )
    return ParcelView(
        context(),
        claim(),
        several() if kind == "several" else expected(),
        CameraView(
            prompt,
            badges,
            (0.16, 0.13, 0.68, 0.77),
            CodeBoxView(((0.39, 0.32), (0.47, 0.30), (0.49, 0.47), (0.41, 0.49)), t("吊牌条码一致", "Tag matches SKU")),
        ),
        shots(ready),
        verdict(ready),
        primary,
        (
            ActionView("problem", t("有问题", "Problem"), "mdi6.alert-outline", "D"),
            ActionView("exception", t("异常件", "Exception"), "mdi6.help-rhombus-outline", "E"),
        ),
        ActionView("capture", t("再拍", "Capture"), key="Space") if ready else None,
        lost,
    )


def checklist() -> ChecklistView:
    normal, wrong, unsure = t("正常", "Normal"), t("异常", "Wrong"), t("待判定", "Open")
    sections = (
        SectionView(
            t("外观", "Appearance"),
            (
                RowView(1, t("外观完好，无破损", "Whole, undamaged"), "normal", normal),
                RowView(2, t("颜色款式与订单一致", "Colour and style as ordered"), "normal", normal),
                RowView(
                    3,
                    t("无污渍", "No stains"),
                    "wrong",
                    wrong,
                    t("左袖口 · 化妆品 · 明显", "Left cuff · cosmetics · major"),
                    TagView(t("客诉项", "Claimed"), "warn", "mdi6.account-voice"),
                    True,
                ),
            ),
        ),
        SectionView(
            t("功能", "Function"),
            (RowView(4, t("拉链、纽扣、弹力正常", "Zip, buttons, stretch work"), "normal", normal),),
        ),
        SectionView(
            t("附件与包装", "Accessories & packaging"),
            (
                RowView(
                    5, t("吊牌与附件齐全", "Hangtag and parts complete"), "wrong", wrong, t("吊牌已剪", "Hangtag cut")
                ),
                RowView(6, t("包装完整可再售", "Packaging fit for resale"), "open", unsure),
            ),
        ),
        SectionView(
            t("穿洗痕迹", "Wear & wash"),
            (
                RowView(7, t("无洗涤痕迹", "No signs of washing"), "not_applicable", t("不适用", "N/A")),
                RowView(8, t("无穿着痕迹、无异味", "No wear, no odour"), "open", unsure),
            ),
        ),
    )
    kinds = (
        ("cosmetics", t("化妆品", "Cosmetics"), "Q", "mdi6.lipstick"),
        ("oil", t("油渍", "Oil"), "W", "mdi6.oil"),
        ("sweat", t("汗渍", "Sweat"), "E", "mdi6.water-outline"),
        ("ink", t("笔迹", "Ink"), "R", "mdi6.marker"),
        ("mould", t("霉斑", "Mould"), "A", "mdi6.grain"),
        ("dye", t("染色", "Dye"), "S", "mdi6.palette-outline"),
        ("other", t("其他", "Other"), "F", "mdi6.dots-horizontal"),
    )
    severities = (
        (("minor", t("轻微", "Minor"), "Z")),
        ("major", t("明显", "Major"), "X"),
        ("critical", t("严重", "Critical"), "C"),
    )
    return ChecklistView(
        context("RT-261121-01204218"),
        ClaimView(
            t("买家退货原因", "Buyer says"),
            t("“收到就有污渍” · 质量问题", "“Stained on arrival” · quality"),
            tone="warn",
        ),
        sections,
        CameraView(
            TagView(t("污渍特写 · 左袖口", "Stain close-up · left cuff")),
            (
                TagView(t("含标尺", "Ruler"), icon="mdi6.ruler"),
                TagView(t("已存证", "Sealed"), "ok", "mdi6.shield-check"),
            ),
            still=QImage(str(STAIN)),
            ellipses=(EllipseView(0.53, 0.45, 0.23, 0.14, t("约 3.6 × 1.8 cm", "about 3.6 × 1.8 cm")),),
        ),
        (
            ShotView(t("外箱面单", "Parcel label"), "stored", PARCEL),
            ShotView(t("商品正面", "Item front"), "stored", JACKET),
            ShotView(t("污渍特写", "Stain"), "stored", JACKET, selected=True),
            ShotView(t("领标", "Neck label"), "stored", JACKET),
            ShotView(
                t("吊牌断口", "Cut hangtag"),
                "needed_by_defect",
                None,
                t("必拍", "required"),
                "mdi6.camera-plus-outline",
            ),
        ),
        PrimaryView(
            t("拍吊牌断口", "Shoot cut hangtag"),
            t("还差 1 张必拍照片", "1 required photo missing"),
            "mdi6.camera-plus-outline",
            "Space",
        ),
        PickerView(
            3,
            t("污渍", "Stain"),
            ActionView("normal", t("正常", "Normal"), "mdi6.check", "N"),
            tuple(ChoiceView(n, w, k, i, n == "cosmetics") for n, w, k, i in kinds),
            tuple(ChoiceView(n, w, k, selected=n == "major") for n, w, k in severities),
            t("点选位置", "Where"),
            "apparel",
            (PinView(1, 0.92, 0.68), PinView(2, 0.36, 0.3)),
        ),
        ActionView("rest_normal", t("其余正常，去定级", "Rest normal, grade"), key="Enter", enabled=False),
    )


def label_raster() -> QImage:
    """A stand-in of a printed label, 480 × 320 dots."""
    image = QImage(480, 320, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.fillRect(16, 16, 96, 96, Qt.GlobalColor.black)
    font = QFont("Inter")
    font.setPixelSize(70)
    painter.setFont(font)
    painter.setPen(QColor("white"))
    painter.drawText(QRectF(16, 16, 96, 96), Qt.AlignmentFlag.AlignCenter, "C")
    for index in range(60):
        painter.fillRect(40 + index * 7, 200, 2 + index * 7 % 4, 70, Qt.GlobalColor.black)
    painter.end()
    return image


def grade() -> GradeView:
    words = (
        ("A", t("全新", "As new")),
        ("B", t("近新", "Like new")),
        ("C", t("有瑕疵", "Flawed")),
        ("D", t("不可售", "Unsaleable")),
    )
    return GradeView(
        context("RT-261121-01204218"),
        t("等级", "Grade"),
        t("按规则自动判定，改动需选原因", "Set by rules; a change needs a reason"),
        tuple(GradeChoiceView(letter, word, letter == "C") for letter, word in words),
        (
            ReasonView(
                t("污渍 · 化妆品 · 明显，左袖口", "Stain · cosmetics · major, left cuff"),
                False,
                t("规则 R14：可清洗 → C", "Rule R14: washable → C"),
            ),
            ReasonView(t("吊牌已剪", "Hangtag cut"), False, t("规则 R07：最高 C", "Rule R07: at most C")),
            ReasonView(t("功能正常，无破损", "Works, undamaged"), True),
            ReasonView(t("无洗涤痕迹", "No signs of washing"), True),
        ),
        t("责任判定", "Liability"),
        (
            ChoiceView("buyer", t("买家", "Buyer"), "U", selected=True),
            ChoiceView("carrier", t("快递", "Carrier"), "I"),
            ChoiceView("vendor", t("供应商", "Vendor"), "O"),
            ChoiceView("warehouse", t("仓库", "Warehouse"), "P"),
        ),
        t("处置去向", "Disposition"),
        (
            ChoiceView(
                "refurbish",
                t("翻新", "Refurbish"),
                "1",
                "mdi6.wrench-outline",
                True,
                "warn",
                t("建议 · 干洗 ¥18，残值 ¥389", "Best · clean ¥18, worth ¥389"),
            ),
            ChoiceView(
                "hold",
                t("暂扣·争议", "Hold · dispute"),
                "2",
                "mdi6.scale-balance",
                False,
                "hold",
                t("买家有争议时", "If the buyer disputes"),
            ),
            ChoiceView(
                "scrap", t("报废", "Scrap"), "3", "mdi6.recycle", False, "error", t("需组长确认", "Lead must confirm")
            ),
            ChoiceView(
                "return_to_vendor",
                t("退供应商", "Return to vendor"),
                "4",
                "mdi6.truck-outline",
                False,
                "rtv",
                t("不符：非供应商责任", "No: vendor not liable"),
                True,
            ),
            ChoiceView(
                "restock",
                t("重新上架", "Restock"),
                "5",
                "mdi6.package-up",
                False,
                "ok",
                t("不可：低于 A 级", "No: below grade A"),
                True,
            ),
        ),
        LabelView(
            t("标签预览", "Label"), "60 × 40 mm", label_raster(), t("标签机就绪", "Printer ready"), t("1 张", "1 copy")
        ),
        PrimaryView(
            t("确认并打印", "Confirm and print"),
            t("C 级 · 翻新 · 买家责任", "Grade C · refurbish · buyer liable"),
            "mdi6.printer-check",
        ),
        ActionView("back", t("返回检查", "Back to checks"), "mdi6.arrow-left", "Esc"),
        TagView(t("与买家陈述不符", "Contradicts the claim"), "warn", "mdi6.account-voice"),
        t(
            "发货照片袖口洁净；污渍为粉底类，且吊牌已剪。",
            "Clean cuffs when sent out; the stain is make-up and the hangtag is cut.",
        ),
        (
            EvidencePictureView(JACKET, t("出库时 11-08", "Sent 11-08")),
            EvidencePictureView(JACKET, t("退回时 11-21", "Back 11-21")),
        ),
        (
            TagView(t("证据 5 / 5", "Evidence 5 / 5"), "ok", "mdi6.image-check-outline"),
            TagView(t("已存证", "Sealed"), "ok", "mdi6.shield-check-outline"),
        ),
        ToteView(
            t("放入 3 号箱", "Put in tote 3"),
            t("翻新 · 干洗 · F-0087 · 11 / 30", "Refurbish · F-0087 · 11 / 30"),
            t("扫箱码可改", "scan a tote to change"),
        ),
    )


def no_match() -> ExceptionView:
    return ExceptionView(
        BannerView(
            t("没有找到这个退货单", "No return found"),
            t(
                "单号 SF1390 4471 2086 5 不在本仓的退货计划里。先拍照留底，再交给组长。",
                "SF1390 4471 2086 5 is not among this site's returns. Take photos, then hand it to the lead.",
            ),
            "warn",
            "mdi6.help-rhombus",
        ),
        PrimaryView(
            t("登记为无主件", "Record as unclaimed"),
            t("拍 2 张照片 · 打印 U 标签 · 放入 9 号箱", "2 photos · U label · tote 9"),
            "mdi6.tag-plus-outline",
        ),
        (
            ActionView("bind", t("绑定选中的订单", "Bind this order"), "mdi6.link-variant", "B"),
            ActionView("scan_again", t("重新扫描", "Scan again"), "mdi6.barcode-scan", "Esc"),
        ),
        PARCEL,
        t("外箱面单（已自动拍照）", "Parcel label (shot by itself)"),
        title=t("可能是这一单", "It may be one of these"),
        subtitle=t(
            "按收件仓、手机尾号 2207、近 30 天订单比对", "By warehouse, phone ending 2207, orders of the last 30 days"
        ),
        candidates=(
            CandidateView(
                "o1",
                t("连帽卫衣 燕麦 L", "Hoodie oat L"),
                t("2411-0790-2207 · 已申请未发货", "2411-0790-2207 · requested, not sent"),
                TagView(t("相符 3 / 4", "3 of 4 agree"), "info"),
                "1",
                HOODIE,
                True,
            ),
            CandidateView(
                "o2",
                t("直筒休闲裤 炭灰 30", "Straight trousers 30"),
                t("2411-0712-2207 · 已签收", "2411-0712-2207 · delivered"),
                TagView(t("相符 2 / 4", "2 of 4 agree")),
                "2",
                TROUSERS,
            ),
        ),
    )


def wrong_item() -> ExceptionView:
    expected_words, got = (
        t("轻薄羽绒服 藏青 M", "light down jacket navy M"),
        t("基础 T 恤 灰 L", "basic T-shirt grey L"),
    )
    return ExceptionView(
        BannerView(
            t("商品与订单不符", "Wrong item"),
            t(f"应收 {expected_words}，扫到的吊牌是 {got}。", f"Expected {expected_words}, got {got}."),
            "error",
            "mdi6.not-equal-variant",
            (expected_words, got),
        ),
        PrimaryView(
            t("按“退错商品”继续检查", "Go on as wrong item"),
            t("需 4 张照片 · 暂扣 · 通知客服", "4 photos · hold · desk is told"),
            "mdi6.clipboard-alert-outline",
        ),
        (
            ActionView(
                "tag_wrong", t("吊牌贴错，商品对", "Tag is wrong, item right"), "mdi6.tag-arrow-right-outline", "T"
            ),
            ActionView("scan_again", t("重新扫描吊牌", "Scan the tag again"), "mdi6.barcode-scan", "Esc"),
        ),
        sides=(
            SideView(
                t("应收", "Expected"),
                "YL-8821-NV-M",
                JACKET,
                t("轻薄羽绒服 女款 藏青 M", "Light down jacket navy M"),
                "¥599.00",
            ),
            SideView(
                t("实收", "Received"),
                "YL-1003-GY-L",
                SHIRT,
                t("基础 T 恤 男款 灰 L", "Basic T-shirt grey L"),
                "¥79.00",
                True,
            ),
        ),
    )


def duplicate() -> ExceptionView:
    return ExceptionView(
        BannerView(
            t("这个包裹已检过", "Already inspected"),
            t(
                "今天 09:14 由 林志强 在 B10 台完成，结果 A 级 · 重新上架。",
                "Done today 09:14 by Lin Zhiqiang at B10: grade A · restock.",
            ),
            "info",
            "mdi6.content-duplicate",
            (t("A 级 · 重新上架", "grade A · restock"),),
        ),
        PrimaryView(
            t("查看记录，不重检", "See the record"), t("不会产生新记录", "No new record is made"), "mdi6.eye-outline"
        ),
        (
            ActionView("reprint", t("补打标签", "Reprint"), "mdi6.printer-outline", "P"),
            ActionView("recheck", t("申请复检", "Ask for a re-check"), "mdi6.refresh", "R"),
        ),
        PARCEL,
        t("刚刚扫描", "Scanned just now"),
        title=t("上一次的记录", "The earlier record"),
        pictures=(
            EvidencePictureView(PARCEL, t("外箱面单", "Parcel label")),
            EvidencePictureView(HOODIE, t("商品正面", "Item front")),
        ),
        facts=(
            FactView(t("退货单", "Return"), "RT-261121-01004163", True),
            FactView(t("商品", "Item"), t("连帽卫衣 墨绿 XL", "Hoodie green XL")),
            FactView(t("完成", "Done"), t("09:14:52 · B10 · 林志强", "09:14:52 · B10 · Lin Zhiqiang")),
            FactView(t("现在位置", "Now in"), t("1 号箱 R-0411 · 已封箱", "Tote 1 R-0411 · closed")),
        ),
    )
