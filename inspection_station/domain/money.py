"""Money as integer minor units with its currency (FIRST-DECISIONS 6): never a float, never rounded twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from inspection_station.errors import N_, StationProblem

MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "JPY": 0, "KRW": 0}
SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "KRW": "₩"}


@dataclass(frozen=True)
class Money:
    """An amount in minor units (fen, cents) of one ISO 4217 currency."""

    minor: int
    currency: str = "CNY"

    @classmethod
    def parse(cls, text: str, currency: str = "CNY") -> Money:
        """Read a decimal amount such as ``599.00``; half a minor unit rounds up.

        Raises:
            StationProblem: ``money.invalid`` when it is no plain decimal number.
        """
        try:
            value = Decimal(text.strip().replace(",", ""))
            if not value.is_finite() or abs(value) > Decimal("1e12"):
                raise InvalidOperation
        except InvalidOperation:
            raise StationProblem(
                "money.invalid", N_("“{text}” is not an amount of money."), N_("Write it like 599.00."), text=text[:40]
            ) from None
        scaled = value.scaleb(MINOR_DIGITS.get(currency, 2))
        return cls(int(scaled.to_integral_value(ROUND_HALF_UP)), currency)

    def percent(self, share: int) -> Money:
        """`share` hundredths of the amount, half a minor unit rounded up."""
        value = (Decimal(self.minor) * share / 100).to_integral_value(ROUND_HALF_UP)
        return Money(int(value), self.currency)

    def split(self, shares: Sequence[int]) -> tuple[Money, ...]:
        """The amount divided by percentages that add up to 100; the remainder goes to the last one."""
        parts = [self.percent(share).minor for share in shares[:-1]]
        return tuple(Money(part, self.currency) for part in (*parts, self.minor - sum(parts)))

    def __str__(self) -> str:
        digits = MINOR_DIGITS.get(self.currency, 2)
        value = Decimal(self.minor).scaleb(-digits)
        text = f"{value:,.{digits}f}"
        if digits and text.endswith("." + "0" * digits):
            text = text[: -digits - 1]
        return f"{SYMBOLS.get(self.currency, self.currency + ' ')}{text}"
