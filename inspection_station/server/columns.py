"""Of what the tables of the centre are made: columns that SQLite and PostgreSQL hold alike."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class StorableText(TypeDecorator[str]):
    """Text of any origin: what not every database can hold (NUL, halves of characters) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:
        """See `storable`."""
        return value if value is None else storable(value)


def storable(text: str) -> str:
    """`text` as every database can hold it."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def text_column(name: str, **options: object) -> Column[str]:
    """A text that is always there."""
    return Column(name, StorableText, nullable=False, **options)  # type: ignore[arg-type]


def whole_column(name: str) -> Column[int]:
    """A whole number of up to 31 bits."""
    return Column(name, Integer, nullable=False)


LARGE = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what is called an integer


def large_column(name: str, **options: object) -> Column[int]:
    """A whole number of up to 63 bits."""
    return Column(name, LARGE, nullable=False, **options)  # type: ignore[arg-type]


def key_column(name: str = "key") -> Column[int]:
    """A key that counts up."""
    return Column(name, LARGE, primary_key=True)
