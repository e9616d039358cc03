#!/usr/bin/env python3
"""Add a SIP domain and an account to an NGNPro server, list them, and delete them again.

    .venv/bin/python examples/python_client.py http://127.0.0.1:9200/ USERNAME PASSWORD

USERNAME and PASSWORD are those of [administrator] in the server's configuration (var/ngnpro.ini after make run), or
those of a customer. Run it from the folder of the project, or with that folder in PYTHONPATH.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal.ngnpro import Proxy, errors

DOMAIN = "python-example.com"
ALICE = {"username": "alice", "domain": DOMAIN}


def main(url: str, username: str, password: str) -> None:
    sip = Proxy(url + "wsdl", port="Sip", auth={"username": username, "password": password})
    print("Methods:", ", ".join(name for name in dir(sip) if name.startswith("get")))

    sip.addDomain({"domain": DOMAIN})
    sip.addAccount({"id": ALICE, "firstName": "Alice", "password": "a-long-secret", "groups": ["free-pstn"]})
    try:
        account = sip.getAccount(ALICE)
        sip.updateAccount(account | {"lastName": "Liddell", "quota": 50})

        found = sip.getAccounts(
            {"filter": {"domain": DOMAIN}, "orderBy": {"attribute": "username", "direction": "ASC"}}
        )
        for account in found["accounts"]:
            name = f"{account['firstName']} {account['lastName']}"
            print(f"{account['id']['username']}@{account['id']['domain']} is {name}, in {account['groups']}")

        try:
            sip.addDomain({"domain": DOMAIN})
        except errors.AlreadyExists as refusal:
            print(f"Refused with code {refusal.code}: {refusal.text}")
    finally:
        sip.deleteDomain(DOMAIN)
    print("Left:", sip.getDomains({"filter": {"domain": DOMAIN}})["total"])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
