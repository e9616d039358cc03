"""Calls from a shell: takes ``Sip.getDomains filter.domain=ex%``, prints JSON, returns a status per error class."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import IO, Any

from ngnpro_wire.schema import Operation, Schema, Struct

from . import errors, records
from .arguments import arguments_from_json, parse_arguments
from .client import Ngnpro
from .faults import explain_ngnpro_error
from .plain import check_plain_data, describe_call, type_hint
from .records.base import Record, shape_of

STATUSES: dict[type[Exception], int] = {
    errors.Missing: 3,
    errors.AlreadyExists: 4,
    errors.InvalidValue: 5,
    errors.InUse: 6,
    errors.CreditExhausted: 7,
    errors.NotPermitted: 8,
    errors.BadLogin: 9,
    errors.Locked: 9,
    errors.ServiceLoginRefused: 9,
    errors.NotOffered: 10,
    errors.Uncertain: 21,
    errors.Outage: 20,
    errors.Unusable: 22,
    errors.NgnproError: 1,
    ValueError: 2,
}
"""Exit status for each error: the first class that fits; 0 is success (docs/clients.md)."""

HIDDEN = "(hidden)"


def run_operation(
    ngnpro: Ngnpro,
    name: str,
    words: Sequence[str],
    *,
    stdin: IO[str],
    stdout: IO[str],
    stderr: IO[str],
    show_passwords: bool = False,
) -> int:
    """Make one call and print its answer as JSON; return the exit status.

    ``name``: ``Port.operation``, or the beginning of it if only one operation begins so. ``words``:
    ``key=value``, or a single ``-`` to read JSON from standard input.
    """
    try:
        operation = find_operation(ngnpro.gate.document.schema, name)
        arguments = (
            arguments_from_json(operation, _read_json(stdin))
            if list(words) == ["-"]
            else parse_arguments(operation, words)
        )
        if missing := operation.inputs.keys() - arguments.keys() - _may_be_left_out(operation):
            raise ValueError(f"{operation.name} needs {', '.join(sorted(missing))}.")
        for part, value in arguments.items():
            _check(value, operation, part)
        answer = ngnpro.call(operation.port, operation.name, **arguments)
    except (errors.NgnproError, ValueError) as error:
        stderr.write(_told(error) + "\n")
        return next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    if operation.output is not None:
        shown = answer if show_passwords else without_secrets(answer)
        json.dump(shown, stdout, indent=2, ensure_ascii=False, default=_as_base64)
        stdout.write("\n")
    return 0


def list_operations(schema: Schema, start: str = "") -> list[str]:
    """List the operations whose ``Port.operation`` begins with a text, ignoring case."""
    found = [f"{operation.port}.{operation.name}" for operation in schema.operations.values()]
    return sorted(name for name in found if name.lower().startswith(start.lower()))


def find_operation(schema: Schema, name: str) -> Operation:
    """Return the operation that ``Port.operation``, or its beginning, names; raise ``ValueError`` unless it is one."""
    found = list_operations(schema, name)
    exact = [candidate for candidate in found if candidate.lower() == name.lower()]
    if len(exact or found) != 1:
        ports = ", ".join(sorted(schema.ports))
        listed = f"It may be {', '.join(found)}." if found else f"Names are Port.operation, for the ports {ports}."
        raise ValueError(f"There is no one operation {name!r}. {listed}")
    port, _, operation = (exact or found)[0].partition(".")
    return schema.operation(port, operation)


def describe_operation(schema: Schema, name: str) -> str:
    """Return a help text with the arguments and the result of an operation."""
    operation = find_operation(schema, name)
    parts = ", ".join(f"{part}: {type_hint(type_)}" for part, type_ in operation.inputs.items())
    answer = type_hint(operation.output) if operation.output else "nothing"
    return f"{operation.port}.{operation.name}({parts}) answers {answer}\n\n{describe_call(operation)}\n"


def without_secrets(answer: Any) -> Any:
    """Return plain data with passwords, hashes and keys hidden; empty values stay empty."""
    if isinstance(answer, list):
        return [without_secrets(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    secret = _SECRETS | ({"value"} if "password" in str(answer.get("name", "")).lower() else frozenset())
    return {
        name: HIDDEN if name in secret and isinstance(value, str) and value else without_secrets(value)
        for name, value in answer.items()
    }


def _secret_members() -> frozenset[str]:
    kinds = (kind for kind in vars(records).values() if isinstance(kind, type) and issubclass(kind, Record))
    return frozenset(shape_of(kind).wire_names[field] for kind in kinds for field in shape_of(kind).secrets)


_SECRETS = _secret_members() - {"number"}  # NGNPro never returns a voucher's number, but telephone numbers


def _may_be_left_out(operation: Operation) -> set[str]:
    """Return the arguments that may be left out: structs, which are then sent without members."""
    return {part for part, type_ in operation.inputs.items() if isinstance(type_, Struct)}


def _check(value: Any, operation: Operation, part: str) -> None:
    if part not in operation.inputs:
        raise ValueError(f"{operation.name} takes no {part!r}, but {', '.join(operation.inputs) or 'nothing'}.")
    try:
        check_plain_data(value, operation.inputs[part], part)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _read_json(stdin: IO[str]) -> dict[str, Any]:
    try:
        members = json.load(stdin)
    except json.JSONDecodeError as error:
        raise ValueError(f"Standard input is not JSON: {error}") from error
    if not isinstance(members, dict):
        raise ValueError("Standard input must hold a JSON object.")
    return members


def _told(error: Exception) -> str:
    if not isinstance(error, errors.Refusal):
        return str(error)
    what, next_step = explain_ngnpro_error(error)
    said = f" NGNPro said {error.code}: {error.text}" if error.text != what else ""
    return f"{f'{error.field}: ' if error.field else ''}{what} {next_step}{said}".strip()


def _as_base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
