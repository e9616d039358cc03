"""What NGNPro says of the accounts and numbers that a call concerns: asked once, and what is not known is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _

from ngnpro_wire.watch import SILENT
from portal.lcr.plan import RoutingPlan, read_plan
from portal.ngnpro import Ngnpro, Query, Range, errors
from portal.ngnpro.records import AcceptRules, CallDiversions, EnumNumberFilter, SipAccount, SipId, TemporaryAcceptRule

T = TypeVar("T")
ENUM_DOMAIN = "e164.arpa"
MOST_CONTACTS = 2000
NO_RULES = AcceptRules(persistent=(), temporary=TemporaryAcceptRule())


class Facts:
    """Reads about accounts and numbers, which add to ``unknown`` what NGNPro refuses or fails to say.

    ``sees_all``: NGNPro says everything to this viewer, so that what is missing does not exist.
    """

    def __init__(self, ngnpro: Ngnpro, *, sees_all: bool) -> None:
        self.sees_all = sees_all
        self.unknown: list[str] = []
        self._ngnpro, self._sip = ngnpro, ngnpro.sip
        self._domains: dict[str, bool] = {}

    def has_domain(self, domain: str) -> bool:
        """Return whether the platform serves a domain, as far as the viewer may see."""
        if domain not in self._domains:
            found = self._ask(_("whether %(what)s is a domain of the platform"), domain, self._find_domain, domain)
            self._domains[domain] = bool(found)
        return self._domains[domain]

    def alias_target(self, address: str) -> SipId | None:
        """Return the address that an alias points to; ``None`` if there is no such alias."""
        what = _("whether %(what)s is an alias")
        found = self._ask(what, address, self._sip.get_alias, SipId.parse(address))
        return found.target if found else None

    def account(self, address: str) -> SipAccount | None:
        """Return an account; ``None`` if there is none with this address."""
        what = _("whether %(what)s is an account")
        return self._ask(what, address, self._sip.get_account, SipId.parse(address))

    def barred_prefixes(self, account: SipAccount) -> tuple[str, ...]:
        """Return the prefixes that an account may not call."""
        what = _("which destinations are barred for %(what)s")
        return self._ask(what, str(account.id), self._sip.get_barring_prefixes, account.id) or ()

    def balance(self, account: SipAccount) -> float | None:
        """Return the balance of a prepaid account; ``None`` if it is not known."""
        what = _("the balance of %(what)s")
        found = self._ask(what, str(account.id), lambda one: self._sip.get_prepaid_status([one])[0], account.id)
        return found.balance if found else None

    def diversions(self, account: SipAccount) -> CallDiversions:
        """Return where calls to an account are diverted."""
        what = _("how calls to %(what)s are diverted")
        return self._ask(what, str(account.id), self._sip.get_call_diversions, account.id) or CallDiversions()

    def has_mailbox(self, account: SipAccount) -> bool:
        """Return whether an account has a mailbox."""
        what = _("whether %(what)s has a mailbox")
        return self._ask(what, str(account.id), self._ngnpro.voicemail.get_account, account.id) is not None

    def rejected(self, account: SipAccount) -> tuple[str, ...]:
        """Return the callers that an account rejects."""
        what = _("which callers %(what)s rejects")
        return self._ask(what, str(account.id), self._sip.get_reject_members, account.id) or ()

    def accept_rules(self, account: SipAccount) -> AcceptRules:
        """Return the rules for callers of an account."""
        what = _("which callers %(what)s accepts")
        found = self._ask(what, str(account.id), self._sip.get_accept_rules, account.id)
        return found.rules if found else NO_RULES

    def contacts(self, account: SipAccount) -> list[tuple[str, str]]:
        """Return the addresses in the phonebook of an account, with the group of each."""
        what = _("the contacts of %(what)s")
        window = Range(0, MOST_CONTACTS)
        found = self._ask(
            what, str(account.id), lambda one: self._sip.get_phonebook_entries(one, window=window), account.id
        )
        return [(entry.uri, entry.group) for entry in found.entries] if found else []

    def phones(self, account: SipAccount) -> int | None:
        """Return how many phones of an account are online; ``None`` if it is not known."""
        what = _("whether a phone of %(what)s is online")
        found = self._ask(
            what, str(account.id), lambda one: self._sip.get_sip_device_locations([one])[0].locations, account.id
        )
        return None if found is None else len(found)

    def sip_target(self, number: str) -> str:
        """Return the SIP address that ENUM has for a number of E.164 digits; empty if there is none."""
        what = _("whether the number %(what)s is in ENUM")
        query = Query(filter=EnumNumberFilter(number=number, tld=ENUM_DOMAIN), range=Range(0, 1))
        page = self._ask(what, number, self._ngnpro.enum.get_numbers, query)
        mappings = [mapping for record in page or () for mapping in record.mappings if mapping.type == "sip"]
        return min(mappings, key=lambda one: (one.priority, one.mapto)).mapto if mappings else ""

    def plan(self, reseller: int) -> RoutingPlan | None:
        """Return the routing of a reseller; ``None`` if it is not known."""
        return self._ask(_("how calls are routed"), "", lambda one: read_plan(self._ngnpro, one), reseller)

    def silent_gateways(self) -> frozenset[int]:
        """Return the gateways that did not answer when they were asked last, where NGNPro asks them."""
        if not self._ngnpro.watch.is_there:
            return frozenset()
        found = self._ask(_("which gateways answer"), "", lambda _key: self._ngnpro.watch.get_health(), None)
        return frozenset(one.id for one in found.gateways if one.state == SILENT) if found else frozenset()

    def _find_domain(self, domain: str) -> bool:
        return self._sip.find_domain(domain) is not None

    def _ask(self, what: str, about: str, fetch: Callable[..., T], key: object) -> T | None:
        """Return what NGNPro says; ``None`` if there is no such record, or if it is not known, which is then noted."""
        try:
            return fetch(key)
        except errors.Missing:
            return None
        except (errors.BadLogin, errors.Locked):
            raise
        except errors.NgnproError as error:
            self.unknown.append(_("%(what)s (%(why)s)") % {"what": what % {"what": about}, "why": error})
        except IndexError:
            self.unknown.append(what % {"what": about})
        return None
