"""The scanner's card in words: the last scan, what was checked on it, and the measuring of its speed."""

from __future__ import annotations

import re

from inspection_station.devices.serial_line import SerialPort
from inspection_station.i18n import N_, translate
from inspection_station.station.presenting.words import joined
from inspection_station.station.scan_calibration import SCANS_WANTED
from inspection_station.station.scanned_text import ScanFacts, apart, is_test_code
from inspection_station.station.scanner_trial import TrialState
from inspection_station.station.settings_views import ScannerTrialView, ScannerView
from inspection_station.station.views import ActionView, TagView

NEAR_LIMIT = 0.8  # of the longest gap: a scanner this slow will sooner or later be taken for a person
SYMBOLOGIES = {
    "A": "Code 39", "C": "Code 128", "E": "EAN/UPC", "F": "Codabar", "G": "Code 93", "I": "ITF", "L": "PDF417",
    "Q": "QR", "d": "DataMatrix", "e": "DataBar",
}  # fmt: skip
"""By the letter of the symbology identifier (ISO/IEC 15424) that a scanner can be set to send in front.

Without it nobody can know the symbology of a typed code, so nothing is said of it then.
"""

LINE_TAGS = {
    "live": (N_("Serial scanner connected"), "ok", "mdi6.check"),
    "lost": (N_("Serial scanner unplugged"), "error", "mdi6.alert-octagon"),
    "absent": (N_("Serial scanner not found"), "warn", "mdi6.alert"),
}
REVERSED, ALTERED = "reversed", "altered"
OK, ATTENTION = "mdi6.check-circle", "mdi6.alert"


def scanner(
    scan: ScanFacts | None,
    longest_gap: int,
    composed: bool,
    refused: str,
    slow: ScanFacts | None = None,
    line: str = "",
) -> ScannerView:
    """The scanner after `scan` (None before the first).

    `refused` is why the last one was not taken, `slow` its timing where that was the reason; `line` the state of the
    serial scanner.
    """
    serial = (_line_tag(line),) if line else ()
    if refused and slow is not None:
        gap = max(slow.gaps, default=0)
        facts: tuple[str, ...] = (
            translate("{n} characters", n=len(slow.text)),
            translate("gap {gap} ms · {total} ms in all", gap=gap, total=slow.duration_ms),
        )
        checks = (TagView(translate("Slow; measure the scanner"), "warn", ATTENTION), *serial)
        return ScannerView(TagView(translate("Too slow"), "warn", ATTENTION), refused, facts, checks)
    if refused:
        return ScannerView(TagView(translate("Not readable"), "warn", ATTENTION), refused, (), serial)
    if scan is None:
        return ScannerView(
            TagView(translate("Listening"), "neutral", "mdi6.ear-hearing"),
            translate("Scan any code"),
            (translate("to test the scanner"),),
            (*((_input_method(True),) if composed else ()), *serial),
        )
    if scan.source != "wedge" or not scan.gaps:
        facts = (joined([translate("{n} characters", n=len(scan.text)), _symbology(scan.raw)]),)
        checks = (*_letter_case(scan.raw), *serial)
        return ScannerView(_state(not _changed(scan.raw)), _visible(scan.text), facts, checks)
    slowly = max(scan.gaps) > NEAR_LIMIT * longest_gap
    caught = composed or scan.raw.strip() != scan.text
    ending = scan.terminator if scan.terminator != "none" else translate("no ending")
    facts = (
        joined([translate("{n} characters", n=len(scan.text)), ending, _symbology(scan.raw)]),
        translate("gap {gap} ms · {total} ms in all", gap=max(scan.gaps), total=scan.duration_ms),
    )
    checks = (
        TagView(translate("Ends with {key}", key=ending), "ok", "mdi6.check")
        if scan.terminator != "none"
        else TagView(translate("No Enter at the end"), "warn", ATTENTION),
        _input_method(caught),
        *_letter_case(scan.raw),
        TagView(translate("Slow; raise the longest gap"), "warn", ATTENTION)
        if slowly
        else TagView(translate("Speed fine"), "ok", "mdi6.check"),
        *serial,
    )
    fine = not slowly and not caught and not _changed(scan.raw)
    return ScannerView(_state(fine), _visible(scan.text), facts, checks)


