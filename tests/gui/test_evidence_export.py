"""From history one item's evidence is exported: report and bundle say what the sealed record says."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from factories import INSPECTOR, LEAD, OTHER_GTIN, Bench, MemoryPhotos, earphones, expected
from PIL import Image

from inspection_station.domain.events import broken_link, event_from_json
from inspection_station.errors import StationProblem
from inspection_station.i18n import set_language
from inspection_station.station.evidence_desk import evidence_case, export_bundle
from inspection_station.station.presenting.words import Showing
from inspection_station.workflows import answering
from inspection_station.workflows.case import Case
from inspection_station.workflows.clock import SystemClock
from inspection_station.workflows.deciding import confirm
from inspection_station.workflows.ports import StoredPhoto


class PhotoFiles(MemoryPhotos):
    """Photos as files, each a small picture of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def keep(self, jpeg: bytes) -> StoredPhoto:
        out = io.BytesIO()
        Image.new("RGB", (64, 48), (len(self.kept) * 20, 90, 120)).save(out, "JPEG")
        kept = super().keep(out.getvalue())
        kept.path.write_bytes(out.getvalue())
        return kept

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.jpg"


@pytest.fixture
def stained(tmp_path: Path) -> tuple[Showing, Case]:
    """A jacket whose buyer claims a stain and has cut the tag."""
    bench = Bench(expected(reason="quality_defect", reason_text="收到就有污渍"))
    (tmp_path / "photos").mkdir()
    photos = PhotoFiles(tmp_path / "photos")
    bench.photos = photos
    bench.desk = replace(bench.desk, photos=photos)
    case = bench.matched(bench.opened())
    case = answering.record_defect(bench.desk, case, INSPECTOR, "tags_and_parts", "tag_cut", "major")
    case = answering.answer(bench.desk, case, INSPECTOR, "no_stains", "pass")
    case = confirm(bench.desk, bench.photographed(case), INSPECTOR)
    return showing_at(bench), case


def showing_at(bench: Bench) -> Showing:
    """What the presenters need, of a bench without a window."""
    clock = SystemClock("Asia/Shanghai")
    return Showing(bench.desk, clock, lambda line: None, bench.photos.path, lambda: True, lambda: (60, 40))


def test_the_report_and_the_history_say_what_was_answered_beside_normal_or_not() -> None:
    kit = ("充电器", "数据线")
    bench = Bench(expected(lines=(earphones(accessories=kit),)))
    case = bench.ready(code=OTHER_GTIN)
    case = answering.choose(bench.desk, case, INSPECTOR, "opened", "sealed")
    serial = bench.desk.book.template_for("electronics").question("serial")
    reading = answering.read_entry(bench.desk, serial, "sn-778-a")
    case = answering.give_value(bench.desk, case, INSPECTOR, "serial", reading)
    case = answering.count_part(bench.desk, case, INSPECTOR, "kit", "数据线", 0)
    case = confirm(bench.desk, bench.photographed(case), INSPECTOR)
    facts = evidence_case(showing_at(bench), case, case.inspection.items[0], LEAD)
    told = {answer.question: answer.answer for answer in facts.answers}
    assert told["拆封情况"].endswith("原封未拆") and told["序列号 / IMEI 与出库一致"].endswith("SN-778-A")
    assert "缺附件 数据线" in told["盒内各件逐一清点"] and "充电器 1/1 · 数据线 0/1" in told["盒内各件逐一清点"]
    acts = " / ".join(act.what for act in facts.timeline)
    assert "原封未拆" in acts and "SN-778-A" in acts and "数据线 0/1" in acts


def test_the_report_says_what_the_record_says(stained: tuple[Showing, Case]) -> None:
    showing, case = stained
    facts = evidence_case(showing, case, case.inspection.items[0], LEAD)
    assert (facts.verdict, facts.contradicts) == ("检查结果与买家陈述不符", True)
    assert "收到就有污渍" in facts.claim
    assert "吊牌" in facts.finding
    assert facts.chain_whole
    assert facts.fingerprint == case.events[-1].hash
    assert facts.made_by == "李伟"
    assert [one.sha256 for one in facts.photos] == [photo.sha256 for photo in case.inspection.photos]
    assert [one.masked for one in facts.photos] == [photo.shot == "waybill" for photo in case.inspection.photos]
    assert {answer.question: (answer.defect, answer.bulk) for answer in facts.answers}["无污渍"] == (False, False)
    assert [answer.defect for answer in facts.answers].count(True) == 1
    assert any(answer.bulk for answer in facts.answers)
    assert [outcome.name for outcome in facts.outcomes] == ["等级", "处置", "责任", "退款建议"]
    assert all(outcome.why for outcome in facts.outcomes)
    assert len(facts.timeline) == len(case.events)
    assert "王**" in " ".join(fact.value for fact in facts.facts)
    set_language("en")
    english = evidence_case(showing, case, case.inspection.items[0], LEAD)
    assert english.verdict == "The inspection does not find what the buyer claims"
    assert english.made_by == "Li Wei"


def test_the_bundle_holds_the_chain_and_checks_itself(stained: tuple[Showing, Case], tmp_path: Path) -> None:
    showing, case = stained
    item = case.inspection.items[0]
    target = tmp_path / f"{item.rt_number}.zip"
    told = export_bundle(showing, case, item, target, INSPECTOR)
    assert told == hashlib.sha256(target.read_bytes()).hexdigest()
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "out")
    folder = tmp_path / "out" / item.rt_number
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert broken_link([event_from_json(entry) for entry in manifest["chain"]]) is None
    assert manifest["record"]["head"] == case.inspection.head
    assert manifest["record"]["item"]["decision"]["grade"] == item.decision["grade"] if item.decision else False
    for entry in manifest["photos"]:
        assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert len(manifest["photos"]) == len(case.inspection.photos) >= 2
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)


def test_a_photo_changed_on_the_disk_is_never_exported(stained: tuple[Showing, Case], tmp_path: Path) -> None:
    showing, case = stained
    path = showing.desk.photos.path(case.inspection.photos[0].sha256)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(StationProblem) as problem:
        export_bundle(showing, case, case.inspection.items[0], tmp_path / "x.zip", INSPECTOR)
    assert problem.value.code == "evidence.photo_changed"
    assert not (tmp_path / "x.zip").exists()


def test_an_item_without_a_result_has_no_report(tmp_path: Path) -> None:
    bench = Bench(expected())
    case = bench.opened()
    showing = showing_at(bench)
    with pytest.raises(StationProblem) as problem:
        evidence_case(showing, case, case.inspection.items[0], INSPECTOR)
    assert problem.value.code == "print.undecided"
