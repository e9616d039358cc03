"""Adds a domain with an account and deletes it again, with suds-community 1.2: suds_client.py URL USERNAME PASSWORD."""

from __future__ import annotations

import sys

from suds import WebFault
from suds.client import Client

TYPES = "{urn:AGProjects:NGNPro}"

url, username, password = sys.argv[1:]
sip = Client(f"{url}wsdl?port=Sip", location=url)
login = sip.factory.create(f"{TYPES}Auth")
login.username, login.password = username, password
sip.set_options(soapheaders={"auth": login})
alice = {"username": "alice", "domain": "suds-example.com"}

sip.service.addDomain({"domain": "suds-example.com"})
groups = sip.factory.create(f"{TYPES}StringArray")
groups.item = ["free-pstn"]
added = sip.service.addAccount({"id": alice, "password": "a-long-secret", "firstName": "Jürgen", "groups": groups})
print(f"{added.id.username}@{added.id.domain} is {added.firstName}, in {', '.join(added.groups)}")
try:
    sip.service.addDomain({"domain": "suds-example.com"})
except WebFault as fault:
    exception = fault.fault.detail.exception
    print(f"Refused with code {exception.errorcode}: {exception.errorstring}")
sip.service.deleteDomain("suds-example.com")
