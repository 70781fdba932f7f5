"""Label designs are data: every size gets one, a client may have its own, a wrong one is refused by line and key."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from label_checks import check_inked_where_said, check_nothing_collides

from inspection_station.data_files import load_yaml, read_yaml
from inspection_station.documents import inspection_label
from inspection_station.documents.drawing import BarSymbol, Layout, SquareSymbol, TextLine
from inspection_station.documents.inspection_label import LabelContent
from inspection_station.documents.label_layout_files import ENTRIES, layouts_in_force, parse_design, shipped_layouts
from inspection_station.documents.label_layouts import LARGEST, SIZES, SMALLEST
from inspection_station.documents.sample_labels import SAMPLES, sample_label
from inspection_station.errors import DataFileProblem
from inspection_station.i18n import sentences, set_language
from inspection_station.locations import resources

SHIPPED = sorted((resources() / "labels").glob("*.yaml"))
DPIS: tuple[int | tuple[int, int], ...] = (203, 300, 600, (203, 300), (600, 300), 180)
TEXT_60 = (resources() / "labels" / "60x40.yaml").read_text(encoding="utf-8")


def real(name: str) -> LabelContent:
    content = sample_label(name)
    return replace(content, practice=False, rt_number=content.rt_number.replace("-000", "-012"))


def words(layout: Layout) -> list[str]:
    return [part.line.text for part in layout.operations if isinstance(part, TextLine)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_design_is_whole(path: Path) -> None:
    design = parse_design(load_yaml(path))
    assert design.practice.band is not None
    assert design.real.band is None


def test_every_usual_size_has_a_design_of_its_own() -> None:
    assert set(SIZES) <= {one.size for one in shipped_layouts().designs}
    assert {(60, 40), (50, 30), (100, 100), (100, 150)} == set(SIZES)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(30, 20), (40, 30), (50, 30), (60, 40), (40, 60), (100, 100), (100, 150)])
def test_nothing_collides_on_any_design_at_any_resolution(size: tuple[int, int], language: str) -> None:
    set_language(language)
    for dpi in DPIS:
        for name in ("flawed", "long"):
            for content in (sample_label(name), real(name)):
                check_nothing_collides(inspection_label.layout(content, size, dpi), size)


def test_the_number_the_grade_and_the_tote_are_whole_on_every_size() -> None:
    for size in ((30, 20), (40, 30), (50, 30), (60, 40), (40, 60), (100, 100), (100, 150)):
        for name in SAMPLES:
            layout = inspection_label.layout(real(name), size)
            assert not {"number", "tote", "disposition", "grade"} & set(layout.shortened)
            said = "".join(words(layout)).replace(" ", "")
            assert real(name).rt_number in said
            assert real(name).tote_line.replace(" ", "") in said


def test_any_size_between_the_smallest_and_the_largest_gets_a_label() -> None:
    seed = random.SystemRandom().randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    sizes: list[tuple[float, float]] = [SMALLEST, LARGEST, (58, 40), (76, 51), (102, 152), (57, 32)]
    sizes += [(110, 20), (30, 160)]
    sizes += [(round(chance.uniform(30, 110), 1), round(chance.uniform(20, 160), 1)) for _ in range(25)]
    for size in sizes:
        dpi = chance.choice(DPIS)
        for content in (real("long"), sample_label("flawed")):
            layout = inspection_label.layout(content, size, dpi)
            across, down = layout.dots_per_mm
            assert (layout.width, layout.height) == (round(size[0] * across), round(size[1] * down))
            check_nothing_collides(layout, size)
            assert any(isinstance(part, SquareSymbol) for part in layout.operations)
            assert content.rt_number in "".join(words(layout))


def test_codes_keep_apart_on_a_stretched_design() -> None:
    for size, dpi in (((93, 132), 600), ((46, 56), 600), ((42, 54), 180)):
        check_nothing_collides(inspection_label.layout(real("flawed"), size, dpi), size)


def test_stretched_letters_are_inked_where_they_say() -> None:
    for content in (real("long"), sample_label("flawed")):
        check_inked_where_said(inspection_label.layout(content, (60, 40), (203, 300)))
        check_inked_where_said(inspection_label.layout(content, (60, 40), (300, 203)))


def test_code_128_stands_wherever_its_modules_have_room() -> None:
    def has_bars(size: tuple[float, float], dpi: int | tuple[int, int]) -> bool:
        layout = inspection_label.layout(real("flawed"), size, dpi)
        return any(isinstance(part, BarSymbol) for part in layout.operations)

    assert [has_bars((50, 30), dpi) for dpi in (203, 300, 600)] == [False, True, True]
    assert has_bars((50, 30), (300, 203))
    assert not has_bars((50, 30), (203, 300))
    assert has_bars((58, 40), 203)
    assert not has_bars((40, 30), 600)


def test_no_label_names_a_customer() -> None:
    """What a label may carry is a closed list; none of it comes from the buyer's data."""
    fields = set(LabelContent.__dataclass_fields__)
    assert not [name for name in fields | ENTRIES if name.startswith(("buyer", "customer", "address", "phone"))]
    assert fields == {
        "rt_number", "issue", "grade", "disposition", "disposition_words", "tote_line", "item_name", "sku",
        "findings_line", "liability_line", "time_text", "station", "fingerprint", "order_number", "photos",
        "inspector", "practice", "trained",
    }  # fmt: skip


