"""Adds a domain with an account and deletes it again, with zeep alone: zeep_client.py URL USERNAME PASSWORD.

zeep would fetch the schema of SOAP encoding from the internet; the transport below reads the copy beside our WSDL.
"""

from __future__ import annotations

import sys
from pathlib import Path

import zeep

ENCODING = "http://schemas.xmlsoap.org/soap/encoding"
COPY = Path(__file__).parents[1] / "ngnpro_wire" / "soap-encoding.xsd"


class LocalEncoding(zeep.Transport):
    """Reads the schema of SOAP encoding from a file."""

    def load(self, url: str) -> bytes:
        return COPY.read_bytes() if url.rstrip("/") == ENCODING else super().load(url)


url, username, password = sys.argv[1:]
client = zeep.Client(f"{url}wsdl", transport=LocalEncoding())
sip = client.create_service("{urn:AGProjects:NGNPro}SipBinding", url)
types = client.type_factory("urn:AGProjects:NGNPro")
login = {"auth": {"username": username, "password": password}}
alice = {"username": "alice", "domain": "zeep-example.com"}

sip.addDomain(domain={"domain": "zeep-example.com"}, _soapheaders=login)
account = {"id": alice, "password": "a-long-secret", "firstName": "Jürgen"}
# a list needs the type of its array
added = sip.addAccount(account=account | {"groups": types.StringArray(["free-pstn"])}, _soapheaders=login)
print(f"{added.id.username}@{added.id.domain} is {added.firstName}, in {', '.join(added.groups)}")
try:
    sip.addDomain(domain={"domain": "zeep-example.com"}, _soapheaders=login)
except zeep.exceptions.Fault as fault:
    exception = fault.detail.find("exception")
    print(f"Refused with code {exception.findtext('errorcode')}: {exception.findtext('errorstring')}")
sip.deleteDomain(domain="zeep-example.com", _soapheaders=login)