def _state(fine: bool) -> TagView:
    return TagView(translate("Fine"), "ok", OK) if fine else TagView(translate("Needs care"), "warn", ATTENTION)


def _visible(text: str) -> str:
    return text.replace("\x1d", "␝")


def _input_method(caught: bool) -> TagView:
    if caught:
        return TagView(translate("Input method interferes; switch it off"), "warn", ATTENTION)
    return TagView(translate("Input method stays out"), "ok", "mdi6.check")


def _symbology(raw: str) -> str:
    """A scanner that types sends the text alone, unless it is set to put the symbology identifier in front.

    The test code is Code 128 wherever it is shown or printed.
    """
    letter, text = apart(raw)
    if not letter and is_test_code(text):
        return SYMBOLOGIES["C"]
    return SYMBOLOGIES.get(letter.swapcase() if _changed(raw) == REVERSED else letter, "")


def _changed(raw: str) -> str:
    """What became of the letters of a code that has capitals only; empty when they were kept, or nobody can know."""
    text = apart(raw)[1]
    if not re.match(r"(CMD|RT|T)-", text, re.IGNORECASE) or text == text.upper():
        return ""
    return REVERSED if text.swapcase() == text.upper() else ALTERED


def _letter_case(raw: str) -> tuple[TagView, ...]:
    """Whether capitals arrive as capitals, told by the codes of our own: these have no small letters.

    Caps Lock, on the keyboard or in the scanner, turns every letter into its other case. Codes are taken all the same
    (they are compared without regard to case); what is typed into a field would not be.
    """
    changed = _changed(raw)
    if changed == REVERSED:
        return (TagView(translate("Letters reversed; switch Caps Lock off"), "warn", ATTENTION),)
    if changed:
        return (TagView(translate("Letter case changed; set the scanner to keep it"), "warn", ATTENTION),)
    known = re.match(r"(CMD|RT|T)-", apart(raw)[1])
    return (TagView(translate("Letter case kept"), "ok", "mdi6.check"),) if known else ()


def _line_tag(line: str) -> TagView:
    text, tone, icon = LINE_TAGS[line]
    return TagView(translate(text), tone, icon)  # type: ignore[arg-type]


def ports(found: tuple[SerialPort, ...]) -> str:
    """The serial ports with a device on them, a line each."""
    return "\n".join(f"{port.name}: {port.device}" for port in found)


def trial(state: TrialState, longest_gap: int) -> ScannerTrialView:
    """The measuring: what to do now, what was found, and what the button does."""
    if state.runs:
        done = translate("Scan any code: {done} of {n}", done=state.scans, n=SCANS_WANTED)
        stop = ActionView("stop_measuring", translate("Stop"), "mdi6.stop")
        return ScannerTrialView(done, stop)
    measure = ActionView("measure_scanner", translate("Measure"), "mdi6.timer-outline")
    proposal = state.proposal
    if proposal is None:
        return ScannerTrialView("", measure)
    values = {"scan": proposal.slowest_scan, "typing": proposal.fastest_typing, "gap": proposal.max_gap}
    if not proposal.separates:
        slow = translate("Scanner {scan} ms, typing {typing} ms: too close", **values)
        to_do = translate("Set the scanner to send faster, or connect it by a serial port")
        return ScannerTrialView(slow, measure, to_do)
    if proposal.max_gap == longest_gap:
        right = translate("Scanner {scan} ms, typing {typing} ms: {gap} ms is right", **values)
        return ScannerTrialView(right, measure)
    take = ActionView("take_gap", translate("Set {gap} ms", gap=proposal.max_gap), "mdi6.check")
    return ScannerTrialView(translate("Scanner {scan} ms, typing {typing} ms: {gap} ms is best", **values), take)
