"""Adapters: one file a port and technology, ``<port>_<technology>.py``; vendors' errors end here as PortError."""
