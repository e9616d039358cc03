"""The gateways room: the hosts of carriers."""
