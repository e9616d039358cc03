"""A phone that registers by SIP over TLS, which Debian's sipp does not speak."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import ssl

HOST = "127.0.0.1"
_CHALLENGE = re.compile(r'realm="(?P<realm>[^"]+)", nonce="(?P<nonce>[^"]+)"')


class EncryptedPhone:
    """A phone of an account of example.com; ``port`` is the proxy's for TLS."""

    def __init__(self, port: int, username: str) -> None:
        self.port = port
        self.username = username

    def register(self, password: str) -> list[int]:
        """Register, and return the statuses of the answers: to the first request, and to the one with the digest."""
        context = ssl.create_default_context()
        # the certificate is the test's own
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        call_id = secrets.token_hex(8)
        with socket.create_connection((HOST, self.port), timeout=180) as plain, context.wrap_socket(plain) as stream:
            first, answer = self._send(stream, call_id, 1, "")
            second, _ = self._send(stream, call_id, 2, self._authorization(answer, password))
        return [first, second]

    def _send(self, stream: ssl.SSLSocket, call_id: str, number: int, header: str) -> tuple[int, str]:
        address = f"{self.username}@example.com"
        lines = [
            "REGISTER sip:example.com SIP/2.0",
            f"Via: SIP/2.0/TLS {HOST}:9;branch=z9hG4bK{call_id}{number}",
            "Max-Forwards: 70",
            f"From: <sip:{address}>;tag={call_id}",
            f"To: <sip:{address}>",
            f"Call-ID: {call_id}",
            f"CSeq: {number} REGISTER",
            f"Contact: <sip:{self.username}@{HOST}:9;transport=tls>",
            "Expires: 300",
            *([header] if header else []),
            "Content-Length: 0",
        ]
        stream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = ""
        while "\r\n\r\n" not in answer:
            answer += stream.recv(65536).decode()
        return int(answer.split()[1]), answer

    def _authorization(self, answer: str, password: str) -> str:
        challenge = _CHALLENGE.search(answer)
        assert challenge, answer
        realm, nonce, uri = challenge["realm"], challenge["nonce"], "sip:example.com"
        who, what = _md5(f"{self.username}:{realm}:{password}"), _md5(f"REGISTER:{uri}")
        fields = {"username": self.username, "realm": realm, "nonce": nonce, "uri": uri}
        fields["response"] = _md5(f"{who}:{nonce}:{what}")
        return "Authorization: Digest " + ", ".join(f'{name}="{value}"' for name, value in fields.items())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
