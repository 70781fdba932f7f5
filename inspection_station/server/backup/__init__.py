"""Backups of a centre: its database and its photos, restored for trial before they count.

A backup folder holds one folder for each backup and ``photos/``, which all of them share: a photo is named by its
hash and never changes, so that a backup copies only those that are new. The database is written as text, table by
table, out of one snapshot: the same for SQLite and PostgreSQL, so that each can be restored into the other, by this
version or a later one, without any program of the database's makers. A backup has its name only when it was restored
into an empty place, counted, and every photo hashed; until then its folder ends in ``.part`` and counts for nothing.
"""
