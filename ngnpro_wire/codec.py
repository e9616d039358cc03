"""The rpc/encoded codec: SOAP 1.1 bytes to plain data and back, driven by the schema of the WSDL.

Decoding takes a value's type from the WSDL, never from ``xsi:type`` or ``arrayType`` in the message, and members in any
order. A call is decoded strictly, because a part that is not understood could erase a list or return all records: parts
and members that the WSDL does not have are refused. An answer may have members
that the WSDL does not know. Encoding is strict: every element has the types that PEAR SOAP, ext-soap and zeep need
(contract: Transport and wire format).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .decoding import Decoder, Element, Strictness, local_name, unknown_name
from .encoding import encode_element, escape_xml
from .errors import NotUnderstood, UnknownOperation, VersionMismatch, WireError, WireFault, WireValueError
from .parsing import ENVELOPE_NS, child_of, envelope_of, first_of, header_entries, parse
from .schema import ENCODING_NS, XSD_NS, Operation, Scalar, Schema

__all__ = [
    "NotUnderstood",
    "Request",
    "UnknownOperation",
    "VersionMismatch",
    "WireError",
    "WireFault",
    "WireValueError",
    "declarations",
    "decode_answer",
    "decode_call",
    "decode_reply",
    "decode_request",
    "encode_answer",
    "encode_call",
    "encode_fault",
    "encode_reply",
    "encode_request",
]

XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"

_CODE = re.compile("-?[0-9]{1,9}")
_PLAIN = {strictness: Decoder(strictness) for strictness in Strictness}
_NEEDS_CARE = re.compile(rb"(?:href|nil)\s*=|base64|\0")
# the login header; .NET's generated clients name it after its type
_AUTH = frozenset({"auth", "Auth"})


@dataclass(frozen=True, slots=True)
class Request:
    """A decoded call. Absent members have no key; ``auth`` is ``None`` if the message has no such header."""

    operation: Operation
    auth: dict[str, Any] | None = field(repr=False)
    arguments: dict[str, Any] = field(repr=False)


def decode_request(schema: Schema, body: bytes, charset: str = "", strictness: Strictness = Strictness.FULL) -> Request:
    """Decode a message with a call; ``charset`` is that of the HTTP header.

    Raises ``WireError`` if the message is not a call of an operation in the schema, or has a part or member that the
    schema does not have.
    """
    root = envelope_of(body, charset)
    call = first_of(child_of(root, "Body"))
    decoder = _decoder_for(body, root, strictness)
    auth = _decode_auth(schema, decoder, root)
    operation = _operation(schema, call)
    return Request(operation, auth, _arguments(operation, call, decoder))


def decode_call(
    schema: Schema, text: str, strictness: Strictness = Strictness.FULL
) -> tuple[Operation, dict[str, Any]]:
    """Decode the element of a call alone, as a batch holds it; raise ``WireError`` as ``decode_request`` does."""
    body = text.encode()
    call = parse(body)
    operation = _operation(schema, call)
    return operation, _arguments(operation, call, _decoder_for(body, call, strictness))


def decode_reply(schema: Schema, operation: Operation, body: bytes) -> Any:
    """Decode an answer; return the value of its part, or ``None`` if it is empty.

    Raises ``WireFault`` for a fault and ``WireError`` for bytes that are not a SOAP answer.
    """
    root = envelope_of(body)
    answer = first_of(child_of(root, "Body"))
    if answer.tag == f"{{{ENVELOPE_NS}}}Fault":
        raise _read_fault(answer)
    return _result(operation, answer, _decoder_for(body, root, Strictness.NONE))


def decode_answer(operation: Operation, text: str) -> Any:
    """Decode the element of an answer alone, as the result of a batch holds it; raise ``WireError``."""
    body = text.encode()
    answer = parse(body)
    return _result(operation, answer, _decoder_for(body, answer, Strictness.NONE))


def encode_request(
    schema: Schema, operation: Operation, arguments: dict[str, Any], auth: dict[str, Any] | None = None
) -> bytes:
    """Encode a call, with an ``auth`` header if ``auth`` is not ``None``."""
    header = encode_element("auth", auth, schema.types["Auth"])
    return _envelope(schema, encode_call(operation, arguments), header)


def encode_call(operation: Operation, arguments: dict[str, Any], declarations: str = "") -> str:
    """Return the element of a call."""
    parts = [encode_element(name, arguments.get(name), type_) for name, type_ in operation.inputs.items()]
    return _called(operation, operation.name, "".join(parts), declarations)


def encode_reply(schema: Schema, operation: Operation, result: Any) -> bytes:
    """Encode an answer: one part named ``result``, or an empty response element if the operation has no output."""
    return _envelope(schema, encode_answer(operation, result))


def encode_answer(operation: Operation, result: Any, declarations: str = "") -> str:
    """Return the element of an answer."""
    part = "" if operation.output is None else encode_element("result", result, operation.output)
    return _called(operation, f"{operation.name}Response", part, declarations)


def declarations(schema: Schema) -> str:
    """Return the namespace declarations that the element of a call or an answer needs outside of an envelope."""
    return f' xmlns:xsd="{XSD_NS}" xmlns:xsi="{XSI_NS}" xmlns:SOAP-ENC="{ENCODING_NS}" xmlns:tns="{schema.namespace}"'


def encode_fault(schema: Schema, code: int, text: str, title: str, faultcode: str = "Server") -> bytes:
    """Encode a fault with detail/exception/errorcode and errorstring (contract: Errors).

    ``faultcode`` is ``Client``, ``Server``, ``MustUnderstand`` or ``VersionMismatch`` (SOAP 1.1, section 4.4.1).
    """
    members = encode_element("errorcode", code, Scalar("int")) + encode_element("errorstring", text, Scalar("string"))
    # The exception element has no type: with one, ext-soap wraps it in a SoapVar, which hides the code from clients.
    return _envelope(
        schema,
        f"<SOAP-ENV:Fault><faultcode>SOAP-ENV:{faultcode}</faultcode>"
        f"<faultstring>{escape_xml(title)}</faultstring><detail><exception>{members}</exception></detail>"
        "</SOAP-ENV:Fault>",
    )


def _envelope(schema: Schema, body: str, header: str = "") -> bytes:
    if header:
        header = f"<SOAP-ENV:Header>{header}</SOAP-ENV:Header>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{ENVELOPE_NS}"{declarations(schema)} '
        f'SOAP-ENV:encodingStyle="{ENCODING_NS}">{header}<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>'
    ).encode()


def _called(operation: Operation, tag: str, parts: str, declarations: str) -> str:
    return f'<m:{tag} xmlns:m="{operation.namespace}"{declarations}>{parts}</m:{tag}>'


def _decoder_for(body: bytes, root: Element, strictness: Strictness) -> Decoder:
    # A body with a NUL byte is UTF-16 or UTF-32, in which the names have other bytes.
    may_need_care = any(mark in body for mark in (b"href", b"nil", b"base64", b"\0"))
    return Decoder(strictness, root) if may_need_care and _NEEDS_CARE.search(body) else _PLAIN[strictness]


def _operation(schema: Schema, call: Element) -> Operation:
    name = etree.QName(call)
    operation = schema.operations.get((name.namespace or "", name.localname))
    if operation is None:
        namespace = (name.namespace or "")[:80]
        raise UnknownOperation(f"There is no operation {name.localname[:80]!r} in the namespace {namespace!r}.")
    return operation


def _arguments(operation: Operation, call: Element, decoder: Decoder) -> dict[str, Any]:
    """Decode the parts of a call; absent ones have no key."""
    found: dict[str, Any] = {}
    for part in call:
        name = local_name(part)
        if name not in operation.inputs:
            raise WireError(unknown_name(operation.name, "part", name, operation.inputs))
        if name in found:
            raise WireError(f"{name}: The part occurs twice.")
        found[name] = _decode_part(decoder, part, name, operation.inputs[name])
    return found


def _result(operation: Operation, answer: Element, decoder: Decoder) -> Any:
    if operation.output is None or not len(answer):
        return None
    return _decode_part(decoder, answer[0], local_name(answer[0]), operation.output)


def _decode_part(decoder: Decoder, element: Element, name: str, type_: Any) -> Any:
    try:
        return decoder.decode(element, type_)
    except ValueError as error:
        raise WireValueError(name, str(error)) from None


def _decode_auth(schema: Schema, decoder: Decoder, root: Element) -> dict[str, Any] | None:
    entries = list(header_entries(root, _AUTH))
    if not entries:
        return None
    auth = _decode_part(decoder, entries[0], "auth", schema.types["Auth"])
    return auth if isinstance(auth, dict) else None


def _read_fault(fault: Element) -> WireFault:
    texts = {local_name(element): (element.text or "").strip() for element in fault.iter()}
    code = texts.get("errorcode", "")
    return WireFault(
        code=int(code) if _CODE.fullmatch(code) else None,
        text=texts.get("errorstring", ""),
        title=texts.get("faultstring", ""),
    )
