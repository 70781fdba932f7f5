"""The steps from an older centre database to today's, by Alembic; none is ever changed once released."""
