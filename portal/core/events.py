"""What happens on the platform besides writes, for those who want to be told.

``happened`` is sent in the transaction that stores the fact, so that it is told if and only if the fact is stored.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

# Sent with the arguments of ``tell_event``.
happened = Signal()


def tell_event(name: str, key: str, engine: str, customers: tuple[int, ...], data: dict[str, Any]) -> None:
    """Tell that something happened.

    ``name`` is what (``job.ended``), ``key`` identifies it, so that it is told once however often this is called.
    ``engine`` is the name of its NGNPro server, and ``customers`` are the customers and resellers who may know of it,
    besides the operators. ``data`` is JSON without secrets.
    """
    happened.send(tell_event, name=name, key=key, engine=engine, customers=customers, data=data)
