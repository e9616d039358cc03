"""The gateway rules room: the formats in which gateways expect numbers."""
