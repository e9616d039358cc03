"""Acting for a reseller or customer: read-only at first, and it ends after half an hour."""

from __future__ import annotations

import dataclasses
import time

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.customer_names import name_of
from portal.core.viewer import Acting, Role, Viewer, acting_started
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount
from portal.people.viewers import ACTING, seal_login

SECONDS = 30 * 60


def start_acting(request: HttpRequest, viewer: Viewer, customer: CustomerAccount) -> None:
    """Start acting for a customer that the viewer may see.

    If the portal has administrator credentials, an operator impersonates the customer. Otherwise the customer's own
    login is used, which NGNPro returns to those above the customer (contract: CustomerAccount). Raises
    ``NotPermitted`` if NGNPro does not return it.
    """
    sealed = ""
    if viewer.role is not Role.OPERATOR or not servers.engine(viewer.engine).admin:
        if not customer.password:
            raise errors.NotPermitted(
                0, _("NGNPro does not give you this customer's login, so you cannot act for this customer.")
            )
        sealed = seal_login(customer.username, customer.password)
    acting = Acting(
        customer=customer.id,
        name=name_of(customer),
        is_reseller=customer.is_reseller,
        reseller=customer.reseller,
        until=time.time() + SECONDS,
        sealed=sealed,
        login=customer.username,
    )
    request.session[ACTING] = dataclasses.asdict(acting)
    acting_started.send(__name__, viewer=viewer, customer=customer)


def allow_changes(request: HttpRequest) -> None:
    """Allow changes while acting."""
    if acting := request.session.get(ACTING):
        request.session[ACTING] = {**acting, "may_change": True}


def stop_acting(request: HttpRequest) -> None:
    """Stop acting."""
    request.session.pop(ACTING, None)
