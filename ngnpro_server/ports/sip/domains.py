"""SipPort: operations on SIP domains."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, DropRegistrations, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.store import domains
from ngnpro_server.store.schema import sip_domains
from ngnpro_wire.facts.fault_codes import FaultCode

from . import blocks
from .leading import remove_leading_into

_PEM_LENGTH = 60000


def _certificate(value: str) -> str:
    text = values.text(_PEM_LENGTH, lines=True)(value).strip()
    if text:
        try:
            x509.load_pem_x509_certificates(text.encode())
        except ValueError:
            raise ValueError("a PEM text of X.509 certificates is expected") from None
    return text


def _private_key(value: str) -> str:
    text = values.text(_PEM_LENGTH, lines=True)(value).strip()
    if text:
        try:
            load_pem_private_key(text.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("a PEM text of a private key without a password is expected") from None
    return text


def _optional_domain(value: str) -> str:
    return values.domain(value) if value.strip() else ""


_MEMBERS = (
    Member("certificate", "certificate", _certificate),
    Member("private_key", "private_key", _private_key),
    Member("match_ip_address", "match_ip_address", values.listening),
    Member("match_sip_domain", "match_sip_domain", _optional_domain),
    Member("verify_cert", "verify_cert", values.flag, False),
    Member("require_cert", "require_cert", values.flag, False),
)


LISTED = Listed(
    table=sip_domains,
    orders={"changeDate": ("change_date", "domain"), "domain": ("domain",)},
    default="-changeDate",
    numbers={"customer": "customer_id", "reseller": "reseller_id"},
    texts={"domain": sip_domains.c.domain},
    domains={"domain": "domain"},
    tally=domains.TALLY,
)


def add_domain(call: Call, domain: Record | None = None) -> Record:
    """Add a SIP domain. Raises DOMAIN_EXISTS if any customer has a domain of that name."""
    record = domain or {}
    name = checked("domain", values.domain, record.get("domain") or "")
    columns = read_members(_MEMBERS, record, adding=True)
    columns |= access.holder(call, record) | {"domain": name, "change_date": call.now}
    domains.insert_domain(call.connection, columns)
    return _write(find_domain(call, name))


def update_domain(call: Call, domain: Record | None = None) -> Record:
    """Change a SIP domain; absent members are left unchanged."""
    record = domain or {}
    row = find_domain(call, record.get("domain") or "", lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    columns |= access.holder(call, record, row) | {"change_date": call.now}
    domains.change_domain(call.connection, row, columns)
    return _write(find_domain(call, row["domain"]))


def delete_domain(call: Call, domain: str | None = None) -> None:
    """Delete a SIP domain with its accounts and aliases, and the mappings and diversions that lead to them."""
    row = find_domain(call, domain or "", lock=True)
    blocks.check_removal_of_all(call, row["domain"])
    remove_leading_into(call, row)
    domains.remove_domain(call.connection, row)
    call.orders.append(DropRegistrations("", row["domain"]))


def get_domains(call: Call, query: Record | None = None) -> Record:
    """List SIP domains."""
    page = read_page(call, LISTED, query)
    return {"total": page.total, "domains": [_write(row) for row in page.rows]}


def find_domain(call: Call, name: str, *, lock: bool = False, share: bool = False) -> RowMapping:
    """Return a domain that the caller may manage; ``lock`` and ``share`` lock its row. Raises DOMAIN_MISSING."""
    key = values.domain_key(name)
    row = call.domains.get(key) if share else None
    if row is None:
        row = domains.find_domain(call.connection, key, lock=lock, share=share)
        if share and row is not None:
            call.domains[key] = row
    if row is None or not access.holds(call.caller, row):
        raise Fault(FaultCode.DOMAIN_MISSING, f"There is no SIP domain {key[:253]}.")
    return row


def _write(row: RowMapping) -> Record:
    return {
        "domain": row["domain"],
        "customer": row["customer_id"],
        "reseller": row["reseller_id"],
        **write_members(_MEMBERS, row),
        "changeDate": str(row["change_date"]),
    }


OPERATIONS: dict[str, Operation] = {
    "addDomain": add_domain,
    "updateDomain": update_domain,
    "deleteDomain": delete_domain,
    "getDomains": get_domains,
}
