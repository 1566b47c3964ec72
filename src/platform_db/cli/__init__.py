"""The ``platform-db`` command: parses, calls, prints. Nothing is decided here."""
