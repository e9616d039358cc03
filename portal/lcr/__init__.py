"""Routing (least cost routing, LCR): which carrier takes a call to the telephone network, and in which format."""
