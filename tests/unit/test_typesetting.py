"""Mixed Chinese and Latin text is cleaned, measured, wrapped and shortened so that it always fits its box."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection_station.documents.fonts import Weight
from inspection_station.documents.typesetting import MISSING, clean, faces, fit, set_line

JACKET = "轻薄羽绒服 藏青 M"


def test_each_script_gets_its_own_face() -> None:
    assert faces("1 号箱 R-0412", Weight.REGULAR) == [
        ("Inter-Regular", "1 "), ("NotoSansSC-Regular", "号箱"), ("Inter-Regular", " R-0412"),
    ]  # fmt: skip


def test_shared_signs_follow_the_text_they_stand_in() -> None:
    assert faces("“收到”", Weight.BOLD) == [("NotoSansSC-Bold", "“收到”")]
    assert faces("“torn”", Weight.BOLD) == [("Inter-Bold", "“torn”")]


def test_what_cannot_be_printed_is_marked_and_what_must_not_be_is_dropped() -> None:
    assert clean("a\x00b\u202e\tc \n d") == "ab c d"
    assert clean("𠮷野家 🎁 مر") == f"{MISSING}野家 {MISSING} {MISSING}{MISSING}"
    assert clean("e\u0301\u0489") == "é"


def test_text_shrinks_before_it_wraps_and_is_shortened_only_at_last() -> None:
    whole = fit(JACKET, 400, 40, largest=28, smallest=14, weight=Weight.BOLD, most=2)
    assert [line.text for line in whole.lines] == [JACKET]
    assert whole.lines[0].size == 28
    smaller = fit(JACKET, 180, 34, largest=28, smallest=14, weight=Weight.BOLD, most=2)
    assert [line.text for line in smaller.lines] == [JACKET]
    assert 14 < smaller.lines[0].size < 28
    wrapped = fit(JACKET * 3, 250, 60, largest=28, smallest=14, weight=Weight.BOLD, most=3)
    assert len(wrapped.lines) > 1
    assert "".join(line.text for line in wrapped.lines).replace(" ", "") == (JACKET * 3).replace(" ", "")
    cut = fit(JACKET * 9, 250, 30, largest=28, smallest=14, weight=Weight.BOLD, most=2)
    assert cut.shortened
    assert cut.lines[-1].text.endswith("…")
    assert "".join(line.text for line in cut.lines).startswith("轻薄羽绒服")


def test_lines_do_not_begin_with_closing_punctuation() -> None:
    fitted = fit("左袖口有污渍，吊牌已剪，包装完整（原盒）。可再售", 100, 400, largest=16, smallest=16, most=20)
    assert len(fitted.lines) > 2
    assert not any(line.text[0] in "，。）" for line in fitted.lines)
    assert not any(line.text[-1] == "（" for line in fitted.lines)


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=90) | st.text("轻薄羽绒服ÅÇgjpqy|/-·，（M8", max_size=200),
    st.integers(30, 400), st.integers(18, 80), st.integers(1, 3),
)  # fmt: skip
def test_whatever_the_text_every_line_stays_in_its_box(text: str, width: int, height: int, most: int) -> None:
    fitted = fit(text, width, height, largest=28, smallest=14, most=most)
    assert fitted.height <= height
    assert all(line.width <= width for line in fitted.lines)
    assert len(fitted.lines) <= most
    if clean(text):
        assert fitted.lines
    if not fitted.shortened:
        assert "".join(line.text for line in fitted.lines).replace(" ", "") == clean(text).replace(" ", "")


def test_extents_hold_the_ink_of_tall_letters() -> None:
    plain, tall = set_line("M", 40, Weight.REGULAR), set_line("Ẫg", 40, Weight.REGULAR)
    assert tall.above > 40 * 0.85
    assert tall.below > plain.below


def test_one_line_that_is_not_much_smaller_is_better_than_two() -> None:
    fitted = fit("暂扣·争议", 240, 120, largest=96, smallest=32, weight=Weight.BOLD, most=2)
    assert [line.text for line in fitted.lines] == ["暂扣·争议"]
    narrow = fit("轻薄羽绒服藏青女款加厚中长款", 240, 120, largest=48, smallest=16, weight=Weight.BOLD, most=2)
    assert len(narrow.lines) == 2


def test_a_code_with_a_dot_in_it_is_not_parted_there() -> None:
    fitted = fit("Fingerprint 9F3A·71C0", 150, 90, largest=32, smallest=16, most=2)
    assert fitted.lines[-1].text == "9F3A·71C0"
