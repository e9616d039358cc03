"""Which customer of a reseller a person of the reseller's provider is.

The provider belongs to the reseller, who may act for all their customers anyway. So it can sign people in as these and
as the reseller, and as no one else: the record that NGNPro returns has to be one of the reseller's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from portal.core import servers
from portal.ngnpro import Engine, Query, Range, errors
from portal.ngnpro.records import CustomerAccount, CustomerFilter
from portal.people.identification import person_of_customer

from .models import ResellerProvider
from .operators import SignOnRefused
from .protocol import Identity
from .providers import words_of

MOST = 20


def person_for(row: ResellerProvider, identity: Identity) -> dict[str, Any]:
    """Return the reseller or customer who has signed in at a reseller's provider, for their session.

    Raises ``SignOnRefused``, and ``Outage`` if NGNPro does not answer.
    """
    groups, engine = identity.words(row.groups_claim), servers.engine(row.engine)
    if engine.name != row.engine:
        raise SignOnRefused(_("The NGNPro server of this reseller is not known here any more."))
    if groups & words_of(row.reseller_groups):
        own = _reseller(engine, row)
    elif not row.customer_groups.strip() or groups & words_of(row.customer_groups):
        own = _customer(engine, row, identity)
    else:
        raise SignOnRefused(
            _("You are in none of the groups that may sign in here. Whoever manages the groups can add you to one.")
        )
    person = person_of_customer(engine, own)
    if person is None:
        raise SignOnRefused(_("NGNPro does not let the portal act for you. Please sign in with your password."))
    return person


def _reseller(engine: Engine, row: ResellerProvider) -> CustomerAccount:
    try:
        own = servers.service_ngnpro(engine.name).customers.get_account(row.reseller)
    except errors.Missing:
        own = CustomerAccount()
    if not own.is_reseller:
        raise SignOnRefused(_("This reseller does not exist any more."))
    return own


def _customer(engine: Engine, row: ResellerProvider, identity: Identity) -> CustomerAccount:
    """Return the customer with the person's username or verified e-mail address, if it is exactly one."""
    is_email = row.match == ResellerProvider.Match.EMAIL
    wanted = identity.verified_email() if is_email else identity.text(row.match)
    if not wanted:
        raise SignOnRefused(
            _(
                "The provider does not say that your e-mail address is verified, so the portal cannot know who you are."
                " Verify it there, and sign in again."
            )
            if is_email
            else _("The provider does not say your username, so the portal cannot know who you are.")
        )
    wanted = wanted.casefold()
    field = "email" if is_email else "username"
    same = CustomerFilter(email=wanted) if is_email else CustomerFilter(username=wanted)
    query = Query(filter=replace(same, reseller=row.reseller), range=Range(0, MOST))
    page = servers.service_ngnpro(engine.name).customers.get_customers(query)
    found = [
        one
        for one in page
        if getattr(one, field).casefold() == wanted and one.reseller == row.reseller and not one.is_reseller
    ]
    if len(found) != 1:
        raise SignOnRefused(
            _("There is no single customer with %(login)s here. Whoever manages the customers can change that.")
            % {"login": wanted[:100]}
        )
    return found[0]
