"""An SMTP server on loopback that keeps what it is given, and can refuse, hang up, demand TLS and a password, and be
away for a while."""

from __future__ import annotations

import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificates import Certificates
from tests.servers.places import free_port

USER, PASSWORD = "portal", "p@ss/word"


@dataclass
class Mailbox:
    """What the server was given, and how it is to behave."""

    letters: list[Envelope] = field(default_factory=list)
    senders: str = "250 OK"  # the answer to MAIL FROM
    recipients: dict[str, str] = field(default_factory=dict)  # answers to RCPT TO by address; others are welcome
    content: str = "250 OK"  # the answer to DATA
    hangs_up: bool = False  # in the middle of a letter, which it keeps
    were_safe: list[bool] = field(default_factory=list)  # whether each letter came over TLS

    async def handle_MAIL(  # noqa: N802 - named by the protocol
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.senders

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.content.startswith("250"):
            self.letters.append(envelope)
            self.were_safe.append(session.ssl is not None)
        if self.hangs_up:
            cast("Any", server.transport).abort()
        return self.content

    def messages(self) -> list[EmailMessage]:
        """The letters as a mail program reads them."""
        found = [email.message_from_bytes(cast("bytes", letter.content), policy=default) for letter in self.letters]
        return cast("list[EmailMessage]", found)

    def addresses(self) -> list[str]:
        """Whom letters came for, sorted, each as often as they came."""
        return sorted(address for letter in self.letters for address in letter.rcpt_tos)


@dataclass
class SmtpServer:
    """A server that may be stopped and started again at the same port."""

    mailbox: Mailbox
    port: int
    certificates: Certificates | None = None
    is_tls: bool = False  # from the first byte, where there is a certificate; else by STARTTLS

    @property
    def url(self) -> str:
        """How the portal's settings name it."""
        if self.certificates is None:
            return f"smtp://127.0.0.1:{self.port}?starttls=no"
        return f"smtp{'s' if self.is_tls else ''}://{USER}:p%40ss%2Fword@127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[Mailbox]:
        """The server while it can be reached."""
        controller = Controller(self.mailbox, hostname="127.0.0.1", port=self.port, **self._options())
        controller.start()
        try:
            yield self.mailbox
        finally:
            controller.stop()

    def _options(self) -> dict[str, Any]:
        if self.certificates is None:
            return {}
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificates.certificate, self.certificates.key)
        if self.is_tls:  # which aiosmtpd does not know when it asks for a password
            return {"ssl_context": context, "auth_require_tls": False, "authenticator": _authenticate}
        return {
            "tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": _authenticate,
        }  # fmt: skip


def new_server(certificates: Certificates | None = None, is_tls: bool = False) -> SmtpServer:
    """A server of one's own, which does not run yet."""
    return SmtpServer(Mailbox(), free_port(), certificates, is_tls)


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)
