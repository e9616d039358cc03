"""A real mail server for tests (aiosmtpd), in a thread: it stores the mails it accepts, and refuses as tests say."""

from __future__ import annotations

import email
import email.policy
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.running.commands import HOST

from .processes import free_port

TAKEN = "250 OK"
BREAK_OFF = "break off"  # it stores the mail, and closes the connection before it answers


class MailServer:
    """A mail server: the mails that it accepted, in order, and the answers that it gives.

    ``on_mail`` is called with a mail's number, from 1, after the mail was stored and before the sender gets the answer.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.secured: list[bool] = []
        self.refusals: dict[str, str] = {}  # recipient → answer to RCPT
        self.answers: list[str] = []  # to the next mails; those after them are accepted
        self.on_mail: Callable[[int], object] = lambda number: None
        self._lock = threading.Lock()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self.refusals.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer not in (TAKEN, BREAK_OFF):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        with self._lock:
            mail = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.recipients.extend(envelope.rcpt_tos)
            self.secured.append(session.ssl is not None)
            number = len(self.mails)
        self.on_mail(number)
        if answer == BREAK_OFF:
            assert server.transport
            server.transport.abort()
        return TAKEN


@contextmanager
def mail_server(starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """Run a mail server on a free port of this machine until the block ends.

    With a certificate for ``starttls`` it refuses mails without TLS; with one for ``tls`` it speaks TLS only.
    """
    server = MailServer()
    controller = Controller(
        server,
        hostname=HOST,
        port=server.port,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
