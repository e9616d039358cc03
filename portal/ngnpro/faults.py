"""The meaning of each fault code of NGNPro for a user, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from ngnpro_wire.facts.fault_codes import FaultCode

from . import errors
from .missing import says_unknown


def _(text: str) -> str:
    """Mark a text for translation; the portal translates it when it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Fault:
    """The meaning of one fault code: the error class, a plain sentence, and what the user can do next."""

    error: type[errors.Refusal]
    sentence: str
    next_step: str


_CHOOSE_ANOTHER = _("Choose another name, or edit the record that exists.")
_LOOK_AGAIN = _("It may have been deleted in the meantime: refresh the list.")
_FREE_IT_FIRST = _("Delete or move what depends on it first.")
_ASK_ADMIN = _("Ask your administrator.")
_TRY_LATER = _("Wait a moment and try again.")

_MISSING, _EXISTS, _IN_USE = errors.Missing, errors.AlreadyExists, errors.InUse

_NOT_OFFERED = Fault(errors.NotOffered, _("This platform does not offer it."), _ASK_ADMIN)

FAULTS: dict[int, Fault] = {
    FaultCode.DOMAIN_MISSING: Fault(_MISSING, _("This SIP domain does not exist."), _LOOK_AGAIN),
    FaultCode.DOMAIN_EXISTS: Fault(_EXISTS, _("This SIP domain exists already."), _CHOOSE_ANOTHER),
    FaultCode.ACCOUNT_MISSING: Fault(_MISSING, _("This SIP account does not exist."), _LOOK_AGAIN),
    FaultCode.ACCOUNT_EXISTS: Fault(_EXISTS, _("This SIP account exists already."), _CHOOSE_ANOTHER),
    FaultCode.ALIAS_MISSING: Fault(_MISSING, _("This alias does not exist."), _LOOK_AGAIN),
    FaultCode.ALIAS_EXISTS: Fault(_EXISTS, _("This alias exists already."), _CHOOSE_ANOTHER),
    FaultCode.GROUP_HELD: Fault(
        _EXISTS, _("The account is in this group already."), _("Nothing more needs to be done.")
    ),
    FaultCode.GROUP_NOT_HELD: Fault(
        _MISSING, _("The account is not in this group."), _("Nothing more needs to be done.")
    ),
    FaultCode.PHONEBOOK_ENTRY_MISSING: Fault(_MISSING, _("This phonebook entry does not exist."), _LOOK_AGAIN),
    FaultCode.PHONEBOOK_ENTRY_EXISTS: Fault(
        _EXISTS, _("The phonebook contains this address already."), _("Edit the entry that exists.")
    ),
    FaultCode.PEER_MISSING: Fault(_MISSING, _("This trusted peer does not exist."), _LOOK_AGAIN),
    FaultCode.PEER_EXISTS: Fault(
        _EXISTS, _("A trusted peer with this address exists already."), _("Edit the peer that exists.")
    ),
    FaultCode.MEDIA_MISSING: Fault(
        _MISSING,
        _("There is no media information for this call."),
        _("Only calls that used a media relay leave such information, and only for a while."),
    ),
    FaultCode.CARRIER_MISSING: Fault(_MISSING, _("This carrier does not exist."), _LOOK_AGAIN),
    FaultCode.CARRIER_EXISTS: Fault(_EXISTS, _("A carrier of this name exists already."), _CHOOSE_ANOTHER),
    FaultCode.CARRIER_IN_USE: Fault(_IN_USE, _("This carrier still has gateways or routes."), _FREE_IT_FIRST),
    FaultCode.GATEWAY_MISSING: Fault(_MISSING, _("This gateway does not exist."), _LOOK_AGAIN),
    FaultCode.GATEWAY_EXISTS: Fault(_EXISTS, _("A gateway of this name exists already."), _CHOOSE_ANOTHER),
    FaultCode.GATEWAY_IN_USE: Fault(_IN_USE, _("This gateway still has rules."), _FREE_IT_FIRST),
    FaultCode.RULE_MISSING: Fault(_MISSING, _("This gateway rule does not exist."), _LOOK_AGAIN),
    FaultCode.ROUTE_MISSING: Fault(_MISSING, _("This route does not exist."), _LOOK_AGAIN),
    FaultCode.VOUCHER_UNKNOWN: Fault(
        _MISSING, _("This voucher is unknown or was used already."), _("Check its number and try again.")
    ),
    FaultCode.VOUCHER_BATCH_MISSING: Fault(_MISSING, _("This batch of vouchers does not exist."), _LOOK_AGAIN),
    FaultCode.VOUCHER_BATCH_EXISTS: Fault(_EXISTS, _("A batch of this name exists already."), _CHOOSE_ANOTHER),
    FaultCode.VOUCHERS_EXPORTED: Fault(
        _IN_USE,
        _("The numbers of these vouchers were exported already."),
        _("If they are lost, block the batch and make another."),
    ),
    FaultCode.MAILBOX_MISSING: Fault(_MISSING, _("This account has no mailbox."), _("Add a mailbox first.")),
    FaultCode.MAILBOX_EXISTS: Fault(
        _EXISTS, _("This account has a mailbox already."), _("Edit the mailbox that exists.")
    ),
    FaultCode.RANGE_MISSING: Fault(_MISSING, _("This number range does not exist."), _LOOK_AGAIN),
    FaultCode.RANGE_EXISTS: Fault(_EXISTS, _("This number range exists already."), _("Edit the range that exists.")),
    FaultCode.NUMBER_MISSING: Fault(_MISSING, _("This number does not exist."), _LOOK_AGAIN),
    FaultCode.NUMBER_EXISTS: Fault(_EXISTS, _("This number exists already."), _("Edit the number that exists.")),
    FaultCode.RANGE_IN_USE: Fault(_IN_USE, _("This number range still contains numbers."), _FREE_IT_FIRST),
    FaultCode.RANGE_FULL: Fault(
        errors.CreditExhausted,
        _("This number range is full."),
        _("Enlarge the range, or delete numbers that are no longer used."),
    ),
    FaultCode.NUMBER_OUTSIDE: Fault(
        errors.InvalidValue,
        _("None of your ranges contains this number."),
        _("Check its digits, or add a range that contains it."),
    ),
    FaultCode.RATING_MISSING: Fault(
        _MISSING, _("There are no rating profiles of this record."), _("The ones of its domain or customer apply.")
    ),
    FaultCode.CUSTOMER_MISSING: Fault(_MISSING, _("This customer does not exist."), _LOOK_AGAIN),
    FaultCode.CUSTOMER_EXISTS: Fault(
        _EXISTS, _("A customer with this username exists already."), _("Choose another username.")
    ),
    FaultCode.CUSTOMER_IN_USE: Fault(_IN_USE, _("This customer still owns records."), _FREE_IT_FIRST),
    FaultCode.ZONE_MISSING: Fault(_MISSING, _("This DNS zone does not exist."), _LOOK_AGAIN),
    FaultCode.ZONE_EXISTS: Fault(
        _EXISTS,
        _("This DNS zone exists already, or is within or around a zone of someone else."),
        _("Edit the zone that exists, or ask your administrator."),
    ),
    FaultCode.ZONE_RECORD_MISSING: Fault(_MISSING, _("This DNS record does not exist."), _LOOK_AGAIN),
    FaultCode.ZONE_RECORD_EXISTS: Fault(
        _EXISTS, _("The zone has this record already."), _("Edit the record that exists.")
    ),
    FaultCode.REQUEST_MALFORMED: Fault(
        errors.OtherRefusal,
        _("NGNPro could not read the request."),
        _("The portal and NGNPro may be of different versions: ask your administrator."),
    ),
    FaultCode.LOGIN_WRONG: Fault(
        errors.BadLogin,
        _("NGNPro does not accept this username and password."),
        _("Check both; they may have been changed."),
    ),
    FaultCode.NOT_PERMITTED: Fault(errors.NotPermitted, _("Your rights do not allow this."), _ASK_ADMIN),
    FaultCode.CREDIT_EXHAUSTED: Fault(
        errors.CreditExhausted,
        _("The limit of records for this customer is reached."),
        _("Delete records that are no longer used, or ask your provider for a higher limit."),
    ),
    FaultCode.VALUE_INVALID: Fault(errors.InvalidValue, _("A value was not accepted."), _("Correct it and try again.")),
    FaultCode.LOGIN_LOCKED: Fault(
        errors.Locked,
        _("NGNPro has locked this login for a while, because of wrong passwords."),
        _("Your password was not changed. Wait some minutes and try again."),
    ),
    FaultCode.OPERATION_UNKNOWN: _NOT_OFFERED,
    FaultCode.OPERATION_UNAVAILABLE: _NOT_OFFERED,
    FaultCode.REQUEST_TOO_LARGE: Fault(errors.OtherRefusal, _("The request is too large."), _("Send less at a time.")),
    FaultCode.DATABASE_BUSY: Fault(errors.OtherRefusal, _("NGNPro's database is busy."), _TRY_LATER),
    FaultCode.INTERNAL_ERROR: Fault(
        errors.OtherRefusal,
        _("NGNPro had an internal error."),
        _("Tell your administrator the number in its message."),
    ),
    FaultCode.RECORD_CHANGED: Fault(
        errors.ChangedMeanwhile,
        _("Someone else has changed this record in the meantime. None of your changes were saved."),
        _("Open the record again, check what was changed, and repeat your change."),
    ),
}


