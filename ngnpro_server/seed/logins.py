"""The logins of the demo platform: one for each role that signs in with credentials of the platform."""

from __future__ import annotations

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path

from .companies import Company
from .making import Making

_AGO = timedelta(hours=2)
_RESELLER, _CUSTOMER = "veldoorn", "zonnegraan"

Login = dict[str, str]


def demo_logins(making: Making, companies: dict[str, Company]) -> list[Login]:
    """Set the passwords of a reseller, a customer and an account, and return each as role, name and password."""
    reseller, customer = companies[_RESELLER], companies[_CUSTOMER]
    address: str = customer.branches[0].people[0].address
    return [
        {"role": "reseller", "name": _RESELLER, "password": _set_password(making, reseller)},
        {"role": "customer", "name": _CUSTOMER, "password": _set_password(making, customer)},
        {"role": "subscriber", "name": address, "password": _set_web_password(making, address)},
    ]


def _set_password(making: Making, company: Company) -> str:
    password = secrets.token_urlsafe(12)
    making.call("Customer", "updateAccount", making.now - _AGO, account={"id": company.id, "password": password})
    return password


def _set_web_password(making: Making, address: str) -> str:
    password = secrets.token_urlsafe(12)
    username, _, domain = address.partition("@")
    account = {"id": {"username": username, "domain": domain}}
    found = making.call("Sip", "getAccount", sipId=account["id"])
    others = [entry for entry in found["properties"] if entry["name"] != "web_password"]
    properties = [*others, {"name": "web_password", "value": password}]
    making.call("Sip", "updateAccount", making.now - _AGO, account=account | {"properties": properties})
    return password


def write_logins(path: Path, logins: list[Login]) -> None:
    """Write logins to a new file that only this user may read; raise ``FileExistsError`` if there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(logins, file)
