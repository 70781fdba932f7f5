"""Money as integer minor units with its currency (DECISIONS.md 6): never a float, never rounded twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from inspection_station.errors import N_, StationProblem

MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "JPY": 0, "KRW": 0}
SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "KRW": "₩"}

# At most 25 digits, so that no step rounds but the last one. A comma only separates thousands: “599,00” is refused,
# not read as 59900.
_AMOUNT = re.compile(r"[+-]?(\d{1,3}(,\d{3}){1,4}|\d{1,13})(\.\d{1,12})?", re.ASCII)


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
        if not _AMOUNT.fullmatch(text.strip()):
            raise StationProblem(
                "money.invalid", N_("“{text}” is not an amount of money."), N_("Write it like 599.00."), text=text[:40]
            )
        scaled = Decimal(text.strip().replace(",", "")).scaleb(MINOR_DIGITS.get(currency, 2))
        return cls(int(scaled.to_integral_value(ROUND_HALF_UP)), currency)

    def percent(self, share: int) -> Money:
        """`share` hundredths of the amount, half a minor unit rounded up."""
        value = (Decimal(self.minor) * share / 100).to_integral_value(ROUND_HALF_UP)
        return Money(int(value), self.currency)

    def split(self, shares: Sequence[int]) -> tuple[Money, ...]:
        """The amount divided by percentages that add up to 100; the remainder goes to the last one.

        No part exceeds what the parts before it have left, so that rounding up never makes the last one owe.

        Raises:
            ValueError: the shares are not from 0 to 100 each and 100 together.
        """
        if sum(shares) != 100 or not all(0 <= share <= 100 for share in shares):
            raise ValueError("shares add up to 100")
        sign, left = (-1, -self.minor) if self.minor < 0 else (1, self.minor)
        parts = []
        for share in shares[:-1]:
            parts.append(min(Money(abs(self.minor)).percent(share).minor, left))
            left -= parts[-1]
        return tuple(Money(sign * part, self.currency) for part in (*parts, left))

    def __str__(self) -> str:
        digits = MINOR_DIGITS.get(self.currency, 2)
        value = Decimal(self.minor).scaleb(-digits)
        text = f"{value:,.{digits}f}"
        if digits and text.endswith("." + "0" * digits):
            text = text[: -digits - 1]
        symbol = SYMBOLS.get(self.currency, self.currency + " ")
        return f"-{symbol}{text[1:]}" if self.minor < 0 else f"{symbol}{text}"
