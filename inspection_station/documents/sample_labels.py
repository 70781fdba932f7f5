"""Labels to try a printer with. They carry numbers of station 000, so no sample can ever match a real case."""

from __future__ import annotations

from inspection_station.documents.inspection_label import LabelContent
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

_DAY = "RT-261121-000"

# name: grade, disposition, its word, tote line, item, findings, liability
_SAMPLES = {
    "restock": ("A", "restock", N_("Restock"), N_("Slot {slot} · {tote}"), N_("Lightweight down jacket, navy, M"),
                N_("All normal"), N_("No reason, 7 days")),
    "flawed": ("C", "refurbish", N_("Refurbish"), N_("Slot {slot} · {tote}"), N_("Lightweight down jacket, navy, M"),
               N_("Stain, major / Tag removed"), N_("Liability: buyer")),
    "hold": ("U", "hold", N_("Hold · dispute"), N_("Slot {slot} · {tote}"), N_("Wireless headphones, white"),
             N_("Serial differs (suspected swap)"), N_("Liability: undetermined")),
    "long": ("B", "return_to_vendor", N_("Return to vendor"), N_("Slot {slot} · {tote}"),
             N_("Double-sided cashmere coat with detachable hood and belt, women's, long, camel brown, 165/88A L"),
             N_("Colour transfer, major / Accessory missing / Perfume odour, minor / Hair or pet hair, minor"),
             N_("Liability: buyer 70 %, carrier 30 %")),
}  # fmt: skip
SAMPLES = tuple(_SAMPLES)


def sample_label(name: str) -> LabelContent:
    """The sample called `name` (one of `SAMPLES`) in the language in force.

    Raises:
        StationProblem: ``label.sample_unknown``.
    """
    if name not in _SAMPLES:
        raise StationProblem(
            "label.sample_unknown",
            N_("There is no sample label “{name}”."),
            N_("Choose one of these: {names}."),
            name=name,
            names=", ".join(SAMPLES),
        )
    grade, disposition, words, tote, item, findings, liability = _SAMPLES[name]
    place = SAMPLES.index(name) + 1
    return LabelContent(
        rt_number=f"{_DAY}{place:05d}", issue=1, grade=grade, disposition=disposition,
        disposition_words=translate(words), tote_line=translate(tote, slot=place, tote=f"T-00000{place}"),
        item_name=translate(item), sku=f"YL-882{place}-NV-M", findings_line=translate(findings),
        liability_line=translate(liability), time_text="11-21 10:43", station="B12", fingerprint="9f3a71c05be2",
        order_number="2411-0866-5604", photos=3 + place, inspector=translate(N_("Wang Fang")), practice=True,
    )  # fmt: skip
