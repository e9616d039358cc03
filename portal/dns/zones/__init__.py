"""The zones room: DNS zones with the values of their SOA records."""
