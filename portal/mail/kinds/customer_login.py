"""The login data of a customer, which staff send on request."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.customer_names import name_of
from portal.core.servers import service_ngnpro
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailSubject, register_mail_kind
from portal.mail.text.brand import brand_of

from .base import NAME_VARIABLES


def read_login(message: OutboxMessage) -> MailContent:
    """Read a customer's login; ``about`` is the customer's number. The password is stored by NGNPro only."""
    customer = service_ngnpro(message.engine).customers.get_account(int(message.about))
    values = {
        "name": customer.first_name or name_of(customer),
        "username": customer.username,
        "password": customer.password,
    }
    return MailContent(values, brand_of(message.engine, customer.reseller), customer.language)


CUSTOMER_LOGIN = register_mail_kind(
    MailKind(
        name="customer-login",
        label=_("Login data of a customer"),
        read=read_login,
        variables=NAME_VARIABLES | {"username": _("the username to sign in with"), "password": _("the password")},
        secrets=frozenset({"password"}),
        about=MailSubject.PERSON,
        example={"name": "Ada", "username": "harbour"},
    )
)
