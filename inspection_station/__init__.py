"""Returns inspection station: the desktop application at the receiving bench and its central server."""

__version__ = "0.1.0"
