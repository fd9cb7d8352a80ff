"""Letters on their way: to a real SMTP server, by real workers, on both databases."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr, parsedate_to_datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal import create_app
from portal.cli import main
from portal.core.errors import Invalid, Unavailable
from portal.mail import queue, sending
from portal.mail.models import Letter
from portal.mail.sending import Sent, drain, send_letters, send_some
from portal.mail.service import post
from portal.mail.smtp import Server, _from, _subject, sender_of
from portal.rights.jobs import end_periods
from portal.settings import Settings, variable_of
from portal.site import Site
from portal.worker import JOBS, LETTERS, jobs_of
from tests.faults.processes import PORTAL, PROGRAMS, python
from tests.faults.programs import add_sample_letter
from tests.faults.world import wait_for
from tests.moments import NOW
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.smtp import SmtpServer, new_server

WORDS = (
    "ทุนวิทยาการข้อมูล",
    "AI",
    "中国—东盟",
    "học",
    "bổng",
    "(2027)",
    "ក្រសួង",
    '"a"',
    "x" * 70,
    "?=",
    "=?utf-8?q?x?=",
    ":",
    ",",
)
LINK = "https://exchange.example/en/confirm/secret"


class Clock:
    """In the test's hand."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> SmtpServer:
    return new_server()


@pytest.fixture
def mail_settings(settings: Settings, server: SmtpServer) -> Settings:
    return replace(settings, smtp_url=server.url, mail_from="no-reply@exchange.example", smtp_timeout="20")


@pytest.fixture
def app(mail_settings: Settings, database: Engine, clock: Clock) -> Iterator[Flask]:
    application = application_of(mail_settings, clock)
    with application.app_context():
        yield application
    application.extensions["site"].close()


def application_of(settings: Settings, clock: Clock) -> Flask:
    application = create_app(settings, clock)
    add_sample_letter(application)
    return application


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return make_certificates(tmp_path)


def write(site: Site, *addresses: str, **parameters: object) -> list[str]:
    """Post letters; their ids."""
    with site.unit_of_work().begin() as session:
        return [
            post(session, "sample", "th", address, site.clock(), **{"name": "Ann", "address": LINK, **parameters}).id
            for address in addresses
        ]


def look_at(site: Site, letter_id: str) -> Letter:
    with site.sessions() as session:
        return queue.get_letter(session, letter_id)


def test_a_letter_arrives(site: Site, server: SmtpServer) -> None:
    (letter_id,) = write(site, "linh@example.org", name="Ann\r\nBcc: all@example.org")
    with server.running() as mailbox:
        assert drain(site) == Sent(sent=1)
        assert drain(site) == Sent()
    (mail,) = mailbox.messages()
    assert mailbox.addresses() == ["linh@example.org"]
    assert mailbox.letters[0].mail_from == "no-reply@exchange.example"
    assert read_header(mail, "Subject") == "วันหมดเขต Ann Bcc: all@example.org"
    assert mail["Bcc"] is None
    assert mail["To"] == "linh@example.org"
    assert read_header(mail, "From") == "แพลตฟอร์มแลกเปลี่ยนบุคลากรดิจิทัล <no-reply@exchange.example>"
    assert mail["Message-ID"] == f"<{letter_id}@exchange.example>"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "th"
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert LINK in text.get_content()
    assert LINK in html.get_content()
    assert max(len(line) for line in bytes(mail).splitlines()) < 998
    assert bytes(mailbox.letters[0].content or b"").isascii()


def read_header(mail: EmailMessage, name: str) -> str:
    """A header as RFC 2047 reads it: the policy's own reading sees spaces that are none."""
    as_it_travels = message_from_bytes(bytes(mail))[name]
    return str(make_header(decode_header(as_it_travels.replace("\r\n ", " "))))


