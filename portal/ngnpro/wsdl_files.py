"""Download of the WSDL files of other servers: only on request of the operator, never at run time."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from lxml import etree

from ngnpro_wire.schema import ENCODING_NS, WSDL_NS, XSD_NS

from .engines import Engine
from .errors import Outage, Unusable
from .exchange import host_and_port, new_session, outage_from
from .gate import WsdlDocument

_LARGEST = 16 * 1024 * 1024  # bytes
_IMPORTS = {f"{{{WSDL_NS}}}import": "location", f"{{{XSD_NS}}}import": "schemaLocation"}
_IMPORTS[f"{{{XSD_NS}}}include"] = "schemaLocation"


def wsdl_addresses(engine: Engine) -> list[str]:
    """Return the URLs at which an engine's server may publish its WSDL."""
    return [engine.url.rstrip("/") + "/wsdl", engine.url + "?wsdl"]


def fetch_file(url: str, engine: Engine) -> bytes:
    """Fetch a file with the time limits and TLS settings of an engine; raise ``Outage`` if that fails."""
    try:
        with new_session(engine) as session:
            answer = session.get(url, timeout=(engine.connect_timeout, engine.read_timeout))
    except requests.RequestException as error:
        raise outage_from(error, engine, url, engine.read_timeout) from error
    if answer.status_code != 200 or len(answer.content) > _LARGEST:
        raise Outage(f"There is no WSDL at {url} (HTTP {answer.status_code}).", endpoint=host_and_port(url))
    return answer.content


def save_wsdl_of(engine: Engine, path: Path) -> str:
    """Fetch the WSDL of an engine's server, save it with the files that it imports, and return its URL.

    Raises ``Unusable`` if it was found at none of the usual URLs.
    """
    problems = []
    for url in wsdl_addresses(engine):
        try:
            save_wsdl(url, path, engine)
        except (Outage, Unusable) as error:
            problems.append(str(error))
        else:
            return url
    raise Unusable(" ".join(problems))


def save_wsdl(url: str, path: Path, engine: Engine) -> None:
    """Fetch a WSDL and the files that it imports, and save them in one folder.

    A file that exists at ``path`` is replaced only if the new one can be used.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_bytes(_with_imports(url, fetch_file(url, engine), path.parent, engine, {}))
        WsdlDocument(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _with_imports(url: str, content: bytes, folder: Path, engine: Engine, kept: dict[str, str]) -> bytes:
    """Save the files that a WSDL imports, and return its content with the imports changed to the saved copies."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Unusable(f"What was found at {url} is no WSDL: {error}") from error
    for element in root.iter(*_IMPORTS):
        place = element.get(_IMPORTS[str(element.tag)], "")
        wanted = urljoin(url, place)
        if place and wanted.rstrip("/") != ENCODING_NS.rstrip("/"):
            if wanted not in kept:
                kept[wanted] = _file_name(wanted, len(kept))
                imported = _with_imports(wanted, fetch_file(wanted, engine), folder, engine, kept)
                (folder / kept[wanted]).write_bytes(imported)
            element.set(_IMPORTS[str(element.tag)], kept[wanted])
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _file_name(url: str, number: int) -> str:
    name = re.sub(r"[^\w.-]", "_", Path(urlsplit(url).path).name) or "imported"
    return f"{number}-{name}"
