#!/usr/bin/env python3
"""Add a payment to the balance of a prepaid account, once, however often the payment service reports it.

    add_payment.py URL USERNAME PASSWORD ADDRESS AMOUNT PAYMENT

URL is that of NGNPro, USERNAME and PASSWORD those of its administrator, and PAYMENT the number of the payment at the
payment service. Payment services repeat their reports, so the history of the account is searched for the number first.
"""

from __future__ import annotations

import fcntl
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal.ngnpro import Proxy

LOOKED_THROUGH = 5000


def add_payment(sip: Proxy, address: str, amount: float, payment: str) -> str:
    """Add an amount unless the history has the payment already; return what was done."""
    username, _at, domain = address.partition("@")
    account = {"username": username, "domain": domain}
    description = f"Payment {payment}"
    history = sip.getCreditHistory(account, LOOKED_THROUGH)["entries"]
    if any(entry["description"] == description for entry in history):
        return f"{description} was added before."
    change = sip.addBalance(account, amount, description)
    return f"{description}: the balance was {change['old_balance']:.2f} and is {change['new_balance']:.2f} now."


def main(url: str, username: str, password: str, address: str, amount: str, payment: str) -> None:
    """Add a payment while no other process of this machine adds one."""
    sip = Proxy(f"{url}wsdl", port="Sip", auth={"username": username, "password": password})
    with Path(tempfile.gettempdir(), "add-payment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        print(add_payment(sip, address, float(amount), payment))


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(*sys.argv[1:])
