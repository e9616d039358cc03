"""The domains room: the SIP domains that the platform serves."""
