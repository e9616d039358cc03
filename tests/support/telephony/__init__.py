"""Real telephony for tests: Debian's Kamailio with the example configuration, sipp as phones and gateways, PowerDNS."""