def refusal_from(code: int | None, text: str) -> errors.Refusal:
    """Return the exception for a fault; a code that this portal does not know is an ``OtherRefusal``.

    A fault without a code whose text says that there is no such operation is ``NotOffered``.
    ``text`` stays as NGNPro sent it, except for code 9004: its text is ``<member>: sentence``, and the member's
    name becomes ``field`` (docs/faults.md).
    """
    fault = FAULTS.get(code or 0)
    error = errors.OtherRefusal if fault is None else fault.error
    if not code and says_unknown(text):
        error = errors.NotOffered
    field = None
    if code == FaultCode.VALUE_INVALID:
        field, text = _split_field(text)
    return error(code or 0, text, field)


OUTAGES: dict[type[errors.NgnproError], tuple[str, str]] = {
    errors.Uncertain: (
        _("Your change was sent, but its answer was lost: it is unknown whether it was made."),
        _("Refresh the record and check it before you send the change again."),
    ),
    errors.TimedOut: (_("NGNPro did not answer in time."), _TRY_LATER),
    errors.TlsFailed: (_("There is no secure connection to NGNPro: its certificate is not trusted."), _ASK_ADMIN),
    errors.ServiceLoginRefused: (
        _("NGNPro does not accept the portal's own login."),
        _("Your password is not the reason. Tell your provider; an operator has to correct the portal's settings."),
    ),
    errors.NotSoap: (_("What answers at NGNPro's address is not an NGNPro server."), _ASK_ADMIN),
    errors.Outage: (_("NGNPro does not answer."), _TRY_LATER),
    errors.Unusable: (_("The settings of this NGNPro server cannot be used."), _ASK_ADMIN),
}


