"""Papers that go with goods: whole, readable by others, of any length, and nothing hostile breaks them."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pages_of_pdf
import pytest
from factories import INSPECTOR, Bench, expected, properties
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from inspection_station.documents.paper.contents import (
    Agreement,
    Container,
    DestructionPhoto,
    Handover,
    HandoverRow,
    Kind,
    Party,
    ScrapCertificate,
    Signatory,
    content_hash,
)
from inspection_station.documents.paper.handover import handover
from inspection_station.documents.paper.scrap import certificate
from inspection_station.domain.identifiers import rt_number
from inspection_station.domain.money import Money
from inspection_station.errors import StationProblem
from inspection_station.i18n import set_language, translate
from inspection_station.station.handover_rows import handover_row
from inspection_station.workflows.deciding import confirm

NUMBER = "M-RTV-20261121-0012"
DAY = date(2026, 11, 21)
NAMES = ("轻薄羽绒服", "直筒裤", "蓝牙降噪耳机 Pro Max 2026 款 长续航 主动降噪 头戴式", "Light down jacket")
KINDS: tuple[Kind, ...] = ("container_list", "return_to_vendor", "restock", "refurbish")
MADE = Signatory("周敏", "E00005", "2026-11-21 10:52")
SECOND = Signatory("林志强", "E00017", "2026-11-21 10:55")


def rows(count: int, totes: tuple[str, ...] = ("",)) -> tuple[HandoverRow, ...]:
    return tuple(
        HandoverRow(
            rt_number(DAY, 43, place + 1), f"YL-{place % 9000:04d}-RD", NAMES[place % 4], "酒红 / S", "BCD"[place % 3],
            "缝线开裂·明显", "质量问题", Money(12950 + place), "YX17A26093528" if place % 4 == 2 else "",
            totes[place * len(totes) // count],
        )
        for place in range(count)
    )  # fmt: skip


def document(kind: Kind = "return_to_vendor", count: int = 12, **changes: object) -> Handover:
    plain = Handover(
        kind, NUMBER, "2026-11-21 10:52 (Asia/Shanghai)", MADE, Party("华东退货中心 3 号库"),
        Party("云鹿服饰（嘉兴）", "亚太路 705 号"), rows(count), (Container("T-100204N", "S-771204", 9820, 9860),),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_everything_stands_on_paper_in_the_same_characters(kind: Kind, language: str) -> None:
    set_language(language)
    paper = document(
        kind, authorisation="RMA-YL-871", agreement=Agreement(30, Money(5000)), corrects="M-RTV-20261120-0011",
        note="外箱轻微受潮",
    )  # fmt: skip
    pdf = handover(paper)
    text = "".join(pages_of_pdf.texts(pdf))
    wanted = [NUMBER, "周敏", "E00005", "华东退货中心3号库", "云鹿服饰（嘉兴）", "RMA-YL-871", "M-RTV-20261120-0011"]
    wanted += ["S-771204", "9.82kg", "9.86kg", "0.4%", "外箱轻微受潮", "¥50"]
    for row in paper.rows:
        wanted += [row.rt_number, row.sku, squeezed(row.item), squeezed(row.variant), row.findings, row.reason]
        wanted += [str(row.value), row.serial]
    wanted += [str(paper.totals[0]), content_hash(paper)[:4].upper()]
    wanted += (
        ["供应商协议", "送达后30天内", "合计：12件，12行"]
        if language == "zh_CN"
        else ["within30days", "Total:12units,12lines"]
    )
    assert [one for one in wanted if one not in text] == []
    fonts = pages_of_pdf.fonts(pdf)
    assert fonts and all(embedded for _name, embedded in fonts)
    assert not [name for name, _embedded in fonts if "Helvetica" in name]
    assert pdf == handover(paper)


def test_five_hundred_rows_each_once_with_heads_and_numbers_on_every_page() -> None:
    paper = document(count=500)
    pages = pages_of_pdf.texts(handover(paper))
    assert len(pages) > 15
    for number, page in enumerate(pages, 1):
        assert f"第{number}/{len(pages)}页" in page and NUMBER in page
        assert all(heading in page for heading in ("SKU", "商品", "等级", "原因", "退货单", "金额"))
    together = "".join(pages)
    assert [together.count(row.rt_number) for row in paper.rows] == [1] * 500
    assert paper.rows[-1].rt_number in pages[-1] and "供应商签收" in pages[-1]
    assert str(Money(sum(row.value.minor for row in paper.rows if row.value))) in pages[-1]


@pytest.mark.parametrize("dpi", [150, 203])
def test_the_codes_on_every_page_are_read(dpi: int) -> None:
    pages = pages_of_pdf.pictures(handover(document(count=60, practice=True)), dpi)
    assert len(pages) >= 3
    assert [pages_of_pdf.codes(page) for page in pages] == [{NUMBER}] * len(pages)


@pytest.mark.parametrize("count", range(1, 46, 2))
def test_no_heading_and_no_signature_stands_without_an_item(count: int) -> None:
    totes = ("T-100204N", "T-100205L", "T-100206J")
    paper = document(count=count, rows=rows(count, totes), containers=tuple(Container(code) for code in totes))
    for page in pages_of_pdf.texts(handover(paper)):
        assert re.search(r"RT-\d{6}-\d{8}", page)
        for heading in re.finditer(r"容器T-10020\d[A-Z]", page):
            assert re.match(r"\d+YL-", page[heading.end() :])


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_practice_papers_say_so_on_every_page(language: str) -> None:
    set_language(language)
    word = "演示" if language == "zh_CN" else "DEMO"
    pages = pages_of_pdf.texts(handover(document(count=40, practice=True)))
    assert all(page.count(word) >= 1 for page in pages)
    assert not any(word in page for page in pages_of_pdf.texts(handover(document(count=40))))


def test_totals_are_units_and_money_by_currency() -> None:
    some = (
        HandoverRow("RT-1", "a", "x", value=Money(1050), units=3),
        HandoverRow("RT-2", "b", "y", value=Money(200, "USD")),
        HandoverRow("RT-3", "c", "z"),
    )
    paper = document(rows=some)
    assert paper.units == 5
    assert paper.totals == (Money(3150), Money(200, "USD"))
    text = "".join(pages_of_pdf.texts(handover(paper)))
    assert "合计：5件，3行" in text and "¥31.50" in text and "$2" in text and "3×¥10.50" in text


def test_a_weight_too_far_off_is_told() -> None:
    far = document(containers=(Container("T-100204N", "", 1000, 1021),))
    near = document(containers=(Container("T-100204N", "", 1000, 1019),))
    assert "2.1%超差" in "".join(pages_of_pdf.texts(handover(far)))
    assert "超差" not in "".join(pages_of_pdf.texts(handover(near)))


def test_the_fingerprint_changes_with_any_fact_and_not_with_the_language() -> None:
    paper = document()
    first = content_hash(paper)
    set_language("en")
    assert content_hash(paper) == first
    other = replace(paper.rows[0], grade="A")
    for changed in (replace(paper, note="x"), replace(paper, rows=(other, *paper.rows[1:])), replace(paper, rows=())):
        assert content_hash(changed) != first


@pytest.mark.parametrize("number", ["", "ab", "单号-1", "M-1 2", "m-rtv-1", "M" * 41, "-M1"])
def test_a_number_that_no_symbol_holds_is_refused(number: str) -> None:
    with pytest.raises(StationProblem) as told:
        document(number=number)
    assert told.value.code == "document.number"


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "\x1b[31m", "\ud800"])
def test_control_characters_are_refused_when_a_fact_is_entered(text: str) -> None:
    for make in (lambda: HandoverRow("RT-1", "a", text), lambda: Party(text), lambda: document(note=text),
                 lambda: Signatory(text)):  # fmt: skip
        with pytest.raises(StationProblem) as told:
            make()
        assert told.value.code == "document.control"


# --- scrap -------------------------------------------------------------------------------------------------


def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (shade, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def scrapped(tmp_path: Path, **changes: object) -> ScrapCertificate:
    good, file = picture(10), tmp_path / "photo.jpg"
    file.write_bytes(picture(200))
    photos = (
        DestructionPhoto("剪毁后", "2026-11-21 15:20", hashlib.sha256(good).hexdigest(), good),
        DestructionPhoto("压实后", "2026-11-21 15:21", hashlib.sha256(file.read_bytes()).hexdigest(), file),
    )
    plain = ScrapCertificate(document("scrap"), "剪毁后焚烧", "2026-11-21 15:30", (MADE, SECOND), photos)
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_scrap_certificate_names_both_signatories_and_shows_its_photos(tmp_path: Path) -> None:
    pdf = certificate(scrapped(tmp_path))
    pages = pages_of_pdf.texts(pdf)
    text = "".join(pages)
    for part in (
        "报废证明",
        "剪毁后焚烧",
        "2026-11-2115:30",
        "周敏E00005",
        "林志强E00017",
        "2026-11-2110:55",
        "销毁照片（2张）",
        "剪毁后",
        "压实后",
    ):
        assert part in text
    assert pdf.count(b"/Subtype /Image") == 2
    assert [pages_of_pdf.codes(page) for page in pages_of_pdf.pictures(pdf, 150)] == [{NUMBER}] * len(pages)


def test_a_photo_that_is_gone_or_changed_is_named_in_its_place(tmp_path: Path) -> None:
    gone = DestructionPhoto("不在", "", "0" * 64, tmp_path / "none.jpg")
    changed = DestructionPhoto("改过", "", "0" * 64, picture(1))
    broken = DestructionPhoto("坏的", "", hashlib.sha256(b"no picture").hexdigest(), b"no picture")
    pdf = certificate(scrapped(tmp_path, photos=(gone, changed, broken) * 5))
    text = "".join(pages_of_pdf.texts(pdf))
    told = [translate(words) for words in ("This photo is not here", "The bytes do not match this hash",
                                           "This photo cannot be shown")]  # fmt: skip
    assert [text.count(squeezed(words)) for words in told] == [5, 5, 5]
    assert b"/Subtype /Image" not in pdf


@pytest.mark.parametrize(
    "who", [(MADE,), (MADE, MADE), (MADE, replace(MADE, name="别名")), (MADE, SECOND, Signatory("丙"))]
)
def test_two_different_people_sign_or_nobody_yet(who: tuple[Signatory, ...], tmp_path: Path) -> None:
    with pytest.raises(StationProblem) as told:
        scrapped(tmp_path, signatories=who)
    assert told.value.code == "scrap.signatories"
    assert certificate(scrapped(tmp_path, signatories=()))


# --- real and hostile rows ---------------------------------------------------------------------------------


def test_a_row_says_what_the_station_decided() -> None:
    bench = Bench(expected())
    case = bench.ready()
    case = confirm(bench.desk, bench.looked_at(case), INSPECTOR, "")
    item = case.inspection.items[0]
    row = handover_row(bench.desk, case, item, "T-100204N")
    line = case.line(item)
    assert line is not None and item.decision is not None
    assert (row.rt_number, row.sku, row.item, row.variant) == (item.rt_number, line.sku, line.name_zh, line.variant)
    assert (row.grade, row.value, row.container) == (item.decision["grade"], line.unit_price, "T-100204N")
    text = "".join(pages_of_pdf.texts(handover(document(rows=(row,)))))
    assert row.rt_number in text and squeezed(row.item) in text
    hostile = replace(item, name_zh="外套\x00\x1b", variant="\ud800")
    assert handover_row(bench.desk, case, hostile).item == "外套  "


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=80) | st.sampled_from(
    [
        "长" * 5000,
        "x" * 5000,
        "🙂🙃" * 30,
        "𠮷𠀋野家",
        "שלום",
        "\u202eabc\u202c",
        "a\u0301" * 40,
        "\u200b\u2028",
        "．·—" * 200,
    ]
)
ROW = st.builds(
    HandoverRow, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS,
    st.none() | st.builds(Money, st.integers(-(10**12), 10**12), st.sampled_from(["CNY", "JPY", "XXX"])),
    WORDS, st.sampled_from(["", "T-1", "T-2"]), st.integers(0, 10**6),
)  # fmt: skip


@given(st.lists(ROW, max_size=4), WORDS, WORDS, st.sampled_from(["zh_CN", "en"]), st.booleans())
@properties(5)
def test_no_text_whatever_breaks_a_paper(
    some: list[HandoverRow], one: str, other: str, language: str, practice: bool
) -> None:
    set_language(language)
    paper = document(
        rows=tuple(some), note=one, sender=Party(one, other), receiver=Party(other, one), made_by=Signatory(one, other),
        containers=(Container(one, other, 0, 5), Container("T-2")), practice=practice,
    )  # fmt: skip
    assert handover(paper).startswith(b"%PDF-")
    photo = DestructionPhoto(one, other, "0" * 64, b"")
    scrap = ScrapCertificate(replace(paper, kind="scrap"), other, one, (), (photo,))
    assert certificate(scrap).startswith(b"%PDF-")


def test_a_row_longer_than_a_page_goes_on_over_pages_with_nothing_lost() -> None:
    letters = "".join(chr(0x4E00 + place) for place in range(2400))
    paper = document(rows=(HandoverRow("RT-261121-04300001", "S", letters), *rows(2)), practice=False)
    pages = pages_of_pdf.texts(handover(paper))
    text = "".join(pages)
    assert len(pages) >= 4
    assert [one for one in letters if one not in text] == []
