"""Routing (least cost routing, LCR): which carrier takes a call to the telephone network, and how it wants it."""
