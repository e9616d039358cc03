"""Keeps the accounts of a portal like a CSV file of a CRM: adds who is missing, and changes what differs.

    pip install ./clients
    python examples/sync_crm.py https://portal.example.com people.csv          # says what it would do
    python examples/sync_crm.py https://portal.example.com people.csv --apply  # does it

The token is in the environment variable PORTAL_TOKEN. The file has the columns id, firstName, lastName, email and
timezone; id is the SIP address. Accounts that the file does not have are left alone.
"""

from __future__ import annotations

import argparse
import csv
import os
import secrets
import sys
from collections.abc import Iterable, Mapping

from ngnpro_portal_client import NotFound, Portal, PortalError

COLUMNS = ("firstName", "lastName", "email", "timezone")


def sync(portal: Portal, people: Iterable[Mapping[str, str]], *, apply: bool) -> list[str]:
    """Make accounts like the file; return what was done, or without ``apply`` would be done, in lines."""
    lines = []
    for person in people:
        wanted = {name: person[name] for name in COLUMNS}
        try:
            lines += sync_person(portal, person["id"], wanted, apply=apply)
        except PortalError as error:
            lines.append(f"{person['id']}: not done: {error}")
    return lines


def sync_person(portal: Portal, address: str, wanted: dict[str, str], *, apply: bool) -> list[str]:
    """Make one account like the file."""
    try:
        account = portal.record("accounts", address)
    except NotFound:
        if apply:
            password = secrets.token_urlsafe(15)
            portal.add("accounts", {"id": address, "password": password, **wanted}, once=f"crm {address}")
        return [f"{address}: added"]
    changes = {name: value for name, value in wanted.items() if account[name] != value}
    if changes and apply:
        portal.change(account, changes)
    return [f"{address}: {', '.join(changes)} changed"] if changes else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portal")
    parser.add_argument("file")
    parser.add_argument("--apply", action="store_true")
    wanted = parser.parse_args()
    portal = Portal(wanted.portal, os.environ["PORTAL_TOKEN"])
    with open(wanted.file, encoding="utf-8-sig", newline="") as file:
        lines = sync(portal, csv.DictReader(file), apply=wanted.apply)
    print("\n".join(lines) or "Everything is as in the file.")
    return 1 if any(": not done: " in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
