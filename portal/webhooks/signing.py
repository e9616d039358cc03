"""The secrets of webhooks and the signatures of messages, by the specification Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a new secret: ``whsec_`` and 32 random bytes in Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def signature(secret: str, event_id: str, timestamp: int, body: str) -> str:
    """Return the signature of a message: ``v1,`` and the HMAC-SHA256 of id, time and body in Base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{event_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode("ascii")


def signed_headers(keys: list[str], event_id: str, timestamp: int, body: str) -> dict[str, str]:
    """Return the headers ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``, signed with each secret."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, event_id, timestamp, body) for key in keys),
    }
