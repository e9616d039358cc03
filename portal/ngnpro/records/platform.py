"""Records of the Platform port, an extension of our own server (``ngnpro_wire.proxies``)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLoad(Record):
    """Whether a SIP proxy (``node``) has the latest changes of a ``topic``: ``state``.

    ``changed``: when the topic was changed last; ``loaded``: when the proxy loaded it last (both ``YYYY-MM-DD
    HH:MM:SS`` in UTC, empty if that is not known); ``error``: why its latest attempt failed.
    """

    topic: str = ""
    node: str = ""
    state: str = ""
    changed: str = ""
    loaded: str = ""
    error: str = ""
