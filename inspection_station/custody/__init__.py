"""Acts and items of the house in a database, the same at every station and at the centre (DECISIONS.md 102)."""