def test_large_labels_number_the_findings_and_tell_photos_fingerprint_and_inspector() -> None:
    content = replace(real("flawed"), photos=5, inspector="陈晓雯")
    for size in ((100, 100), (100, 150)):
        said = " ".join(words(inspection_label.layout(content, size)))
        assert "① 污渍" in said
        assert "② 吊牌被摘" in said
        assert "照片 5 张" in said
        assert "9F3A·71C0" in said.replace(" ", "")
        assert "陈晓雯" in said


def own(folder: Path, name: str, text: str) -> Path:
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    (folder / "labels" / name).write_text(text, encoding="utf-8")
    return folder


def test_a_clients_design_takes_the_place_of_the_shipped_one_of_its_size(tmp_path: Path) -> None:
    text = TEXT_60.replace("text: sku, em: [3, 1.8]", "text: order, em: [3, 1.8]")
    layouts, problems = layouts_in_force(own(tmp_path, "ours.yaml", text))
    assert problems == ()
    content = real("flawed")
    assert content.order_number in words(inspection_label.layout(content, (60, 40), 203, layouts))
    assert content.sku in words(inspection_label.layout(content, (60, 40), 203))
    assert content.sku in words(inspection_label.layout(content, (100, 100), 203, layouts))


def test_a_clients_design_for_a_size_that_has_none_is_used_there(tmp_path: Path) -> None:
    text = TEXT_60.replace("size: [60, 40]", "size: [62, 41]").replace("text: sku,", "text: order,")
    layouts, problems = layouts_in_force(own(tmp_path, "62x41.yaml", text))
    assert problems == ()
    said = words(inspection_label.layout(real("flawed"), (62, 41), 203, layouts))
    assert real("flawed").order_number in said
    assert real("flawed").sku in words(inspection_label.layout(real("flawed"), (60, 40), 203, layouts))


def test_a_clients_broken_design_leaves_the_shipped_one_in_force(tmp_path: Path) -> None:
    folder = own(tmp_path, "broken.yaml", TEXT_60.replace("grade: [2, 2, 12, 12]", "grade: [2, 2, 12]"))
    own(tmp_path, "no.yaml", "size: [")
    (folder / "labels" / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    layouts, problems = layouts_in_force(folder)
    assert len(problems) == 3
    assert layouts == shipped_layouts()
    set_language("zh_CN")
    told = [sentences(problem)[0] for problem in problems]
    assert any(told_one.startswith("broken.yaml:") and "real.grade" in told_one for told_one in told)
    assert layouts_in_force(None) == (shipped_layouts(), ())
    assert layouts_in_force(tmp_path / "nothing")[0] == shipped_layouts()


@pytest.mark.parametrize(
    ("before", "after", "key", "fault"),
    [
        ("size: [60, 40]", "size: [600, 40]", "size", "from 20x15 to 110x160"),
        ("size: [60, 40]", "size: 60x40", "size", "width and height"),
        ('version: "2026.1"\n', "", "version", "must be a text"),
        ("qr: [47, 2, 11, 10.7]", "qr: [47, 0, 13, 12]", "real.qr", "leave room for"),
        ("qr: [47, 2, 11, 10.7]", "qr: [47, 2, 14, 10.7]", "real.qr", "within the label"),
        ("{area: [2, 24.6, 56, 8.6]}", "{area: [2, 24.6, 30, 8.6]}", "real.bars.area", "leave room for"),
        ("{area: [2, 24.6, 56, 8.6]}", "{area: [2, 24.6, 56, 14]}", "real.bars.area", "bottom right"),
        ("{area: [2, 24.6, 56, 8.6]}", "{area: [2, 22, 56, 8.6]}", "real.texts.3.area", "symbol"),
        ("[16, 9.9, 29.2, 4.4]", "[16, 9.9, 33, 4.4]", "real.texts.1.area", "symbol"),
        ("[16, 9.9, 29.2, 4.4]", "[16, 8, 29.2, 4.4]", "real.texts.1.area", "real.icon"),
        ("text: tote,", "text: buyer_name,", "real.texts.1.text", "one of"),
        ("em: [2.8, 1.8], lines", "em: [1.8, 2.8], lines", "real.texts.1.em", "largest"),
        ("weight: bold", "weight: black", "real.texts.0.weight", "regular, bold"),
        ("lines: 2", "lines: true", "real.texts.0.lines", "whole number"),
        ("  rules: [", "  rulers: [", "real.rulers", "known key"),
        ("band: [2, 14.8, 56, 5.2]", "band: [2, 14.8, 56, 1]", "practice.band", "2.5"),
        ("  band: [2, 14.8, 56, 5.2]\n", "", "practice.band", "2.5"),
        ("left: {text: number, em: [3, 2], weight: bold}", "left: {text: time, em: [3, 2]}", "real.texts", "number"),
        ("icon: [15.9, 3.6, 6.2, 6.2]", "icon: [15.9, .nan, 6.2, 6.2]", "real.icon", "left, top"),
        ("icon: [15.9, 3.6, 6.2, 6.2]", "icon: [-1, 3.6, 6.2, 6.2]", "real.icon", "left, top"),
    ],
)
def test_a_fault_is_named_with_file_line_and_key(before: str, after: str, key: str, fault: str) -> None:
    assert before in TEXT_60
    with pytest.raises(DataFileProblem) as problem:
        parse_design(read_yaml(TEXT_60.replace(before, after, 1), "mine.yaml"))
    assert problem.value.file == "mine.yaml"
    assert problem.value.line
    assert key in problem.value.key
    assert fault in str(problem.value)
