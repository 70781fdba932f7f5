"""A vendor's agreement changed in the text of the policies: comments stay, the rest says what it said."""

from __future__ import annotations

import pytest

from inspection_station.data_files import load_yaml, read_yaml, with_values
from inspection_station.domain.lists import parse_lists
from inspection_station.domain.policies import Policies, VendorAgreement, parse_policies
from inspection_station.errors import StationProblem
from inspection_station.locations import resources
from inspection_station.workflows.policy_editing import next_version, with_agreement

SHIPPED = (resources() / "policies" / "default.yaml").read_text(encoding="utf-8")
NEW = VendorAgreement(True, 45, 12300, True)
BLOCK = """\
version: "2026.01.1"  # the first
high_value_minor: 100000
random_check_percent: 5
vendors:
  default:
    rtv: false
  V-OLD:
    rtv: true
    within_days: 10
    high_value_minor: 7
  # what follows is about slots
slots: {restock: 1}
"""


def read(text: str) -> Policies:
    return parse_policies(read_yaml(text, "p.yaml"), parse_lists(load_yaml(resources() / "rules" / "lists.yaml")))


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


@pytest.mark.parametrize("vendor", ["V-YUNLU", "default", "V-BRAND-NEW", "10086", "no"])
def test_one_agreement_is_another_one_and_all_else_as_it_was(vendor: str) -> None:
    before, changed = read(SHIPPED), with_agreement(SHIPPED, "p.yaml", vendor, NEW, "2026-11-21")
    after = read(changed)
    assert after.vendors == {**before.vendors, vendor: NEW}
    assert after.version == "2026.11.3" and comments(changed) == comments(SHIPPED)
    assert (after.slots, after.terms, after.currency) == (before.slots, before.terms, before.currency)
    assert len(changed.splitlines()) == len(SHIPPED.splitlines()) + (vendor not in before.vendors)


def test_entries_over_several_lines_keep_their_terms_and_what_stands_behind_them() -> None:
    changed = with_agreement(BLOCK, "p.yaml", "V-OLD", NEW, "2026-11-21")
    assert read(changed).vendors["V-OLD"] == NEW and read(changed).layers["vendors"]["V-OLD"] == {"high_value_minor": 7}
    assert "# the first" in changed and "# what follows is about slots" in changed
    again = with_agreement(changed, "p.yaml", "V-NEW", VendorAgreement(False), "2026-12-01")
    assert read(again).vendors == {**read(changed).vendors, "V-NEW": VendorAgreement(False)}
    assert read(again).version == "2026.12.1"


def test_agreements_on_one_line_take_another_one() -> None:
    text = BLOCK[: BLOCK.index("vendors:")] + "vendors: {default: {rtv: false}}\nslots: {restock: 1}\n"
    assert read(with_agreement(text, "p.yaml", "V-A", NEW, "2026-11-21")).vendors["V-A"] == NEW


@pytest.mark.parametrize("vendor", ["", "a b", "x: y", "a\nb", "{", "#x", '"'])
def test_what_is_no_code_is_refused(vendor: str) -> None:
    with pytest.raises(StationProblem, match="policies.vendor_code"):
        with_agreement(SHIPPED, "p.yaml", vendor, NEW, "2026-11-21")


def test_a_file_without_vendors_is_refused() -> None:
    with pytest.raises(StationProblem, match="policies.no_vendors"):
        with_agreement("version: '1'\n", "p.yaml", "V-A", NEW, "2026-11-21")
    with pytest.raises(KeyError):
        with_values("a: 1\n", "p.yaml", {("b", "c"): "1"})


@pytest.mark.parametrize(
    ("version", "after"),
    [("2026.11.2", "2026.11.3"), ("2026.10.9", "2026.11.1"), ("v7", "2026.11.1"), ("", "2026.11.1")],
)
def test_a_version_counts_on_within_its_month(version: str, after: str) -> None:
    assert next_version(version, "2026-11-21") == after
