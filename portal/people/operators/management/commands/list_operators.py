"""`manage.py list_operators`: lists the operators."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.people.operators.models import Operator


class Command(BaseCommand):
    help = "List the operators: name, what they may, second factor, last sign-in."

    def handle(self, *args: Any, **options: Any) -> None:
        operators = list(Operator.objects.order_by("username"))
        width = max((len(operator.username) for operator in operators), default=0)
        for operator in operators:
            last = f"{operator.last_login:%Y-%m-%d %H:%M} UTC" if operator.last_login else "never signed in"
            factor = "second factor" if operator.has_second_factor() else "password only"
            words = ", ".join([rights_of(operator), factor, last])
            self.stdout.write(f"{operator.username:{width}}  {words}")


def rights_of(operator: Operator) -> str:
    """Return a short description of an operator's permissions."""
    if not operator.is_active:
        return "switched off"
    if operator.has_expired:
        return f"expired on {operator.expires_on}"
    lacks = [
        *([] if operator.may_change else ["read only"]),
        *([] if operator.may_see_passwords else ["no passwords"]),
        *([] if operator.may_see_calls else ["no call data"]),
        *([f"only reseller {operator.tree}"] if operator.tree else []),
        *(f"only {' '.join(kept.split())}" for kept in (operator.ports, operator.domains) if kept),
        *([f"from {' '.join(operator.networks.split())}"] if operator.networks else []),
        *([f"until {operator.expires_on}"] if operator.expires_on else []),
    ]
    return ", ".join(lacks) or "all rights"
