"""Amounts of money, and the currency that is written behind them (contract: customer_properties, ``currency``)."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from portal.core.servers import engine, service_ngnpro
from portal.ngnpro import errors

KEEP_SECONDS = 600


def with_currency(value: float, currency: str) -> str:
    """Format an amount with two decimals, or with four if two are not exact, and its currency if that is known."""
    amount = format_amount(value)
    return _("%(amount)s %(currency)s") % {"amount": amount, "currency": currency} if currency else amount


def currency_of(engine_name: str, reseller: int) -> str:
    """Return the currency of a reseller, such as ``EUR``; empty if none is set, or if NGNPro does not say.

    One call, cached for ten minutes.
    """
    if not reseller:
        return ""
    key = f"currency:{engine(engine_name).name}:{reseller}"
    if (kept := cache.get(key)) is not None:
        return str(kept)
    try:
        properties = service_ngnpro(engine_name).customers.get_properties(reseller)
    except errors.Outage:
        return ""
    except errors.Refusal:
        properties = ()
    found = next((entry.value.strip() for entry in properties if entry.name == "currency"), "")[:16]
    cache.set(key, found, KEEP_SECONDS)
    return found


def format_amount(value: float) -> str:
    """Format an amount with two decimals, or with four if two are not exact."""
    places = 2 if abs(value * 100 - round(value * 100)) < 1e-6 else 4
    return number_format(value, decimal_pos=places)
