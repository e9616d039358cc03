"""A client of NGNPro other than the portal: plain zeep with the WSDL file, without any code of the portal."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Any

import zeep

from ngnpro_wire.schema import ENCODING_XSD_PATH, NAMESPACE, WSDL_PATH


class AnotherClient:
    """Calls one port of the server at ``url`` as the SOAP administrator of its configuration file."""

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
        """Call an operation and return zeep's reading of the answer."""
        return getattr(self._service, operation)(**parts, _soapheaders={"auth": self._auth})


class _FilesOnly(zeep.Transport):
    """Loads the SOAP-encoding schema from the file beside the WSDL; zeep would fetch it from the internet."""

    def load(self, url: str) -> bytes:
        return ENCODING_XSD_PATH.read_bytes() if url.startswith("http") else Path(url).read_bytes()