@given(text=st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_words_of_all_scripts_survive_in_headers(text: str) -> None:
    mail = EmailMessage(SMTP)
    for header in (_subject(text), _from(Address(text, "a", "example.org"))):
        mail[header.name] = header
    assert read_header(mail, "Subject") == text
    name, address = parseaddr(message_from_bytes(bytes(mail))["From"])
    assert (str(make_header(decode_header(name.replace("\r\n ", " ")))), address) == (text, "a@example.org")
    assert bytes(mail).isascii()


def test_a_letter_that_one_may_unsubscribe_from(site: Site, server: SmtpServer) -> None:
    write(site, "linh@example.org", unsubscribe="https://exchange.example/en/stop/abc")
    with server.running() as mailbox:
        drain(site)
    assert mailbox.messages()[0]["List-Unsubscribe"] == "<https://exchange.example/en/stop/abc>"
    assert mailbox.messages()[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_was_sent_is_forgotten_link_first(site: Site, server: SmtpServer, clock: Clock) -> None:
    (letter_id,) = write(site, "linh@example.org", rows=[["Reset", LINK]])
    with server.running():
        drain(site)
    letter = look_at(site, letter_id)
    assert (letter.address, letter.sent_at) == ("linh@example.org", NOW)
    assert letter.parameters == {"name": "Ann", "address": "", "rows": [["Reset", ""]]}
    clock.pass_by(queue.KEPT)
    end_periods(site, "letters")
    assert look_at(site, letter_id).address
    clock.pass_by(timedelta(seconds=1))
    end_periods(site, "letters")
    letter = look_at(site, letter_id)
    assert (letter.address, letter.parameters) == ("", {})


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("is_tls", [False, True], ids=["starttls", "tls"])
def test_a_server_that_wants_a_password_and_a_safe_line(
    settings: Settings, database: Engine, clock: Clock, certificates: Certificates, is_tls: bool
) -> None:
    server = new_server(certificates, is_tls)
    own = replace(settings, smtp_url=server.url, mail_from="Portal <a@exchange.example>")
    with server.running() as mailbox:
        for changed, fits in (
            (replace(own, smtp_ca_file=str(certificates.authority)), True),
            (own, False),  # an authority that nobody knows
            (replace(own, smtp_ca_file=str(certificates.authority), smtp_url=own.smtp_url.replace("p%40", "")), False),
            (replace(own, smtp_url=f"smtp://127.0.0.1:{server.port}?starttls=no"), False),
        ):
            app = application_of(changed, clock)
            site = app.extensions["site"]
            (letter_id,) = write(site, "linh@example.org")
            with app.app_context():
                if fits:
                    assert send_letters(site)
                else:
                    with pytest.raises(Unavailable):
                        send_letters(site)
                    letter = look_at(site, letter_id)
                    assert (letter.claim, letter.attempts, letter.next_try_at) == (None, 0, None)
            site.close()
    assert mailbox.addresses() == ["linh@example.org"]
    assert mailbox.were_safe == [not is_tls]  # of TLS from the first byte, the server's session says nothing
    assert mailbox.messages()[0]["From"] == "Portal <a@exchange.example>"


@pytest.mark.database("sqlite")
def test_a_server_without_starttls_gets_nothing_where_it_is_required(
    settings: Settings, database: Engine, clock: Clock, server: SmtpServer
) -> None:
    app = application_of(
        replace(settings, smtp_url=server.url.partition("?")[0], mail_from="a@exchange.example"), clock
    )  # fmt: skip
    write(app.extensions["site"], "linh@example.org")
    with server.running() as mailbox, app.app_context(), pytest.raises(Unavailable):
        send_letters(app.extensions["site"])
    assert mailbox.letters == []
    app.extensions["site"].close()


def test_a_server_that_is_away_and_comes_back(site: Site, server: SmtpServer) -> None:
    ids = write(site, "a@example.org", "b@example.org")
    with pytest.raises(Unavailable):
        send_letters(site)
    assert [look_at(site, letter_id).attempts for letter_id in ids] == [0, 0]
    with server.running() as mailbox:
        assert drain(site) == Sent(sent=2)
    write(site, "c@example.org")
    with pytest.raises(Unavailable):
        send_letters(site)
    with server.running():
        assert drain(site) == Sent(sent=1)
    assert mailbox.addresses() == ["a@example.org", "b@example.org", "c@example.org"]


@pytest.mark.parametrize("answer", ["550 5.7.1 we do not know you", "451 too many letters", "421 closing"])
def test_a_server_that_does_not_take_our_sender_is_as_good_as_away(site: Site, server: SmtpServer, answer: str) -> None:
    (letter_id,) = write(site, "linh@example.org")
    server.mailbox.senders = answer
    with server.running() as mailbox:
        with pytest.raises(Unavailable) as told:
            send_letters(site)
        assert answer in told.value.parameters["reason"]
        assert look_at(site, letter_id).attempts == 0
        mailbox.senders = "250 OK"
        assert drain(site) == Sent(sent=1)


def test_a_letter_that_is_refused_for_good_holds_up_no_other_one(site: Site, server: SmtpServer) -> None:
    gone, _other = write(site, "gone@example.org", "here@example.org")
    server.mailbox.recipients["gone@example.org"] = "550 5.1.1 no such user"
    with server.running() as mailbox:
        assert drain(site) == Sent(sent=1, refused=1)
        assert mailbox.addresses() == ["here@example.org"]
        letter = look_at(site, gone)
        assert (letter.parked_at, letter.error, letter.claim) == (NOW, "550 5.1.1 no such user", None)
        assert letter.parameters["address"] == LINK
        assert drain(site) == Sent()
        mailbox.recipients.clear()
        with site.unit_of_work().begin() as session:
            assert queue.unpark(session, "another") == 0
            assert queue.unpark(session) == 1
        assert drain(site) == Sent(sent=1)
    letter = look_at(site, gone)
    assert (letter.parked_at, letter.error, letter.sent_at) == (None, None, NOW)


def test_content_that_is_refused_for_good_is_parked(site: Site, server: SmtpServer) -> None:
    (letter_id,) = write(site, "linh@example.org")
    server.mailbox.content = "554-looks like\r\n554 spam"
    with server.running():
        assert drain(site) == Sent(refused=1)
    letter = look_at(site, letter_id)
    assert (letter.parked_at, letter.error) == (NOW, "554 looks like spam")


@pytest.mark.parametrize("address", ["grüße@example.org", "a@b@example.org", "", "a\r\nBcc: b@example.org"])
def test_an_address_that_cannot_be_written_to_is_parked(site: Site, server: SmtpServer, address: str) -> None:
    (letter_id,) = write(site, address)
    with server.running() as mailbox:
        mailbox.recipients[address] = "550 no"  # this server knows all addresses
        assert drain(site) == Sent(refused=1)
    assert look_at(site, letter_id).parked_at == NOW
    assert mailbox.letters == []


def test_a_letter_that_cannot_be_written_is_parked(site: Site, server: SmtpServer) -> None:
    with site.unit_of_work().begin() as session:
        missing = post(session, "nothing-of-the-kind", "en", "a@example.org", NOW).id
        incomplete = post(session, "sample", "en", "b@example.org", NOW, name="Ann").id
    write(site, "c@example.org")
    with server.running() as mailbox:
        assert drain(site) == Sent(sent=1, refused=2)
    assert mailbox.addresses() == ["c@example.org"]
    assert look_at(site, missing).error == "TemplateNotFound: mail/nothing-of-the-kind.html"
    assert "'address'" in str(look_at(site, incomplete).error)


def test_a_letter_that_is_not_taken_now_is_tried_later_and_later(site: Site, server: SmtpServer, clock: Clock) -> None:
    (letter_id,) = write(site, "linh@example.org")
    server.mailbox.recipients["linh@example.org"] = "450 come back later"
    waits = []
    with server.running() as mailbox:
        for _attempt in range(queue.MAX_ATTEMPTS):
            assert drain(site) == Sent(refused=1)
            assert drain(site) == Sent()
            letter = look_at(site, letter_id)
            assert letter.next_try_at is not None
            waits.append(letter.next_try_at - clock.now)
            clock.pass_by(waits[-1])
        assert letter.parked_at is not None
        clock.pass_by(timedelta(days=9))
        assert drain(site) == Sent()
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(waits) == queue.LONGEST_WAIT
    assert mailbox.letters == []


def test_a_server_that_hangs_up_in_the_middle(site: Site, server: SmtpServer, clock: Clock) -> None:
    """It may have taken the letter or not; the next attempt carries the same Message-ID."""
    write(site, "a@example.org", "b@example.org")
    server.mailbox.hangs_up = True
    with server.running() as mailbox:
        assert drain(site) == Sent(refused=2)
        mailbox.hangs_up = False
        assert drain(site) == Sent()
        clock.pass_by(queue.FIRST_WAIT)
        assert drain(site) == Sent(sent=2)
    assert len({mail["Message-ID"] for mail in mailbox.messages()}) == 2


def test_a_clock_that_went_back_does_not_hold_letters_up(site: Site, server: SmtpServer, clock: Clock) -> None:
    clock.pass_by(timedelta(days=30))
    write(site, "linh@example.org")
    with pytest.raises(Unavailable):
        send_letters(site)
    with site.unit_of_work().begin() as session:
        assert queue.claim(session, "a worker of that time", site.clock())
    clock.pass_by(timedelta(days=-30))
    with server.running():
        assert drain(site) == Sent(sent=1)


def test_a_claim_keeps_others_away_until_it_runs_out(site: Site, server: SmtpServer, clock: Clock) -> None:
    (letter_id,) = write(site, "linh@example.org")
    with site.unit_of_work().begin() as session:
        assert queue.claim(session, "one", site.clock()) is not None
        assert queue.claim(session, "two", site.clock()) is None
    clock.pass_by(queue.LEASE)
    with site.unit_of_work().begin() as session:
        assert queue.claim(session, "two", site.clock()) is not None
    with site.unit_of_work().begin() as session:  # the first is late, and has nothing to say any more
        queue.fail(session, "one", "trouble", site.clock(), for_good=True)
        queue.release(session, "one")
    assert look_at(site, letter_id).claim == "two"


def environment(settings: Settings) -> dict[str, str]:
    names = ("data_dir", "database_url", "smtp_url", "smtp_timeout", "mail_from", "secret_key")
    return {variable_of(name): getattr(settings, name) for name in names}


def test_two_workers_send_each_letter_once(site: Site, server: SmtpServer, mail_settings: Settings) -> None:
    addresses = sorted(f"p{number}@example.org" for number in range(40))
    own = environment(mail_settings)
    with server.running() as mailbox, python(LETTERS_ONLY, own) as one, python(LETTERS_ONLY, own) as two:
        wait_for(partial(one.has_said, "ready"))
        wait_for(partial(two.has_said, "ready"))
        write(site, *addresses)
        wait_for(lambda: waiting(site) == 0)
        assert mailbox.addresses() == addresses


LETTERS_ONLY = (*PROGRAMS, "send")


def waiting(site: Site) -> int:
    with site.sessions() as session:
        return queue.backlog(session).waiting


def test_a_worker_killed_between_the_servers_yes_and_the_mark(
    site: Site, server: SmtpServer, mail_settings: Settings, clock: Clock
) -> None:
    """This one letter is sent twice; no other one is, and none is lost."""
    ids = write(site, "a@example.org", "b@example.org")
    with server.running() as mailbox:
        with python((*PROGRAMS, "send-and-die"), environment(mail_settings)) as worker:
            code, said = worker.result()
        assert code == -signal.SIGKILL, said
        twice = mailbox.addresses()
        assert len(twice) == 1
        clock.pass_by(timedelta(days=365))  # that worker had the system's clock
        assert drain(site) == Sent(sent=2)
    assert mailbox.addresses() == sorted([*twice, "a@example.org", "b@example.org"])
    assert {mail["Message-ID"] for mail in mailbox.messages()} == {f"<{name}@exchange.example>" for name in ids}


def test_a_database_that_is_away_when_a_letter_was_sent(
    site: Site, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark is made when it is back: nothing is sent twice."""
    (letter_id,) = write(site, "linh@example.org")
    mark, failures = queue.mark_sent, iter(range(2))

    def failing(session: Session, letter: str, now: datetime) -> None:
        if next(failures, None) is not None:
            raise OperationalError("UPDATE", {}, Exception("away"))
        mark(session, letter, now)

    monkeypatch.setattr(queue, "mark_sent", failing)
    monkeypatch.setattr(sending, "PAUSES", (0, 0))
    with server.running() as mailbox:
        assert drain(site) == Sent(sent=1)
    assert look_at(site, letter_id).sent_at == NOW
    assert len(mailbox.letters) == 1


@pytest.mark.database("sqlite")
def test_a_real_worker_sends_letters_and_ends_when_asked(
    site: Site, server: SmtpServer, mail_settings: Settings
) -> None:
    with site.unit_of_work().begin() as session:
        post(session, "nothing-of-the-kind", "en", "a@example.org", NOW)
    with server.running(), python((*PORTAL, "worker"), environment(mail_settings)) as worker:
        wait_for(partial(worker.has_said, "cannot be written"))
        assert worker.end()[0] == 0


# -- commands


def portal(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment(settings))


def test_commands_show_and_retry_what_waits(site: Site, server: SmtpServer, mail_settings: Settings) -> None:
    with site.unit_of_work().begin() as session:
        letter_id = post(session, "nothing-of-the-kind", "en", "a@example.org", NOW).id
    assert portal(mail_settings, "mail", "list", "--parked").output == "1 letters wait, 0 of them parked.\n"
    with server.running():
        sent = portal(mail_settings, "mail", "send")
    assert (sent.exit_code, sent.output) == (1, "0 letters sent, 1 not taken.\n")
    listed = portal(mail_settings, "mail", "list", "--parked").output
    assert letter_id in listed
    assert "parked, after 1 attempts: TemplateNotFound" in listed
    assert "1 letters wait, 1 of them parked." in listed
    assert portal(mail_settings, "mail", "retry").output == "1 letters will be tried again.\n"
    assert portal(mail_settings, "mail", "retry", letter_id).output == "0 letters will be tried again.\n"
    away = portal(mail_settings, "mail", "send")
    assert away.exit_code == 1
    assert "Name one letter" in portal(mail_settings, "mail", "give-up").output
    assert portal(mail_settings, "mail", "give-up", letter_id).output == "1 letters were deleted.\n"
    assert portal(mail_settings, "mail", "give-up", "--all").output == "0 letters were deleted.\n"
    assert portal(mail_settings, "mail", "show", "none").output == "Error: There is no such letter.\n"


def test_without_a_server_letters_are_kept(site: Site, mail_settings: Settings) -> None:
    without = replace(mail_settings, smtp_url="")
    write(site, "linh@example.org")
    assert portal(without, "mail", "send").exit_code == 1
    listed = portal(without, "mail", "list").output
    assert "linh@example.org" in listed
    assert "1 letters wait, 0 of them parked." in listed


def test_what_is_set_wrongly_is_told_before_anything_is_sent(mail_settings: Settings) -> None:
    for url in ("http://x", "smtp://", "smtp://h:port", "smtp://h?starttls=maybe", "mail.example.org", "smtp://[::1"):
        with pytest.raises(Invalid):
            Server.of(url)
    for sender in ("", "portal", "a@", "@b", "Name <>", "ü@example.org", "a@b\r\nBcc: c@d"):
        with pytest.raises(Invalid):
            sender_of(replace(mail_settings, mail_from=sender))
    wrong: dict[str, tuple[str, ...]] = {"mail_from": ("",), "smtp_timeout": ("", "soon", "0", "-1", "nan", "26")}
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(Invalid):
                jobs_of(replace(mail_settings, **{name: value}))
        told = portal(replace(mail_settings, **{name: values[0]}), "worker", "--once")
        assert told.exit_code == 1
        assert told.output.startswith("Error: ")
        assert "{" not in told.output
    assert jobs_of(mail_settings) == JOBS
    assert LETTERS not in jobs_of(replace(mail_settings, smtp_url=""))


def test_addresses_of_servers() -> None:
    server = Server.of("smtp://us%40er:p%3Aw@mail.example.org")
    assert server == Server("mail.example.org", 587, "us@er", "p:w", is_tls=False, wants_starttls=True)
    assert Server.of("smtps://mail.example.org").port == 465
    assert not Server.of("smtp://localhost:25?starttls=no").wants_starttls


def test_a_batch_is_small(site: Site, server: SmtpServer) -> None:
    write(site, *(f"p{number}@example.org" for number in range(3)))
    with server.running():
        assert send_some(site, limit=2) == Sent(sent=2)
        assert send_some(site, limit=2) == Sent(sent=1)
        assert send_some(site, limit=2) is None