def explain_ngnpro_error(error: errors.NgnproError) -> tuple[str, str]:
    """Return what an error means, and what to do next (both translatable; the second may be empty).

    For an unknown code, and for an invalid value that NGNPro explains, the meaning is NGNPro's own text.
    """
    if isinstance(error, errors.Refusal):
        return _explain_refusal(error)
    return next((words for kind, words in OUTAGES.items() if isinstance(error, kind)), (str(error), ""))


# HTTP statuses by which a server, or a proxy in front of it, refuses a call without a SOAP fault.
HTTP_REFUSALS: dict[int, FaultCode] = {401: FaultCode.LOGIN_WRONG, 403: FaultCode.NOT_PERMITTED}


def _explain_refusal(refusal: errors.Refusal) -> tuple[str, str]:
    fault = FAULTS.get(HTTP_REFUSALS.get(refusal.code, refusal.code))
    if isinstance(refusal, errors.NotOffered) and says_unknown(refusal.text):
        fault = _NOT_OFFERED
    if fault is None:
        return refusal.text, ""
    if isinstance(refusal, errors.InvalidValue) and refusal.text:
        return refusal.text, fault.next_step
    return fault.sentence, fault.next_step


def _split_field(text: str) -> tuple[str | None, str]:
    name, colon, sentence = text.partition(": ")
    if colon and name.replace(".", "").replace("_", "").isalnum():
        return name, sentence
    return None, text
