"""The gateway rules room: how a gateway wants numbers written."""
