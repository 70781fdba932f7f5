"""The evidence bundle: photos byte for byte, sums that `sha256sum -c` checks, and one flipped byte is noticed."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from inspection_station.errors import StationProblem
from inspection_station.evidence.bundle import BundlePhoto, write_bundle

RECORD = {"id": "0192aa", "tracking_number": "SF1390447120865", "items": [{"rt_number": "RT-261121-01200042"}]}
CHAIN = [{"sequence": 1, "hash": "ab" * 32, "kind": "parcel_opened"}, {"sequence": 2, "hash": "cd" * 32, "z": "箱"}]
SEALED = "2026-11-21T02:43:24.120Z"


@pytest.fixture
def photos(tmp_path: Path) -> list[BundlePhoto]:
    made = []
    for number, shot in enumerate(["waybill", "front", "close-up/../../etc", "面单"]):
        data = b"\xff\xd8" + random.Random(number).randbytes(30_000 + number)
        path = tmp_path / "store" / f"{number}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        made.append(BundlePhoto(shot, path, hashlib.sha256(data).hexdigest(), SEALED))
    return made


def bundle(target: Path, photos: list[BundlePhoto], **others: Any) -> str:
    facts: dict[str, Any] = {"record": RECORD, "chain": CHAIN, "report_pdf": b"%PDF-1.4 report", "sealed_at": SEALED}
    return write_bundle(target, photos=photos, **{**facts, **others})


def unpacked(target: Path, into: Path) -> Path:
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        archive.extractall(into)
    return into / target.stem


def sums_hold(folder: Path) -> bool:
    if not shutil.which("sha256sum"):
        pytest.skip("sha256sum (coreutils) is not installed")
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_photos_are_the_originals_and_the_sums_hold(tmp_path: Path, photos: list[BundlePhoto]) -> None:
    target = tmp_path / "RT-261121-01200042.zip"
    told = bundle(target, photos)
    assert told == hashlib.sha256(target.read_bytes()).hexdigest()
    folder = unpacked(target, tmp_path / "out")
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == [
        "SHA256SUMS",
        "manifest.json",
        f"photos/01_waybill_{photos[0].sha256[:8]}.jpg",
        f"photos/02_front_{photos[1].sha256[:8]}.jpg",
        f"photos/03_close-up-etc_{photos[2].sha256[:8]}.jpg",
        f"photos/04_photo_{photos[3].sha256[:8]}.jpg",
        "report.pdf",
    ]
    for name, photo in zip(names[2:6], photos, strict=True):
        assert (folder / name).read_bytes() == photo.path.read_bytes()
    assert sums_hold(folder)
    assert not list(tmp_path.glob(".*"))


def test_the_manifest_is_canonical_and_holds_record_chain_and_photos(tmp_path: Path, photos: list[BundlePhoto]) -> None:
    bundle(tmp_path / "a.zip", photos)
    data = (unpacked(tmp_path / "a.zip", tmp_path / "out") / "manifest.json").read_bytes()
    manifest = json.loads(data)
    assert rfc8785.dumps(manifest) == data
    assert manifest["record"] == RECORD
    assert manifest["chain"] == CHAIN
    assert [(one["shot"], one["sha256"], one["bytes"]) for one in manifest["photos"]] == [
        (photo.shot, photo.sha256, photo.path.stat().st_size) for photo in photos
    ]


@pytest.mark.parametrize("name", ["photos/02_front_*.jpg", "manifest.json", "report.pdf"])
def test_one_flipped_bit_fails_the_check(name: str, tmp_path: Path, photos: list[BundlePhoto]) -> None:
    bundle(tmp_path / "a.zip", photos)
    folder = unpacked(tmp_path / "a.zip", tmp_path / "out")
    assert sums_hold(folder)
    file = next(folder.glob(name))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert not sums_hold(folder)


def test_the_same_case_gives_the_same_bytes(tmp_path: Path, photos: list[BundlePhoto]) -> None:
    (tmp_path / "b").mkdir()
    assert bundle(tmp_path / "a.zip", photos) == bundle(tmp_path / "b" / "a.zip", photos)


@pytest.mark.parametrize("fault", ["changed", "gone"])
def test_a_photo_that_does_not_match_its_hash_is_refused_and_nothing_is_left(
    fault: str, tmp_path: Path, photos: list[BundlePhoto]
) -> None:
    if fault == "gone":
        photos[2].path.unlink()
    else:
        data = bytearray(photos[2].path.read_bytes())
        data[100] ^= 1
        photos[2].path.write_bytes(data)
    target = tmp_path / "out" / "a.zip"
    target.parent.mkdir()
    target.write_bytes(b"before")
    with pytest.raises(StationProblem) as problem:
        bundle(target, photos, replace=True)
    assert problem.value.code == "evidence.photo_changed"
    assert problem.value.values["number"] == 3
    assert [path.name for path in target.parent.iterdir()] == ["a.zip"]
    assert target.read_bytes() == b"before"


def test_another_file_is_never_overwritten_unasked(tmp_path: Path, photos: list[BundlePhoto]) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(b"precious")
    with pytest.raises(StationProblem) as problem:
        bundle(target, photos)
    assert problem.value.code == "evidence.exists"
    assert target.read_bytes() == b"precious"
    bundle(target, photos, replace=True)
    assert zipfile.is_zipfile(target)


def test_faults_of_the_disk_and_of_the_record_are_told(tmp_path: Path, photos: list[BundlePhoto]) -> None:
    with pytest.raises(StationProblem) as folder:
        bundle(tmp_path / "no" / "a.zip", photos)
    assert folder.value.code == "evidence.unwritable"
    with pytest.raises(StationProblem) as record:
        bundle(tmp_path / "a.zip", photos, record={"x": float("nan")})
    assert record.value.code == "evidence.not_storable"
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize("sealed_at", ["", "yesterday", "1970-01-01T00:00:00.000Z"])
def test_a_strange_time_does_not_stop_a_bundle(sealed_at: str, tmp_path: Path, photos: list[BundlePhoto]) -> None:
    bundle(tmp_path / "a.zip", photos, sealed_at=sealed_at)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
