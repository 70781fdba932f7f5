"""Whatever a name consists of, a label comes out: whole, with every unprintable character seen and reported once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from label_checks import check_inked_where_said, check_nothing_collides

from inspection_station.documents import inspection_label, typesetting
from inspection_station.documents.drawing import Layout, TextLine
from inspection_station.documents.inspection_label import LabelContent
from inspection_station.documents.label_layouts import SIZES
from inspection_station.documents.sample_labels import sample_label
from inspection_station.documents.typesetting import MISSING, clean, unprintable

ODD = (
    "", " ", "Ẫ" * 80, "﷽" * 9, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "\u202eevil\u202c", "{name} %s <b>x</b>",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20, "𠮷野家𪚥" * 9, "مرحبا بالعالم", "שלום עולם 123 ABC",
    "羽绒服\u2067abc\u2069(红)", "\ud800lone", "\U0010ffff\ufffd\ue000", "ﬁ ﷺ ㎏ Ⅷ 𝐁𝐨𝐥𝐝", "กำลัง", "W" * 400,
    "，。、）" * 60, "①" * 50, "a\x00b\x1bc\r\n\td", "e\u0301" * 100, "\u3000" * 30, "-" * 120, "/ " * 90,
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x323AF), max_size=60),
    st.text(st.characters(min_codepoint=0x0590, max_codepoint=0x08FF), max_size=120),
    st.text(st.characters(min_codepoint=0x1F000, max_codepoint=0x1FAFF), max_size=60),
    st.text("轻薄羽绒服藏青女款加厚中长款，（M）·/-", min_size=20, max_size=300),
    st.text("WMQgjy_|/- ", min_size=20, max_size=200),
    st.sampled_from(ODD),
)
MEDIA = st.tuples(
    st.one_of(st.sampled_from((*SIZES, (30, 20), (40, 60))), st.tuples(st.integers(30, 110), st.integers(20, 160))),
    st.sampled_from((203, 300, (203, 300), 600)),
)


def content_of(texts: list[str], practice: bool) -> LabelContent:
    content = sample_label("flawed")
    if not practice:
        content = replace(content, practice=False, rt_number="RT-261121-01200042")
    name, sku, findings, words, tote, liable = texts
    return replace(
        content, item_name=name, sku=sku, findings_line=findings, disposition_words=words, tote_line=tote,
        liability_line=liable, grade=words[:2], station=sku[:20], time_text=tote[:20], issue=99, order_number=sku,
        inspector=name[:30], fingerprint=tote[:8], photos=len(name),
    )  # fmt: skip


def lines_of(layout: Layout) -> list[str]:
    return [part.line.text for part in layout.operations if isinstance(part, TextLine)]


@pytest.mark.timeout(3600)  # ten thousand of them under make soak
def test_labels_of_any_text_touch_no_code_and_no_other_text(rounds: Callable[[int, int], int]) -> None:
    @settings(deadline=None, max_examples=rounds(300, 10_000), suppress_health_check=list(HealthCheck))
    @given(st.lists(TEXTS, min_size=6, max_size=6), MEDIA, st.booleans())
    def check(texts: list[str], media: tuple[tuple[int, int], int | tuple[int, int]], practice: bool) -> None:
        layout = inspection_label.layout(content_of(texts, practice), *media)
        check_nothing_collides(layout, media[0])
        printed = "".join(lines_of(layout))
        assert bool(layout.replaced) or MISSING not in printed or any(MISSING in text for text in texts)

    check()


@pytest.mark.timeout(3600)
def test_labels_of_any_text_are_inked_where_they_say_and_read(rounds: Callable[[int, int], int]) -> None:
    @settings(deadline=None, max_examples=rounds(15, 500), suppress_health_check=list(HealthCheck))
    @given(st.lists(TEXTS, min_size=6, max_size=6), st.sampled_from(((60, 40), (50, 30))), st.booleans())
    def check(texts: list[str], size: tuple[int, int], practice: bool) -> None:
        content = content_of(texts, practice)
        layout = inspection_label.layout(content, size)
        check_inked_where_said(layout)
        image = np.array(inspection_label.raster(layout).convert("L"))
        read = {str(found.format) for found in zxingcpp.read_barcodes(image) if found.text == content.code}
        assert read == ({"QR Code", "Code 128"} if size == (60, 40) else {"QR Code"})

    check()


def test_a_character_without_a_glyph_is_seen_on_the_label_and_named_by_the_layout() -> None:
    content = replace(sample_label("flawed"), item_name="𠮷野家 🎁 مر", sku="YL-1", findings_line="𠮷")
    layout = inspection_label.layout(content)
    assert f"{MISSING}野家 {MISSING} {MISSING}{MISSING}" in lines_of(layout)
    assert layout.replaced == ("𠮷", "🎁", "م", "ر")
    assert inspection_label.layout(sample_label("flawed")).replaced == ()


def test_what_unicode_says_a_character_stands_for_is_printed_instead() -> None:
    assert clean("𝐁𝐨𝐥𝐝 𝟙𝟚") == "Bold 12"
    assert unprintable("𝐁") == ()
    assert clean("\ue000\U0010ffff\ud800") == MISSING * 3


def test_each_character_is_reported_once_a_process(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "_reported", set())
    typesetting._printable.cache_clear()
    with caplog.at_level(logging.INFO, typesetting.__name__):
        for _ in range(3):
            clean("🎁 gift 𠮷 🎁")
            typesetting._printable.cache_clear()
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert any("U+1F381" in text for text in told)
    assert any("U+20BB7" in text for text in told)
    with caplog.at_level(logging.INFO, typesetting.__name__):
        clean("".join(map(chr, range(0x20000, 0x20000 + 400))))
        clean("".join(map(chr, range(0x21000, 0x21000 + 400))))
    assert len(caplog.records) <= typesetting.MOST_REPORTED
    typesetting._printable.cache_clear()
