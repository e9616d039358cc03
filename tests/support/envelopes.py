"""SOAP messages written by hand as clients send them, for tests that must not rely on our own codec."""

from __future__ import annotations

SIP = "urn:AGProjects:NGNPro:Sip"
CUSTOMER = "urn:AGProjects:NGNPro:Customer"
ENUM = "urn:AGProjects:NGNPro:Enum"
VOICEMAIL = "urn:AGProjects:NGNPro:Voicemail"

PEAR_AUTH = """<auth>
<username xsi:type="xsd:string">portal</username>
<password xsi:type="xsd:string">s3cret</password>
<admin xsi:type="xsd:boolean">true</admin>
<impersonate xsi:type="xsd:int">0</impersonate></auth>"""


def envelope(
    body: str, header: str = "", types_prefix: str = "ns4", port_prefix: str = "ns5", port: str = SIP
) -> bytes:
    """Wrap a body, and a header if there is one, in an envelope as PEAR SOAP writes it; its prefixes vary."""
    if header:
        header = f"<SOAP-ENV:Header>\n{header}\n</SOAP-ENV:Header>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>

<SOAP-ENV:Envelope  xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"
 xmlns:{types_prefix}="urn:AGProjects:NGNPro"
 xmlns:{port_prefix}="{port}"
 SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">
{header}<SOAP-ENV:Body>
{body}
</SOAP-ENV:Body>
</SOAP-ENV:Envelope>
""".encode()


def call(operation: str, parts: str, header: str = PEAR_AUTH, port: str = SIP) -> bytes:
    """Build a call of one operation, whose parts are XML."""
    return envelope(f"<ns5:{operation}>{parts}</ns5:{operation}>", header, port=port)


def answer(operation: str, result: str, port: str = SIP) -> bytes:
    """Build the answer to a call, whose only part is XML."""
    return envelope(f"<ns5:{operation}Response>{result}</ns5:{operation}Response>", port=port)
