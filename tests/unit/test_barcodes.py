"""Codes in pictures: read, told apart from believed, and placed where they lie."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_codes import bench, symbol

from inspection_station.devices import barcodes
from inspection_station.devices.barcodes import CodeRead, FrameAgreement, engines, read_codes, reading
from inspection_station.devices.barcodes.bytes_to_text import text_of_bytes
from inspection_station.devices.barcodes.engines import EngineRead
from inspection_station.picture_files import Picture


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Code128", "SF1390447120865"), ("Code39", "RT-0012345"), ("Code93", "RMA-20261121"),
        ("EAN13", "2900015810435"), ("EAN8", "96385074"), ("UPCA", "012345678905"), ("Codabar", "A40156B"),
        ("QRCode", "SF1390447120865"),
        ("DataMatrix", "0106901234567892215A71"), ("PDF417", "RETURN|004417"), ("ITF", "06901234567892"),
    ],
)  # fmt: skip
def test_every_symbology_of_the_trade_is_read_on_a_bench_frame(kind: str, text: str) -> None:
    reads = read_codes(bench(symbol(kind, text, 4)), {text})
    assert reads, "nothing read"
    assert barcodes.same_code(reads[0].text, "EAN13" if kind == "UPCA" else kind).lstrip("0") == text.casefold().lstrip(
        "0"
    )
    assert reads[0].accepted


@pytest.mark.parametrize("angle", [17, 24, 38, 45, 62, 133])
def test_a_turned_code_is_straightened_and_its_corners_lie_on_it(angle: float) -> None:
    code = symbol("Code128", "JT5284019938811", 3)
    reads = read_codes(bench(code, angle), {"JT5284019938811"})
    assert [read.text for read in reads] == ["JT5284019938811"]
    centre = np.mean(reads[0].points, axis=0)
    assert abs(centre[0] - 640) < 60 and abs(centre[1] - 360) < 60


def test_a_read_is_accepted_when_the_bench_expects_it() -> None:
    frame = bench(symbol("DataMatrix", "SF1390447120865", 6))
    assert read_codes(frame, {"SF1390447120865"})[0].accepted
    assert read_codes(frame, {"sf1390447120865".upper(), "SF1390447120866"})[0].accepted


def test_a_read_of_one_engine_alone_is_only_a_candidate() -> None:
    reads = read_codes(bench(symbol("DataMatrix", "SF1390447120865", 6)), {"SF1390447120866"})
    assert [(read.text, read.accepted) for read in reads] == [("SF1390447120865", False)]


@pytest.mark.skipif(not engines.has_zbar(), reason="zbar is not installed")
def test_two_engines_that_agree_make_a_read_accepted() -> None:
    reads = read_codes(bench(symbol("Code128", "ZC6401882290437")))
    assert [(read.text, read.accepted) for read in reads] == [("ZC6401882290437", True)]


@pytest.mark.skipif(not engines.has_zbar(), reason="zbar is not installed")
def test_itf_is_accepted_only_at_configured_lengths() -> None:
    frame = bench(symbol("ITF", "1234567890", 4))
    assert [read.accepted for read in read_codes(frame)] == [False]
    assert [read.accepted for read in read_codes(frame, itf_lengths=(10, 14))] == [True]
    assert [read.accepted for read in read_codes(frame, {"1234567890"})] == [True]


def test_two_frames_that_agree_accept_itf_only_at_configured_lengths() -> None:
    read = CodeRead("1234567890", b"1234567890", "ITF", "]I0", ((0.0, 0.0),) * 4, "zxing", False, 1.0)
    for lengths, accepted in (((14,), False), ((), False), ((10,), True)):
        agreement = FrameAgreement()
        agreement.frame([read], itf_lengths=lengths)
        assert [one.accepted for one in agreement.frame([read], itf_lengths=lengths)] == [accepted]


def test_without_zbar_codes_are_read_and_stay_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_zbar", lambda: None)
    assert not engines.has_zbar()
    frame = bench(symbol("Code128", "ZC6401882290437"))
    assert [(read.text, read.accepted) for read in read_codes(frame)] == [("ZC6401882290437", False)]
    assert read_codes(frame, {"ZC6401882290437"})[0].accepted


def test_a_third_look_that_reads_something_else_takes_the_agreement_back(monkeypatch: pytest.MonkeyPatch) -> None:
    corners = ((100, 100), (300, 100), (300, 200), (100, 200))

    def misread(image: Picture, *kinds: object, **how: object) -> list[EngineRead]:
        text = "9074932437075" if image.shape == (400, 600) else "0023942431015"
        return [EngineRead(text, text.encode(), "EAN13", "]E0", corners, "zxing")]

    monkeypatch.setattr(reading, "read_with_zxing", misread)
    both = [EngineRead("9074932437075", b"9074932437075", "EAN13", "]E0", corners, "zbar", 9)]
    monkeypatch.setattr(reading, "read_with_zbar", lambda image, symbols=(): both)
    picture = np.zeros((400, 600), np.uint8)
    assert not any(read.accepted for read in read_codes(picture))
    assert read_codes(picture, {"9074932437075"})[0].accepted


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("text", ["退货包裹 顺丰 张三", "鑫源仓库·上海市浦东新区", "订单号 1234，轻薄羽绒服"])
def test_chinese_in_a_qr_code_is_read_in_either_character_set(charset: str, text: str) -> None:
    import segno

    code = segno.make(text.encode(charset), mode="byte", micro=False)
    image = np.array([[0 if dark else 255 for dark in row] for row in code.matrix_iter(scale=6, border=4)], np.uint8)
    reads = read_codes(bench(image), {text})
    assert [(read.text, read.accepted) for read in reads] == [(text, True)]
    assert reads[0].raw == text.encode(charset)


def test_a_japanese_guess_of_the_engine_is_left_alone() -> None:
    assert text_of_bytes("ﾃﾞｻﾞｲﾝQR".encode("shift_jis"), "ﾃﾞｻﾞｲﾝQR") == "ﾃﾞｻﾞｲﾝQR"
    assert text_of_bytes(b"\xff\xfe\xff", "guess") == "guess"


@pytest.mark.parametrize("shape", [(1, 1), (2, 4000), (8, 8, 3), (9, 9, 1), (40, 30, 4)])
def test_odd_shapes_give_no_codes_and_no_crash(shape: tuple[int, ...]) -> None:
    assert read_codes(np.full(shape, 128, np.uint8)) == []


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="8-bit"):
        read_codes(np.zeros((40, 40), np.float32))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="8-bit"):
        read_codes(np.zeros((4, 40, 40), np.uint8))
    with pytest.raises(ValueError, match="more pixels"):
        read_codes(np.broadcast_to(np.zeros(1, np.uint8), (20_000, 20_000)))


def test_noise_holds_no_code() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (720, 1280), np.uint8)
    assert read_codes(noise) == []


def candidate(text: str, symbology: str = "Code128") -> CodeRead:
    return CodeRead(text, text.encode(), symbology, "", ((0, 0), (9, 0), (9, 9), (0, 9)), "zxing", False, 1.0)


def test_the_second_frame_that_agrees_makes_a_live_read_accepted() -> None:
    now = [0.0]
    agreement = FrameAgreement(seconds=1.5, clock=lambda: now[0])
    assert [read.accepted for read in agreement.frame([candidate("SF1")])] == [False]
    now[0] = 0.1
    assert [read.accepted for read in agreement.frame([candidate("SF1"), candidate("SF2")])] == [True, False]
    now[0] = 2.0
    assert [read.accepted for read in agreement.frame([candidate("SF1")])] == [False], "the last sight was too long ago"
    agreement.forget()
    assert [read.accepted for read in agreement.frame([candidate("SF1")])] == [False]


def test_one_frame_that_holds_a_code_twice_does_not_agree_with_itself() -> None:
    agreement = FrameAgreement(clock=lambda: 0.0)
    assert [read.accepted for read in agreement.frame([candidate("SF1"), candidate("SF1")])] == [False]


def test_two_frames_do_not_make_an_itf_of_another_length_accepted() -> None:
    agreement = FrameAgreement(clock=lambda: 0.0)
    agreement.frame([candidate("123456", "ITF")])
    assert [read.accepted for read in agreement.frame([candidate("123456", "ITF")])] == [False]
