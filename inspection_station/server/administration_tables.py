"""Tables of administration: who changed what, and the versions of rule files."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from inspection_station.server.columns import key_column, text_column, whole_column
from inspection_station.server.custody_tables import metadata as metadata

# Who changed people, stations, tokens, totes and rules; how the thing was before and after, JSON, empty when not known.
rights_change = Table(
    "rights_change",
    metadata,
    key_column(),
    text_column("at"),
    text_column("by"),
    text_column("what"),
    text_column("thing"),
    Column("before", Text, nullable=False, server_default=""),
    Column("after", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

# Every version of a rule file that was ever loaded; of a kind (and category) one is in force, or the shipped one.
rule_file = Table(
    "rule_file",
    metadata,
    text_column("id", primary_key=True),
    text_column("kind"),  # checklist | rules | policies | lists | carriers
    text_column("category"),  # of a checklist
    text_column("name"),
    text_column("version"),
    text_column("sha256"),
    text_column("text"),
    text_column("loaded_at"),
    text_column("loaded_by"),
    text_column("in_force_from"),  # the last time it was put in force; empty before
    text_column("in_force_by"),
    whole_column("in_force"),
    Index("uq_rule_file_sha256", "sha256", unique=True),
)
