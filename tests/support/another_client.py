"""Another client of NGNPro than the portal: plain zeep with the WSDL file, sharing no code with the portal."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Any

import zeep

from ngnpro_wire.schema import ENCODING_XSD_PATH, NAMESPACE, WSDL_PATH


class AnotherClient:
    """Speaks to one port of the server at ``url`` as the SOAP administrator of its configuration file."""

    def __init__(self, url: str, config: Path, port: str = "Sip") -> None:
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(config)
        login = parser["administrator"]
        self._auth = {"username": login["username"], "password": login["password"], "admin": True, "impersonate": 0}
        self._transport = _FilesOnly()
        self._service = zeep.Client(str(WSDL_PATH), transport=self._transport).create_service(
            f"{{{NAMESPACE}}}{port}Binding", url
        )

    def __enter__(self) -> AnotherClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.session.close()

    def call(self, operation: str, **parts: Any) -> Any:
        """Call an operation and return what zeep makes of the answer."""
        return getattr(self._service, operation)(**parts, _soapheaders={"auth": self._auth})


class _FilesOnly(zeep.Transport):
    """Reads the SOAP-encoding schema, which zeep would fetch from the internet, from the file beside the WSDL."""

    def load(self, url: str) -> bytes:
        return ENCODING_XSD_PATH.read_bytes() if url.startswith("http") else Path(url).read_bytes()
