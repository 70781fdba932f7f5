"""Badge cards and tote labels: read off the printer's dots and off paper, at every size, for any names."""

from __future__ import annotations

import pages_of_pdf
import pytest
import zxingcpp
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.documents.drawing import Layout, TextLine, raster
from inspection_station.documents.paper.badge_card import BadgeCard, badge_layout, badge_pages, badge_sheet
from inspection_station.documents.paper.tote_label import ToteLabel, is_grai, tote_layout, tote_pages, tote_sheet
from inspection_station.domain.identifiers import ScanKind, recognise, tote_code
from inspection_station.errors import StationProblem
from inspection_station.i18n import set_language

GRAI = "4012345123456"
CARD = BadgeCard("陈晓雯", "Chen Xiaowen", "质检员", "E00012", "BADGE-E00012", "华东退货中心 3 号库")
TOTE = ToteLabel(tote_code(100204), "退供应商", "return_to_vendor", "云鹿服饰")
SIZES = [(100.0, 60.0), (85.6, 54.0), (60.0, 40.0), (50.0, 30.0), (100.0, 150.0)]


def read(layout: Layout) -> dict[str, str]:
    """Text of each symbol read off the dots, by the symbology's name."""
    found = zxingcpp.read_barcodes(raster(layout).convert("L"))
    return {str(one.format).split(".")[-1].replace(" ", ""): one.text for one in found}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dpi", [203, 300, (203, 300)])
def test_both_symbols_are_read_off_the_dots(size: tuple[float, float], dpi: int | tuple[int, int]) -> None:
    for layout, code in ((badge_layout(CARD, size, dpi), CARD.badge), (tote_layout(TOTE, size, dpi), TOTE.code)):
        assert set(read(layout).values()) == {code}
        assert len(read(layout)) == len(layout.quiet) == 2
        assert layout.shortened == ()


def test_nothing_is_drawn_into_a_symbols_clear_space() -> None:
    for layout in (badge_layout(CARD), tote_layout(TOTE)):
        written = [one.box for one in layout.operations if isinstance(one, TextLine)]
        assert not [box for box in written for quiet in layout.quiet if box.overlaps(quiet)]


def test_sheets_hold_ten_cards_and_eight_labels_a_page() -> None:
    cards = [BadgeCard(f"员工{n}", "", "质检员", f"E{n:05d}", f"BADGE-E{n:05d}") for n in range(1, 13)]
    labels = [ToteLabel(tote_code(n), "重新上架", "restock") for n in range(1, 11)]
    for pdf, wanted, first in (
        (badge_sheet(cards), {one.badge for one in cards}, 10),
        (tote_sheet(labels), {one.code for one in labels}, 8),
    ):
        for dpi in (150, 203):
            pages = [pages_of_pdf.codes(page) for page in pages_of_pdf.pictures(pdf, dpi)]
            assert set.union(*pages) == wanted and [len(page) for page in pages] == [first, len(wanted) - first]
        assert all(embedded for _name, embedded in pages_of_pdf.fonts(pdf))
    assert "员工12" in pages_of_pdf.texts(badge_sheet(cards))[1]


def test_single_cards_and_labels_are_pages_of_their_size() -> None:
    pages = pages_of_pdf.pictures(badge_pages([CARD, CARD], (60, 40)), 203)
    assert len(pages) == 2 and abs(pages[0].width - 480) <= 1 and pages_of_pdf.codes(pages[1]) == {CARD.badge}
    [page] = pages_of_pdf.pictures(tote_pages([TOTE]), 203)
    assert abs(page.width - 800) <= 1 and pages_of_pdf.codes(page) == {TOTE.code}


def test_a_badges_text_is_not_printed_for_reading() -> None:
    assert CARD.badge not in pages_of_pdf.texts(badge_sheet([CARD]))[0]


@pytest.mark.parametrize("code", [GRAI, GRAI + "A17", GRAI + "0" * 16])
def test_a_grai_is_gs1_128_and_a_digital_link_and_benches_take_both(code: str) -> None:
    layout = tote_layout(ToteLabel(code, "报废", "scrap"), dpi=300)
    symbols = zxingcpp.read_barcodes(raster(layout).convert("L"))
    assert {one.symbology_identifier[:3] for one in symbols} == {"]C1", "]Q1"}
    for one in symbols:
        for text in (one.text, "]C1" + one.bytes.decode()) if one.symbology_identifier == "]C1" else (one.text,):
            taken = recognise(text.replace("(8003)", "8003"))
            assert (taken.kind, taken.text) == (ScanKind.TOTE, code)


@pytest.mark.parametrize("code", ["", "T-100204X", "t-100204N", "4012345123457", "4012345123456-", "CMD-OK", "T-1"])
def test_what_is_no_totes_code_gets_no_label(code: str) -> None:
    with pytest.raises(StationProblem) as told:
        ToteLabel(code)
    assert told.value.code == "tote.code" and not is_grai(code)


@pytest.mark.parametrize("badge", ["", "E00012", "BADGE-", "BADGE-e1", "BADGE-中文", "BADGE-A B", "BADGE-" + "9" * 33])
def test_what_no_bench_takes_for_a_badge_gets_no_card(badge: str) -> None:
    with pytest.raises(StationProblem) as told:
        BadgeCard("李雷", "", "", "", badge)
    assert told.value.code == "badge.text"


def test_sizes_without_room_and_empty_lists_are_told() -> None:
    for make, code in (
        (lambda: badge_layout(CARD, (20, 15)), "badge.no_room"), (lambda: tote_layout(TOTE, (20, 12)), "tote.no_room"),
        (lambda: badge_sheet([]), "badge.none"), (lambda: tote_sheet([]), "tote.none"),
        (lambda: tote_sheet([TOTE], (300, 60)), "tote.too_large"), (lambda: BadgeCard(" ", "", "", "", "BADGE-12"),
                                                                    "badge.nameless"),
    ):  # fmt: skip
        with pytest.raises(StationProblem) as told:
            make()
        assert told.value.code == code


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_practice_cards_and_labels_say_so(language: str) -> None:
    set_language(language)
    word = "演示" if language == "zh_CN" else "DEMO"
    card = BadgeCard("陈晓雯", "", "质检员", "", "BADGE-12", practice=True)
    label = ToteLabel(TOTE.code, "报废", "scrap", practice=True)
    assert word in pages_of_pdf.texts(badge_pages([card]))[0] and word in pages_of_pdf.texts(tote_pages([label]))[0]


ANY = st.text(max_size=60) | st.sampled_from(["", "名" * 5000, "🙂" * 50, "𠮷野家", "שלום עולם", "\u202eabc", "a\x00b"])


@given(ANY, ANY, ANY, st.sampled_from(SIZES))
@properties()
def test_any_names_leave_the_symbols_readable(one: str, other: str, third: str, size: tuple[float, float]) -> None:
    name = one if one.strip() else "李雷"
    for layout in (
        badge_layout(BadgeCard(name, other, third, one[:20], CARD.badge, third), size),
        tote_layout(ToteLabel(TOTE.code, one, "scrap", other), size),
    ):
        written = [each.box for each in layout.operations if isinstance(each, TextLine)]
        assert not [box for box in written for quiet in layout.quiet if box.overlaps(quiet)]
        assert set(read(layout).values()) <= {CARD.badge, TOTE.code} and read(layout)
