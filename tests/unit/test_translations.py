"""The Chinese texts keep every place to fill, the trade's words, and speak as the design's copy table does."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType

import pytest

import inspection_station
from inspection_station.locations import resources

# What the design's copy table says and the program shows: msgid and the Chinese of the table.
# One word differs from the table: a defect is 缺陷 in the list of the trade's words, which comes first.
COPY = {
    "Scan a return parcel": "扫描退货包裹",
    "Scan the parcel label to start; no need to touch the screen": "扫面单条码即开始，不用点击屏幕",
    "No return found": "没有找到这个退货单",
    "{number} is not among the expected returns. Take photos, then hand it to the lead.": (
        "{number} 不在预期退货里。先拍照留底，再交给组长。"
    ),
    "Offline, and not on this station": "离线中，本机没有这个退货单",
    "Inspect {number} now; it will be matched later.": "先检查 {number}，联网后自动匹配。",
    "This parcel is already inspected": "这个包裹已检过",
    "Done {when} by {who} at {station}: {result}": "{when} 由 {who} 在 {station} 台完成，结果 {result}",
    "Wrong item": "商品与订单不符",
    "Expected {wanted}, got {got}.": "应收 {wanted}，扫到 {got}。",
    "Empty parcel": "空包裹",
    "Keep the box and the filling": "先不要丢弃外箱与填充物",
    "Finish this one first": "先完成这一件",
    "or park it with F9": "或按 F9 暂存",
    "The claimed point is open: {row}": "客诉项还没判定：{row}",
    "Look closely: N if normal, or pick the defect.": "看清后按 N 正常，或选缺陷。",
    "Required photos missing: {n}": "还差 {n} 张必拍照片",
    "Blurred; not counted": "照片模糊，没有计入",
    "Lay the item flat, press Space again": "放平商品，再按空格",
    "Too dark": "太暗",
    "Too bright": "太亮",
    "Glare": "反光",
    "No picture from the camera": "摄像头没有画面",
    "Check the USB cable; reconnecting": "检查 USB 线；正在自动重连",
    "Out of labels": "标签纸用完",
    "Printer not responding ({reason})": "标签机没有响应（{reason}）",
    "Offline · {n} queued": "离线 · {n} 待传",
    "Storage full; no photos can be taken": "存储已满，不能拍照",
    "Connect to sync, or call the lead": "连接网络同步，或找组长",
    "Photo {n} does not match": "校验不一致：照片 {n}",
    "Wrong PIN, {n} tries left": "PIN 不对，还可试 {n} 次",
    "Locked {minutes}:{seconds}": "已锁定 {minutes}:{seconds}",
    "A lead's badge unlocks": "班组长扫工牌可解锁",
    "Lead needed": "需要班组长",
    "A lead's badge continues.": "班组长扫工牌后继续。",
    "Wrong tote: {got} is for {disposition}": "放错箱：{got} 是{disposition}",
    "Put it in {tote}": "放入 {tote}",
    "{number} undone": "已撤销 {number}",
    "Discard its label": "把刚打的标签撕掉",
    "Too late to undo": "超过撤销时间",
    "Ask for a re-check in History": "在“历史”里申请复检",
    "1 unfinished return restored": "已恢复上次未完成的 1 件",
    "Its {n} photos are there": "照片 {n} 张都在",
}
# 请 is said only where somebody is asked to sign in.
POLITE = {"Please scan your badge", "Scan your badge first"}


def _catalogue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", resources() / "translations" / "catalogue.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


catalogue = _catalogue()
CHINESE: dict[str, str] = {str(one.id): str(one.string) for one in catalogue.current() if one.id and one.string}
SHOWN: set[str] = {str(one.id) for one in catalogue.extracted() if one.id}


def places(text: str) -> list[str]:
    """The ``{named}`` places of a text, and the ``%`` ones of the command line's own library."""
    named = [f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
    return sorted(named + re.findall(r"%(?:\(\w+\))?[sr]", text))


def wrong(faulty: list[str]) -> str:
    """The texts at fault, one a line."""
    return "\n".join(f"{msgid!r} → {CHINESE[msgid]!r}" for msgid in sorted(faulty))


def test_no_text_to_translate_hides_in_a_formatted_string() -> None:
    # The extractor does not look into f-strings on Python 3.11: the next update would drop the Chinese of such a text.
    hidden = [
        f"{file}:{call.lineno}"
        for file in sorted(Path(inspection_station.__file__).parent.rglob("*.py"))
        for text in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "translate"
        and any(isinstance(argument, ast.Constant) for argument in call.args[:1])
    ]
    assert hidden == []


def test_every_place_to_fill_stands_in_both_languages() -> None:
    faulty = [msgid for msgid, chinese in CHINESE.items() if places(msgid) != places(chinese)]
    assert not faulty, wrong(faulty)


def test_chinese_ends_with_a_full_stop_exactly_where_english_does() -> None:
    faulty = [msgid for msgid, chinese in CHINESE.items() if msgid.endswith(".") != chinese.endswith("。")]
    assert not faulty, wrong(faulty)


def test_nobody_is_shouted_at_and_only_the_sign_in_says_please() -> None:
    faulty = [msgid for msgid, chinese in CHINESE.items() if "！" in chinese or "!" in chinese]
    polite = [msgid for msgid, chinese in CHINESE.items() if re.search("请(?![求])", re.sub("申请", "", chinese))]
    faulty += sorted(set(polite) - POLITE)
    assert not faulty, wrong(faulty)


def test_a_space_stands_between_chinese_and_latin_letters_or_digits() -> None:
    touching = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
    faulty = [
        msgid for msgid, chinese in CHINESE.items() if touching.search(chinese.replace("宽x高", ""))
    ]  # 宽x高 is what the command line takes: a width, an x, a height
    assert not faulty, wrong(faulty)


@pytest.mark.parametrize("other", ["瑕疵", "运单", "客户", "物流", "去向", "中度", "您", "工位"])
def test_no_second_word_is_used_for_a_thing_of_the_trade(other: str) -> None:
    names = {"JD Logistics"}  # a carrier's own name
    faulty = [msgid for msgid, chinese in CHINESE.items() if other in chinese and msgid not in names]
    assert not faulty, wrong(faulty)


@pytest.mark.parametrize("msgid", COPY)
def test_the_copy_table_is_shown_in_both_languages(msgid: str) -> None:
    assert msgid in SHOWN
    assert CHINESE.get(msgid) == COPY[msgid]
