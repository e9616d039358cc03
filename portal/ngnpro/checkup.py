"""Checks of an engine: whether each port answers, the login is accepted, and its WSDL matches ours."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import requests

from ngnpro_wire.schema import load_schema

from . import abilities, errors, wsdl_files
from .client import Ngnpro
from .compare import list_differences
from .engines import Credentials, Engine
from .faults import HTTP_REFUSALS
from .query import Query, Range
from .records.accounts import SipId
from .reports import CallReport

NOBODY = SipId(username="check", domain="ngnpro.invalid")
_FEW: Query[Any] = Query(range=Range(0, 1))
_CALLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Sip", "getDomains", {"query": _FEW}),
    ("Customer", "getCustomers", {"query": _FEW}),
    ("Enum", "getRanges", {"query": _FEW}),
    ("Voicemail", "getAccount", {"sipId": NOBODY}),
)


class Grade(Enum):
    """The grade of a finding; only ``BAD`` requires action."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "problem"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    grade: Grade
    text: str


def check_engine(
    engine: Engine, impersonate: int = 0, session: requests.Session | None = None
) -> Iterator[CheckResult]:
    """Check everything that must work before people can use an engine; yield the findings one by one.

    ``impersonate``: the customer to act for in the check of impersonation; 0 takes the first one found.
    """
    try:
        ngnpro = Ngnpro(engine, session=session)
    except errors.Unusable as error:
        yield CheckResult(Grade.BAD, str(error))
        return
    yield CheckResult(Grade.GOOD, f"The WSDL file {engine.wsdl} can be used.")
    answering = True
    for port, operation, arguments in _CALLS:
        finding = _port(engine, session, port, operation, arguments)
        answering = answering and finding.grade is not Grade.BAD
        yield finding
    if answering:
        yield _wrong_login(engine, session)
        yield _rights(ngnpro)
        yield _impersonation(ngnpro, session, impersonate)


def check_wsdl(engine: Engine) -> Iterator[CheckResult]:
    """Fetch the server's own WSDL, and yield its differences from the file that the engine uses."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "theirs.wsdl"
        try:
            url = wsdl_files.save_wsdl_of(engine, path)
        except errors.NgnproError as error:
            yield CheckResult(Grade.NOTE, f"The server's own WSDL could not be looked at: {error}")
            return
        found = list_differences(load_schema(engine.wsdl), load_schema(path))
    if not found:
        yield CheckResult(Grade.GOOD, f"{url} offers what {engine.wsdl} says.")
    for difference in found:
        yield CheckResult(Grade.NOTE, f"{url} differs: {difference}.")
    if any(difference.kind == "different" for difference in found):
        yield CheckResult(
            Grade.BAD, "Types differ: save the server's WSDL (--save-wsdl) and set it as the engine's wsdl."
        )


def _port(
    engine: Engine, session: requests.Session | None, port: str, operation: str, arguments: dict[str, Any]
) -> CheckResult:
    reports: list[CallReport] = []
    at = f"{port} at {engine.endpoint(port)}"
    try:
        Ngnpro(engine, session=session, on_call=reports.append).call(port, operation, **arguments)
    except errors.ServiceLoginRefused as outage:
        return CheckResult(Grade.BAD, f"{at} answers, but not to this login: {outage.__cause__}")
    except errors.NotOffered:
        return CheckResult(Grade.NOTE, f"{at} is not offered.")
    except errors.Missing:
        return CheckResult(Grade.GOOD, f"{at} answers.")
    except errors.Refusal as refusal:
        return CheckResult(Grade.NOTE, f"{at} answers, but refuses {operation}: {refusal}")
    except errors.Outage as outage:
        return CheckResult(Grade.BAD, f"{at}: {outage}")
    return CheckResult(Grade.GOOD, f"{at} answers in {reports[-1].seconds * 1000:.0f} ms.")


def _wrong_login(engine: Engine, session: requests.Session | None) -> CheckResult:
    """Make the first call of a sign-in with a login that nobody has, and say how the server refuses it."""
    nobody = Credentials(f"check-{secrets.token_hex(8)}", secrets.token_urlsafe(16), admin=False)
    try:
        Ngnpro(engine, nobody, session=session).customers.get_customers(_FEW)
    except errors.Refusal as refusal:
        how = f"HTTP status {refusal.code}" if refusal.code in HTTP_REFUSALS else f"code {refusal.code}"
        text = f"A wrong login is refused with {how} ({refusal.text})."
        if refusal.code not in abilities.NOT_ABOUT_RIGHTS:
            return CheckResult(Grade.GOOD, text)
        return CheckResult(Grade.NOTE, f"{text} Such a sign-in counts, but its page says that NGNPro has a problem.")
    except errors.Outage as outage:
        return CheckResult(Grade.BAD, f"It is unknown how a wrong login is refused: {outage}")
    return CheckResult(Grade.BAD, "A wrong login is not refused: whoever can reach NGNPro may use it.")


def _rights(ngnpro: Ngnpro) -> CheckResult:
    try:
        refused = sorted(abilities.learn_abilities(ngnpro).refused)
    except errors.NgnproError as error:
        return CheckResult(Grade.BAD, f"The login's rights could not be learnt: {error}")
    level = "an administrator" if ngnpro.credentials.admin else "a customer"
    if not refused:
        return CheckResult(Grade.GOOD, f"The login is {level}'s and may list everything.")
    return CheckResult(
        Grade.NOTE,
        f"The login is {level}'s and may not use {', '.join(refused)}: pages that need one of them are hidden.",
    )


def _impersonation(ngnpro: Ngnpro, session: requests.Session | None, customer: int) -> CheckResult:
    if not ngnpro.credentials.admin:
        return CheckResult(Grade.NOTE, "Only an administrator's login can act for customers.")
    try:
        if not customer:
            first = ngnpro.customers.get_customers(_FEW)
            if not first.items:
                return CheckResult(Grade.NOTE, "There is no customer yet for which the login could act.")
            customer = first.items[0].id
        acting = Ngnpro(ngnpro.engine, ngnpro.engine.credentials(impersonate=customer), session=session)
        total = acting.sip.get_domains(_FEW).total
    except errors.NgnproError as error:
        return CheckResult(Grade.BAD, f"The login cannot act for customer {customer}: {error}")
    return CheckResult(Grade.GOOD, f"The login can act for customer {customer}, who sees {total} SIP domains.")
