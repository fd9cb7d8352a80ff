"""Handing letters to an SMTP server: where it is, how a letter looks on the way, and what the server's answers mean."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import Policy
from email.utils import format_datetime, formataddr, parseaddr
from types import TracebackType
from urllib.parse import parse_qs, unquote, urlsplit

from portal.core.errors import Invalid, Unavailable
from portal.mail.models import Letter
from portal.mail.rendering import Message
from portal.settings import Settings

_POLICY = SMTP_POLICY.clone(cte_type="7bit")  # no server need know more than that
_SHORT = 200  # letters that stand on one line as they are
_LONGEST_ANSWER = 25
_CLOSING = 421  # the server ends the connection, whatever it was asked


class Folded(str):
    """A header that has been written as it travels, in ASCII and with its lines broken.

    The library's own headers lose spaces between words beyond ASCII where they break a line, and quotes around names.
    """

    name: str

    @classmethod
    def of(cls, name: str, value: str) -> Folded:
        """A header and its value."""
        folded = cls(value)
        folded.name = name
        return folded

    def fold(self, *, policy: Policy) -> str:
        """The lines of the header."""
        return f"{self.name}: {self}{policy.linesep}"


class Refused(Exception):
    """The server does not take a letter: never (`for_good`), or not now."""

    def __init__(self, reason: str, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


@dataclass(frozen=True)
class Server:
    """Where letters are handed over: the parts of `smtp[s]://user:password@host:port?starttls=required|no`."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool
    wants_starttls: bool

    @classmethod
    def of(cls, url: str) -> Server:
        """Read an address; without a word about STARTTLS it is required. Raises `Invalid`."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Invalid("mail.smtp-url") from error
        starttls = parse_qs(parts.query).get("starttls", ["required"])[-1]
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or starttls not in ("required", "no"):
            raise Invalid("mail.smtp-url")
        is_tls = parts.scheme == "smtps"
        return cls(
            parts.hostname, port or (465 if is_tls else 587), unquote(parts.username or ""),
            unquote(parts.password or ""), is_tls, not is_tls and starttls == "required",
        )  # fmt: skip


def sender_of(settings: Settings, site_name: str = "") -> Address:
    """Whom letters are from: MAIL_FROM, with the site's name where it names nobody. Raises `Invalid`."""
    name, address = parseaddr(settings.mail_from)
    user, _at, domain = address.rpartition("@")
    if not (user and domain and address.isascii() and settings.mail_from.isprintable()):
        raise Invalid("mail.from")
    return Address(name or site_name, user, domain)


def compose(letter: Letter, message: Message, sender: Address, now: datetime) -> EmailMessage:
    """A letter as it travels. Its id names it, so that the rare one that is sent twice can be told for one."""
    mail = EmailMessage(_POLICY)
    mail["Subject"] = _subject(message.subject)
    mail["From"] = _from(sender)
    mail["To"] = Address(addr_spec=letter.address)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if address := letter.parameters.get("unsubscribe"):
        mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"] = f"<{address}>", "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    mail["Content-Language"] = letter.language
    return mail


def _subject(text: str) -> Folded:
    return Folded.of("Subject", text if _is_short_ascii(text) else _in_words("Subject", text))


def _from(sender: Address) -> Folded:
    if _is_short_ascii(sender.display_name):
        return Folded.of("From", formataddr((sender.display_name, sender.addr_spec)))
    return Folded.of("From", f"{_in_words('From', sender.display_name)}\r\n <{sender.addr_spec}>")


def _is_short_ascii(text: str) -> bool:
    return text.isascii() and len(text) <= _SHORT and "=?" not in text


def _in_words(name: str, text: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


class Connection:
    """A connection to the server, made when the first letter goes and made anew after trouble.

    What is set for it is looked at before. Raises `Invalid`.
    """

    def __init__(self, settings: Settings) -> None:
        self._server = Server.of(settings.smtp_url)
        self._timeout = _seconds(settings.smtp_timeout)
        self._trusted = settings.smtp_ca_file or None
        self._sender = sender_of(settings)
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except OSError:  # it is gone already
                self._drop()

    def send(self, mail: EmailMessage, address: str) -> None:
        """Hand a letter over. Raises `Refused` where the server does not take this one, `Unavailable` where it takes
        none: it is away, does not know us, or does not take our sender."""
        smtp = self._connected()
        try:
            smtp.send_message(mail, self._sender.addr_spec, [address])
        except smtplib.SMTPRecipientsRefused as error:
            self._refused(*error.recipients[address])
        except smtplib.SMTPDataError as error:
            self._refused(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:  # an address that this server has no letters for
            raise Refused(str(error), for_good=True) from error
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise Unavailable("mail.away", reason=_answer(error.smtp_code, error.smtp_error)) from error
        except OSError as error:
            # Not known whether it has the letter; nor whether it is the letter that it dies of.
            self._drop()
            raise Refused(f"The connection was lost: {error}", for_good=False) from error

    def _refused(self, code: int, said: bytes | str) -> None:
        reason = _answer(code, said)
        if code == _CLOSING:
            self._drop()
            raise Unavailable("mail.away", reason=reason)
        raise Refused(reason, for_good=code >= 500)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except OSError as error:  # smtplib's and TLS's own errors are of this kind, too
                raise Unavailable("mail.away", reason=str(error)) from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context(cafile=self._trusted)
        if server.is_tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, self._sender.domain, timeout=self._timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._sender.domain, timeout=self._timeout)
        try:
            if server.wants_starttls:
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except OSError:
            smtp.close()
            raise
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _seconds(text: str) -> float:
    """A time so short that a letter's ten questions and answers are over long before a claim of it runs out."""
    try:
        seconds = float(text)
    except ValueError as error:
        raise Invalid("mail.smtp-timeout") from error
    if not 0 < seconds <= _LONGEST_ANSWER:
        raise Invalid("mail.smtp-timeout")
    return seconds


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
