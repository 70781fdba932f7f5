"""The evidence report holds every photo, answer, outcome and entry, in both languages, and says when a photo is bad."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from inspection_station.documents.evidence_case import (
    CaseAct,
    CaseAnswer,
    CaseFact,
    CaseOutcome,
    CasePhoto,
    EvidenceCase,
)
from inspection_station.documents.evidence_report import report
from inspection_station.documents.report_parts import reduced
from inspection_station.i18n import set_language


def _jpeg(colour: str, size: tuple[int, int] = (640, 480)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


WAYBILL, FRONT, STAIN = _jpeg("white"), _jpeg("navy"), _jpeg("brown")
CASE = EvidenceCase(
    rt_number="RT-261121-01200042",
    verdict="检查结果与买家陈述不符",
    contradicts=True,
    claim="收到就有污渍",
    finding="穿着后沾染粉底，吊牌已剪",
    facts=(CaseFact("订单", "2411-0866-5604"), CaseFact("买家", "王** 尾号 0865"), CaseFact("空", "")),
    outcomes=(
        CaseOutcome("等级", "C 有瑕疵", ("规则 grade-soiled：有明显污渍",)),
        CaseOutcome("退款建议", "部分 ¥239.00", (), "班组长改为部分退款"),
    ),
    photos=(
        CasePhoto("外箱面单", "2026-11-21 10:41:02 +08:00", _sha(WAYBILL), WAYBILL, masked=True),
        CasePhoto("商品正面", "2026-11-21 10:42:33 +08:00", _sha(FRONT), FRONT),
        CasePhoto("污渍特写", "2026-11-21 10:42:51 +08:00", _sha(STAIN), STAIN, "左袖口"),
    ),
    answers=(CaseAnswer("外观完好，无破损", "正常", bulk=True), CaseAnswer("无污渍", "异常：化妆品，明显", True)),
    timeline=(CaseAct("2026-11-21 10:43:24.120 +08:00", "判定：C 级，翻新", "陈晓雯", "B12", "ab" * 32),),
    sealed_at="2026-11-21 10:43:24 +08:00",
    fingerprint="9f3a71c0" * 8,
    chain_whole=True,
    made_at="2026-11-21 14:20 +08:00",
    made_by="何琳",
)


def _text(pdf: bytes, folder: Path) -> str:
    """All text of the PDF without blanks and line ends."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (folder / "report.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "report.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return re.sub(r"\s+", "", done.stdout.decode())


def test_everything_of_the_case_stands_in_the_report(tmp_path: Path) -> None:
    text = _text(report(CASE), tmp_path)
    wanted = [CASE.rt_number, CASE.verdict, CASE.claim, CASE.finding, CASE.fingerprint, CASE.sealed_at, CASE.made_by]
    wanted += [part for fact in CASE.facts for part in (fact.name, fact.value)]
    wanted += [part for one in CASE.outcomes for part in (one.name, one.value, one.changed_by, *one.why)]
    wanted += [part for one in CASE.photos for part in (one.shot, one.taken_at, one.sha256, one.note)]
    wanted += [part for one in CASE.answers for part in (one.question, one.answer)]
    wanted += [part for one in CASE.timeline for part in (one.at, one.what, one.person, one.entry_hash[:16])]
    wanted += ["证据完整，未被改动", "3/3张照片校验一致", "批量", "逐项", "不能单独证明", "sha256sum-cSHA256SUMS", "1/"]
    assert [part for part in wanted if re.sub(r"\s+", "", part) not in text] == []
    assert text.index("无污渍") < text.index("外观完好")


def test_the_report_is_in_the_language_in_force(tmp_path: Path) -> None:
    set_language("en")
    text = _text(report(CASE), tmp_path)
    assert "Evidencewholeandunchanged" in text
    assert "Itdoesnotbyitselfshow" in text
    assert "inbulk" in text


def test_a_changed_or_absent_photo_is_named_and_the_green_box_is_gone(tmp_path: Path) -> None:
    gone = replace(CASE.photos[1], source=tmp_path / "gone.jpg")
    changed = replace(CASE.photos[2], source=STAIN[:-3] + b"\0" + STAIN[-2:])
    text = _text(report(replace(CASE, photos=(CASE.photos[0], gone, changed))), tmp_path)
    assert "证据不完整：不要使用" in text
    assert "证据完整" not in text
    assert "1/3张照片校验一致" in text
    assert "照片“商品正面”缺失或被改动" in text
    assert "照片“污渍特写”缺失或被改动" in text
    broken = _text(report(replace(CASE, chain_whole=False)), tmp_path)
    assert "证据不完整：不要使用" in broken
    assert "记录的哈希链已断开" in broken


def test_all_fonts_are_embedded_and_the_same_case_gives_the_same_bytes(tmp_path: Path) -> None:
    first = report(CASE)
    assert first == report(CASE)
    assert b"Helvetica" not in first
    if not shutil.which("pdffonts"):
        pytest.skip("pdffonts (poppler-utils) is not installed")
    (tmp_path / "report.pdf").write_bytes(first)
    lines = subprocess.run(["pdffonts", "report.pdf"], cwd=tmp_path, capture_output=True, check=True, text=True)
    rows = lines.stdout.splitlines()[2:]
    assert rows
    assert all(re.search(r"yes yes yes", row) for row in rows)


def test_practice_work_says_so_on_every_page(tmp_path: Path) -> None:
    many = tuple(CaseAct("10:43", f"第 {number} 步", "陈晓雯", "B12", "ab" * 32) for number in range(60))
    text = _text(report(replace(CASE, practice=True, timeline=many)), tmp_path)
    pages = int(re.findall(r"\d/(\d)", text)[-1])
    assert pages >= 3
    assert text.count("演示DEMO") == pages


def test_hostile_texts_and_broken_pictures_still_give_a_report(tmp_path: Path) -> None:
    endless = "很长的一句话，没有尽头。" * 700
    hostile = "<b>&amp;</b> {name} %s \x00\u202e 👨‍👩‍👧 \n" * 5
    bad = CasePhoto(hostile, hostile, "zz", b"not a picture", endless)
    case = replace(
        CASE, claim=endless, finding=hostile, verdict=hostile, photos=(bad, *CASE.photos),
        facts=(CaseFact(hostile, endless),), outcomes=(CaseOutcome(hostile, endless, (endless, hostile), endless),),
        answers=(CaseAnswer(endless, endless),), timeline=(CaseAct(hostile, endless, hostile, "", ""),),
    )  # fmt: skip
    assert "照片无法显示" in _text(report(case), tmp_path)
    empty = EvidenceCase("", "", False, "", "", (), (), (), (), (), "", "", False, "", "")
    assert "本案没有照片" in _text(report(empty), tmp_path)


def test_a_masked_picture_keeps_no_detail_and_a_large_one_gets_small() -> None:
    board = Image.new("RGB", (3000, 2000), "white")
    board.paste("black", (0, 0, 1500, 2000))
    for x in range(0, 3000, 20):
        board.paste("red", (x, 900, x + 10, 1100))
    out = io.BytesIO()
    board.save(out, "JPEG")
    plain, masked = reduced(out.getvalue()), reduced(out.getvalue(), masked=True)
    assert plain is not None
    assert masked is not None
    with Image.open(io.BytesIO(plain)) as image:
        assert image.size == (1400, 933)
    with Image.open(io.BytesIO(masked)) as image:
        row = [image.convert("L").getpixel((x, 466)) for x in range(800, 1300)]
        assert max(row) - min(row) < 30
    assert reduced(b"") is None
    assert reduced(out.getvalue()[:5000]) is None
