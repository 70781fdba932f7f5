"""The station's database: one SQLite file, its tables and migrations, and what the workflows ask of it."""
