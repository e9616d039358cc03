"""The trusted peers room: hosts that may call without a password."""
