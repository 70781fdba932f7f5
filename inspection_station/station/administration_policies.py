"""Policies 政策: what is agreed with everybody, each platform, client and vendor; a vendor's agreement changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QObject

from inspection_station.data_files import read_yaml
from inspection_station.domain.money import MINOR_DIGITS, Money
from inspection_station.domain.policies import Policies, Terms, VendorAgreement, parse_policies
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate
from inspection_station.station import rules_trial
from inspection_station.station.administration_office import Office
from inspection_station.station.administration_panels import FormPanel
from inspection_station.station.administration_rule_work import RuleWork
from inspection_station.station.administration_section import Section
from inspection_station.station.administration_totes import whole
from inspection_station.station.administration_views import Column, DetailView, FieldView, Line, SectionView
from inspection_station.station.views import ActionView, FactView, PrimaryView, TagView
from inspection_station.sync.administration import Administration
from inspection_station.workflows.policy_editing import with_agreement

KIND = "policies"
LAYERS = {"platforms": N_("Platform"), "clients": N_("Client"), "vendors": N_("Vendor")}
PLATFORMS = {
    "tmall": N_("Tmall"), "taobao": N_("Taobao"), "jd": N_("JD.com"), "pdd": N_("Pinduoduo"), "douyin": N_("Douyin"),
}  # fmt: skip
EVERYBODY, DEFAULT = "everybody", "default"


@dataclass(frozen=True)
class Agreed:
    """The policies file that counts: its name, its text, what it says."""

    name: str
    text: str
    policies: Policies


def terms_of(policies: Policies, layer: str, name: str) -> Terms:
    """The terms for one platform, client or vendor, or for everybody."""
    return policies.terms_for(
        name if layer == "platforms" else "", name if layer == "clients" else "", name if layer == "vendors" else ""
    )


class PoliciesSection(Section):
    """See the module."""

    NAME, ICON, TEXT = "policies", "mdi6.handshake-outline", N_("Policies")
    _agreed: Agreed | None = None

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(office, parent)
        self._work = RuleWork(office, self)
        self._work.done.connect(self.load)

    def load(self) -> None:
        """See `Section`: the centre's file in force, else the one of this station."""
        station, lists = self._office.station, self._office.station.desk.book.lists

        def read(name: str, text: str) -> Agreed:
            return Agreed(name, text, parse_policies(read_yaml(text, name), lists))

        def of_centre(centre: Administration) -> Agreed:
            for one in centre.rules():
                if one.kind == KIND and one.in_force:
                    whole_file = centre.rule(one.id)
                    return read(whole_file.name, whole_file.text)
            return read(*rules_trial.shipped_text(KIND))

        if self._office.signed_in is not None:
            self._office.ask(of_centre, self._took)
        else:
            self._office.parts.background.run(
                lambda: read(*rules_trial.text_in_force(station, KIND)), self._took, self._office.failed
            )

    def _took(self, agreed: Agreed) -> None:
        self._agreed = agreed
        self.changed.emit()

    # --- what is shown -----------------------------------------------------------------------------------

    def _rows(self) -> list[tuple[str, str]]:
        """(layer, name) of every row."""
        if self._agreed is None:
            return []
        policies = self._agreed.policies
        found = [(EVERYBODY, "")]
        found += [(layer, name) for layer in ("platforms", "clients") for name in policies.layers.get(layer, {})]
        return [*found, *(("vendors", name) for name in policies.vendors)]

    @staticmethod
    def _who(layer: str, name: str) -> str:
        if layer == EVERYBODY:
            return translate("Everybody")
        if layer == "platforms" and name in PLATFORMS:
            return translate(PLATFORMS[name])
        return translate("Other vendors") if (layer, name) == ("vendors", DEFAULT) else name

    def _money(self, minor: int) -> str:
        currency = self._agreed.policies.currency if self._agreed is not None else "CNY"
        return str(Money(minor, currency)) if minor else "–"

    def view(self) -> SectionView:
        """See `Section`."""
        columns = (
            Column(translate("Who"), 0.235), Column(translate("High value from"), 0.18, right=True),
            Column(translate("Days to return"), 0.16, right=True), Column(translate("Takes back"), 0.14),
            Column(translate("Within days"), 0.135, right=True), Column(translate("From price"), 0.15, right=True),
        )  # fmt: skip
        policies = self._agreed.policies if self._agreed is not None else None
        lines = tuple(self._line(policies, *row) for row in self._rows()) if policies is not None else ()
        version = policies.version if policies is not None else ""
        note = self._work.words or (translate("Version {version} is in force", version=version) if version else "")
        return SectionView(
            translate("Policies"), columns, lines, translate("No policies are known yet"),
            PrimaryView(translate("Change agreement"), translate("Of the vendor chosen; tried before it counts"),
                        "mdi6.pencil-outline"),
            "change", note,
            (ActionView("new", translate("A new vendor"), "mdi6.plus", "N"),),
        )  # fmt: skip

    def _line(self, policies: Policies, layer: str, name: str) -> Line:
        terms = terms_of(policies, layer, name)
        agreement = policies.vendors.get(name) if layer == "vendors" else None
        back = TagView("–")
        if agreement is not None:
            back = (TagView(translate("yes"), "ok", "mdi6.check") if agreement.rtv
                    else TagView(translate("no"), "neutral", "mdi6.close"))  # fmt: skip
        days = str(agreement.within_days or "–") if agreement is not None and agreement.rtv else "–"
        price = self._money(agreement.minimum_minor) if agreement is not None and agreement.rtv else "–"
        return Line(f"{layer}:{name}", (self._who(layer, name), self._money(terms.high_value_minor),
                                        str(terms.return_window_days or "–"), back, days, price))  # fmt: skip

    def detail(self, row: str) -> DetailView:
        """See `Section`."""
        layer, _colon, name = row.partition(":")
        if self._agreed is None or (layer, name) not in self._rows():
            return DetailView(translate("Policies"))
        policies, lists = self._agreed.policies, self._office.station.desk.book.lists
        terms = terms_of(policies, layer, name)

        def named(codes: tuple[str, ...]) -> str:
            return ", ".join(localised(lists.word("categories", one).texts) for one in codes) or "–"

        facts = [
            FactView(translate("High value from"), self._money(terms.high_value_minor)),
            FactView(translate("Days to return"), str(terms.return_window_days or "–")),
            FactView(translate("Days on the way"), str(terms.transit_days or "–")),
            FactView(translate("Checked at random"), f"{terms.random_check_percent} %"),
            FactView(translate("Cannot be returned"), named(terms.non_returnable)),
            FactView(translate("Sealed for hygiene"), named(terms.sealed_hygiene)),
        ]
        agreement = policies.vendors.get(name) if layer == "vendors" else None
        if agreement is not None:
            needs = translate("yes") if agreement.needs_authorisation else translate("no")
            facts.append(FactView(translate("Authorisation number"), needs))
        notes = tuple(
            f"{localised(lists.word('reject_reasons', code).texts)}: {word}"
            for code, word in sorted(terms.reject_reasons.items())
        )
        tag = TagView(translate(LAYERS[layer])) if layer in LAYERS else None
        return DetailView(self._who(layer, name), tag, tuple(facts), notes if layer == "platforms" else ())

    # --- acts --------------------------------------------------------------------------------------------

    def act(self, action: str, row: str) -> None:
        """See `Section`."""
        layer, _colon, name = row.partition(":")
        if self._agreed is None:
            return
        if action == "new":
            self._change("", VendorAgreement(True))
        elif action == "change" and layer == "vendors" and name in self._agreed.policies.vendors:
            self._change(name, self._agreed.policies.vendors[name])
        elif action == "change":
            self._office.failed(StationProblem(
                "policies.choose_vendor", N_("Choose a vendor first"),
                N_("Terms of platforms and clients are changed in the file, under Rules."),
            ))  # fmt: skip

    def _change(self, vendor: str, before: VendorAgreement) -> None:
        yes, no = ("yes", translate("yes")), ("no", translate("no"))
        digits = MINOR_DIGITS.get(self._currency(), 2)
        minimum = f"{Decimal(before.minimum_minor).scaleb(-digits)}" if before.minimum_minor else ""
        fields = [
            FieldView("rtv", translate("Takes goods back"), "yes" if before.rtv else "no", (yes, no)),
            FieldView("days", translate("Within days of delivery"), str(before.within_days or "")),
            FieldView("minimum", translate("From unit price"), minimum),
            FieldView("needs", translate("Needs an authorisation number"),
                      "yes" if before.needs_authorisation else "no", (yes, no)),
        ]  # fmt: skip
        if not vendor:
            fields.insert(0, FieldView("vendor", translate("The vendor's code")))
        title = translate("Agreement with {vendor}", vendor=self._who("vendors", vendor))
        whose = title if vendor else translate("Agreement with a new vendor")
        self._office.form(whose, fields, translate("Check and keep"), lambda values, panel: self._given(
            vendor or values.get("vendor", ""), values, panel))  # fmt: skip

    def _currency(self) -> str:
        return self._agreed.policies.currency if self._agreed is not None else "CNY"

    def _given(self, vendor: str, values: Mapping[str, str], panel: FormPanel) -> None:
        agreed = self._agreed
        if agreed is None:
            return
        try:
            minimum = Money.parse(values["minimum"], self._currency()).minor if values["minimum"] else 0
            agreement = VendorAgreement(
                values["rtv"] == "yes", whole(values["days"], 0), minimum, values["needs"] == "yes"
            )
            day = self._office.station.clock.local_day()
            text = with_agreement(agreed.text, agreed.name, vendor, agreement, day)
        except StationProblem as problem:
            self._office.refuse(panel)(problem)
            return
        now = agreed.policies.version
        self._work.load(
            agreed.name, text, panel,
            lambda file: self._work.begin(file.kind, file.category, file.version, file, now, force=True),
        )  # fmt: skip
