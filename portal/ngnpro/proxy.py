"""The dynamic client: an object with one method for each operation of a port, built from a WSDL; it uses plain data.

>>> from portal.ngnpro import Proxy
>>> sip = Proxy("ngnpro.wsdl", port="Sip", auth=dict(username="admin", password="secret"))
>>> sip.getDomains({"filter": {"domain": "example.%"}})
{'total': 1, 'domains': [{'domain': 'example.com', ...}]}
"""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from ngnpro_wire.schema import Operation

from . import wsdl_files
from .engines import Credentials, Engine
from .gate import Gate, load_document
from .plain import check_plain_data, describe_call, type_hint


class Proxy:
    """One port of an NGNPro server, with a method for each operation of its WSDL.

    ``wsdl``: path of a file, or an http(s) address to fetch it from. ``port``: ``Sip``, ``Customer``,
    ``Enum`` or ``Voicemail``, optionally followed by ``Port``. ``auth``: ``username`` and ``password``, and
    optionally ``impersonate`` (the id of a customer to act for) and ``admin``. ``url``: the address of the
    server, if it differs from the one in the WSDL. ``timeout``: seconds for each answer. ``ca_file``: PEM file
    of the certificate authorities to trust.

    ``dir()`` lists the methods, ``help()`` describes them. They take and return plain strings, numbers, lists
    and dicts, and raise the exceptions of ``portal.ngnpro.errors``.
    """

    def __init__(
        self,
        wsdl: str | Path,
        port: str,
        auth: Mapping[str, Any],
        *,
        url: str = "",
        timeout: float = 30.0,
        ca_file: str | Path | None = None,
        session: requests.Session | None = None,
    ) -> None:
        trust = Path(ca_file) if ca_file else None
        path = _local(str(wsdl), timeout, trust)
        document = load_document(path)
        name = port.removesuffix("Port")
        declared = [o for o in document.schema.operations.values() if o.port == name]
        if not declared:
            raise ValueError(f"The WSDL has no port {port!r}; it has {', '.join(sorted(document.schema.ports))}.")
        address = url or document.addresses.get(name, "")
        engine = Engine(name=name, url=address, wsdl=path, read_timeout=timeout, ca_file=trust)
        gate, credentials = Gate(engine, session), _credentials(auth)
        for operation in declared:
            setattr(self, operation.name, _method(gate, credentials, operation))
        self.__doc__ = _overview(name, address, declared)

    if TYPE_CHECKING:  # the operations come from the WSDL, which a type checker does not read

        def __getattr__(self, name: str) -> Callable[..., Any]: ...


def _local(wsdl: str, timeout: float, ca_file: Path | None) -> Path:
    """Return the path of a WSDL file; fetch it first if ``wsdl`` is a URL."""
    if not wsdl.startswith(("http://", "https://")):
        return Path(wsdl)
    path = Path(tempfile.mkdtemp(prefix="ngnpro-wsdl-")) / "fetched.wsdl"
    wsdl_files.save_wsdl(wsdl, path, Engine(name="wsdl", url=wsdl, read_timeout=timeout, ca_file=ca_file))
    return path


def _credentials(auth: Mapping[str, Any]) -> Credentials:
    unknown = auth.keys() - {"username", "password", "admin", "impersonate"}
    if unknown or not {"username", "password"} <= auth.keys():
        raise ValueError("auth holds username and password, and if wanted impersonate and admin, nothing else.")
    return Credentials(
        auth["username"], auth["password"], admin=auth.get("admin"), impersonate=int(auth.get("impersonate") or 0)
    )


def _method(gate: Gate, credentials: Credentials, operation: Operation) -> Callable[..., Any]:
    signature = inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=type_hint(type_))
            for name, type_ in operation.inputs.items()
        ],
        return_annotation=type_hint(operation.output) if operation.output else None,
    )

    def method(*args: Any, **kwargs: Any) -> Any:
        arguments = signature.bind(*args, **kwargs).arguments
        for name, value in arguments.items():
            check_plain_data(value, operation.inputs[name], name)
        reads = operation.name.startswith("get")
        return gate.call(operation.port, operation.name, arguments, credentials, retry=reads)

    method.__name__ = method.__qualname__ = operation.name
    method.__signature__ = signature  # type: ignore[attr-defined]
    method.__doc__ = describe_call(operation)
    return method


def _overview(port: str, address: str, operations: list[Operation]) -> str:
    lines = [f"The port {port} at {address}. Its methods:", ""]
    for operation in operations:
        parts = ", ".join(f"{name}: {type_hint(type_)}" for name, type_ in operation.inputs.items())
        answer = type_hint(operation.output) if operation.output else "None"
        lines += [f"{operation.name}({parts}) -> {answer}", f"    {operation.documentation}", ""]
    return "\n".join(lines)
