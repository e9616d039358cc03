"""Webhooks: other systems are told by HTTP of what happens on the platform."""
