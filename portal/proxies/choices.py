"""The topics that SIP proxies hold in their memory, and the states of a proxy, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.proxies import ADDRESSES, DOMAINS, LOADED, ROUTING, SAVED


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic in words, and what belongs to it."""

    label: str | Promise
    holds: str | Promise


TOPICS = {
    DOMAINS: Topic(_("Domains"), _("Which domains are served, and whose routes they use.")),
    ADDRESSES: Topic(_("Addresses"), _("The addresses of trusted peers and gateways.")),
    ROUTING: Topic(_("Routing"), _("Carriers, gateways, gateway rules and routes.")),
}
# the lamp and the words of each state
STATES: dict[str, tuple[str, str | Promise]] = {
    LOADED: ("on", _("In force")),
    SAVED: ("warn", _("Saved, not yet loaded")),
}
UNKNOWN_STATE = ("", _("Not known"))
