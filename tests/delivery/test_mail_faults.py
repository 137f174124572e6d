"""What a mail server can do wrong, stage by stage: what the outbox says, what a person is told, and what all readers have in the end."""

from base64 import b64encode
from datetime import timedelta

import pytest
from desk import NAMES, NOW, PASSWORD, USER, by_mail, composed, write
from mail_server import FakeMail
from refusals import Fault, again, check_rows, check_said

from tidings.channels.email import EmailChannel, Server
from tidings.model import DeliveryState, Recipient
from tidings.pipeline.deliver import deliver
from tidings.stages.delivery import Answer

pytestmark = pytest.mark.slow

LOGIN = 'user_env = "DESK_USER"\npassword_env = "DESK_PASSWORD"\n'
CODED = b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
SILENT = "the answer to the message: no answer within 3 s"
GONE = "the answer to the message: the server hung up"
TLS = {"security": "starttls", "server_tls": True}
IN = {"more": LOGIN, "accounts": "PLAIN"}
FAULTS = {
    # connecting
    "busy at once": Fault({"connect": ["421 4.3.2 too busy", "hang up"]}, "pending", "connecting: 421 4.3.2 too busy", 5),
    "no service at once is no word about the message": Fault({"connect": "554 no service here"}, "pending", "connecting: 554 no service here", 5),
    "silence at once": Fault({"connect": "hang"}, "pending", "connecting: no answer within 1 s", 5, timeout_s=1),
    "hung up at once": Fault({"connect": "hang up"}, "pending", "connecting: the server hung up", 5),
    # EHLO
    "421 at EHLO": Fault({"EHLO": ["421 4.3.2 shutting down", "hang up"]}, "pending", "EHLO: 421 4.3.2 shutting down", 5),
    "neither EHLO nor HELO": Fault({"EHLO": "502 what", "HELO": "550 5.7.1 go away"}, "pending", "HELO: 550 5.7.1 go away", 5),
    "an old server that knows HELO only": Fault({"EHLO": "502 what"}, "sent"),
    "reset at EHLO": Fault({"EHLO": "reset"}, "pending", "EHLO: the server hung up", 5),
    # STARTTLS
    "no STARTTLS, and nobody gets anything in the clear": Fault(
        {}, "pending", "STARTTLS: the server does not offer it", 5, whole=True, security="starttls", copies=0, end="pending"
    ),
    "454 at STARTTLS": Fault({"STARTTLS": "454 4.7.0 no TLS now"}, "pending", "STARTTLS: 454 4.7.0 no TLS now", 5, **TLS),
    "501 at STARTTLS": Fault({"STARTTLS": "501 5.5.4 what"}, "pending", "STARTTLS: 501 5.5.4 what", 5, **TLS),
    "hung up instead of TLS": Fault({"STARTTLS": ["220 go", "hang up"]}, "pending", "STARTTLS: the server hung up", 5, **TLS),
    "reset instead of TLS": Fault({"STARTTLS": ["220 go", "reset"]}, "pending", "STARTTLS: the server hung up", 5, **TLS),
    "a certificate that nobody vouches for": Fault(
        {}, "pending", "STARTTLS: TLS failed: CERTIFICATE_VERIFY_FAILED", 5, whole=True, copies=0, end="pending", trusted=False, **TLS
    ),
    # AUTH
    "a password that is refused waits": Fault({"AUTH": "535 5.7.8 bad credentials"}, "pending", "AUTH: 535 5.7.8 bad credentials", 5, **IN),
    "a server that says user and password back": Fault(
        {"AUTH": f"535 5.7.8 no {USER} {PASSWORD} {CODED}"}, "pending", "AUTH: 535 5.7.8 no ... ... ...", 5, **IN
    ),
    "454 at AUTH": Fault({"AUTH": "454 4.7.0 try later"}, "pending", "AUTH: 454 4.7.0 try later", 5, **IN),
    "534 at AUTH": Fault({"AUTH": "534 5.7.9 too weak"}, "pending", "AUTH: 534 5.7.9 too weak", 5, **IN),
    "no AUTH offered": Fault(
        {}, "pending", "AUTH: the server offers no way to log in that is known here", 5, whole=True, copies=0, end="pending", more=LOGIN
    ),
    # MAIL
    "451 at MAIL": Fault({"MAIL": "451 4.3.0 broken"}, "pending", "MAIL: 451 4.3.0 broken", 5),
    "452 at MAIL": Fault({"MAIL": "452 4.3.1 disk full"}, "pending", "MAIL: 452 4.3.1 disk full", 5),
    "530 at MAIL is about who we are": Fault({"MAIL": "530 5.7.0 log in first"}, "pending", "MAIL: 530 5.7.0 log in first", 5),
    "550 with 5.7.8 at MAIL is, too": Fault({"MAIL": "550 5.7.8 log in first"}, "pending", "MAIL: 550 5.7.8 log in first", 5),
    "553 at MAIL": Fault({"MAIL": "553 5.1.8 <tidings@desk.example> is not yours"}, "refused", "MAIL: 553 5.1.8 <...> is not yours", copies=0, end="refused"),
    "too large, said at MAIL": Fault({"MAIL": "552 5.3.4 too large"}, "refused", "MAIL: 552 5.3.4 too large", copies=0, end="refused"),
    "hung up at MAIL": Fault({"MAIL": "hang up"}, "pending", "MAIL: the server hung up", 5),
    # RCPT
    "greylisted": Fault({"RCPT": "450 4.2.0 greylisted, come back"}, "pending", "RCPT: 450 4.2.0 greylisted, come back", 5),
    "421 at RCPT": Fault({"RCPT": ["421 4.7.0 too many", "hang up"]}, "pending", "RCPT: 421 4.7.0 too many", 5),
    "one refused recipient among three": Fault(
        {"RCPT": "550 5.1.1 no such user"}, "refused", "RCPT: 550 5.1.1 no such user", copies=0, end="refused"
    ),
    "a full mailbox": Fault({"RCPT": "552 5.2.2 mailbox full"}, "refused", "RCPT: 552 5.2.2 mailbox full", copies=0, end="refused"),
    "relaying denied": Fault({"RCPT": "554 5.7.1 relay denied"}, "refused", "RCPT: 554 5.7.1 relay denied", copies=0, end="refused"),
    "550 with a code of another class is final": Fault({"RCPT": "550 4.2.1 odd"}, "refused", "RCPT: 550 4.2.1 odd", copies=0, end="refused"),
    "forwarded": Fault({"RCPT": "251 will forward"}, "sent"),
    "cannot verify, will try": Fault({"RCPT": "252 will try"}, "sent"),
    "hung up at RCPT": Fault({"RCPT": "hang up"}, "pending", "RCPT: the server hung up", 5),
    # DATA
    "451 at DATA": Fault({"DATA": "451 4.3.0 later"}, "pending", "DATA: 451 4.3.0 later", 5),
    "554 at DATA": Fault({"DATA": "554 5.5.1 nobody to send to"}, "refused", "DATA: 554 5.5.1 nobody to send to", copies=0, end="refused"),
    "250 at DATA, which is no leave to speak": Fault({"DATA": "250 ok"}, "pending", "DATA: 250 ok", 5),
    "silence at DATA": Fault({"DATA": "hang"}, "pending", "DATA: no answer within 1 s", 5, timeout_s=1),
    # the message
    "too large, said in the middle": Fault(
        {"half": "552 5.3.4 too large", "message": "hang up"}, "refused", "the answer to the message: 552 5.3.4 too large", copies=0, end="refused"
    ),
    "554 after the message": Fault({"message": "554 5.6.0 spam"}, "refused", "the answer to the message: 554 5.6.0 spam", copies=0, end="refused"),
    "452 after the message": Fault({"message": "452 4.3.1 disk full"}, "pending", "the answer to the message: 452 4.3.1 disk full", 5),
    "535 after the message": Fault({"message": "535 5.7.8 log in"}, "pending", "the answer to the message: 535 5.7.8 log in", 5),
    "hang after DATA, and it was taken": Fault({"message": ["take", "hang"]}, "uncertain", SILENT, copies=2, timeout_s=0.3),
    "hang after DATA, and it was not": Fault({"message": "hang"}, "uncertain", SILENT, timeout_s=0.3),
    "hung up after the message, which was taken": Fault({"message": ["take", "hang up"]}, "uncertain", GONE, copies=2),
    "reset after the message, which was not taken": Fault({"message": "reset"}, "uncertain", GONE),
    "neither yes nor no after the message": Fault(
        {"message": ["take", "221 bye"]}, "uncertain", "the answer to the message: 221 bye", copies=2
    ),
    "an answer a byte at a time": Fault({"message": ["take", "drip"]}, "uncertain", SILENT, copies=2, timeout_s=0.3),
    "silence, where the desk wants no repeat": Fault(
        {"message": ["take", "hang up"]}, "uncertain", GONE, more='when_uncertain = "hold"', end="held"
    ),
    # QUIT
    "reset at QUIT": Fault({"QUIT": "reset"}, "sent"),
    "silence at QUIT": Fault({"QUIT": "hang"}, "sent"),
    "550 at QUIT": Fault({"QUIT": "550 no"}, "sent"),
}  # fmt: skip


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """Give a desk whose three editions wait; to be copied."""
    return composed(tmp_path_factory.mktemp("waiting") / "desk", lambda _: by_mail(1))


def server_of(fault, certificate):
    script = {(0 if fault.whole else 2, stage): act for stage, act in fault.script.items()}
    return FakeMail(script, tls=certificate[0] if fault.server_tls else None, accounts=fault.accounts)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_mail_server(fault, waiting, certificate, tmp_path, monkeypatch):
    """The outbox says state, attempts, next try and reason; the exit code and the list follow; the others have their mail; then it is tried again."""
    for name, value in {
        "DESK_USER": USER,
        "DESK_PASSWORD": PASSWORD,
        "SSL_CERT_FILE": str(certificate[1]) if fault.trusted else "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    desk = waiting.copied(tmp_path / "desk")
    with server_of(fault, certificate) as server:
        write(desk, by_mail(server.port, fault.security, fault.timeout_s, more=fault.more))
        assert desk.deliver().code == (0 if fault.state == "sent" else 1)
        wrong = check_rows(desk, fault)
        check_said(desk, "email", wrong, fault)
        server.script = {} if not fault.whole else server.script
        deliver(desk.data, desk.settings, NOW + again(fault.state))
    copies = {name: [one.content for one in server.taken if one.recipient == f"{name}@news.example"] for name in NAMES}
    assert {name: len(found) for name, found in copies.items()} == {name: fault.copies if name in wrong else 1 for name in NAMES}
    assert all(len(set(found)) <= 1 for found in copies.values())  # a repeat is the same to the byte
    assert {row.recipient: row.state.value for row in desk.rows()} == {name: fault.end if name in wrong else "sent" for name in NAMES}


def test_a_second_silence_is_held_until_a_person_says_so(waiting, tmp_path):
    """After the one repeat that mail gets, silence leads to held: nothing more goes out by itself, and all copies are the same."""
    desk = waiting.copied(tmp_path / "desk")
    with FakeMail({(number, "message"): ["take", "hang up"] for number in (2, 4)}) as server:
        write(desk, by_mail(server.port))
        for hours in range(4):
            deliver(desk.data, desk.settings, NOW + timedelta(hours=hours))
    [held] = [row for row in desk.rows() if row.state is DeliveryState.HELD]
    assert (held.attempt_count, held.uncertain_count, held.last_error) == (2, 2, GONE)
    copies = [one.content for one in server.taken if one.recipient == f"{held.recipient}@news.example"]
    assert len(copies) == 2
    assert len(set(copies)) == 1


def test_greylisting_is_waited_for(waiting, tmp_path):
    """A server that wants to be asked again after a quarter of an hour is asked after 5 and 15 minutes, and takes the mail."""
    desk = waiting.copied(tmp_path / "desk")
    with FakeMail({(0, "RCPT"): "451 4.7.1 greylisted"}) as server:
        write(desk, by_mail(server.port))
        tries = []
        for minute in range(0, 40, 5):
            if minute >= 15:
                server.script = {}
            before = server.connection_count
            deliver(desk.data, desk.settings, NOW + timedelta(minutes=minute))
            tries += [minute] * (server.connection_count > before)
    assert tries == [0, 5, 15]
    assert sorted(one.recipient for one in server.taken) == sorted(f"{name}@news.example" for name in NAMES)


LONG = b"Subject: long\r\n\r\n" + b"x" * 900 + b"\r\n"


@pytest.mark.parametrize(
    ("act", "answer", "reason"),
    [
        pytest.param("hang up", Answer.NOT_NOW, "the message: the server hung up", id="nothing said"),
        pytest.param(["552 5.3.4 too large", "hang up"], Answer.REFUSED, "the message: 552 5.3.4 too large", id="the reason said"),
    ],
)
def test_hung_up_in_the_middle_of_a_long_message(act, answer, reason):
    """Before the last byte was said nothing was taken: it is tried again, unless the server said why it never will."""
    with FakeMail({(1, "half"): act}) as server:
        channel = EmailChannel(Server("127.0.0.1", server.port, "none", "tidings@desk.example"))
        attempt = channel.send(LONG + b"line\r\n" * 5_000_000, Recipient("desk", "email", (), (), "UTC", "send", "one@news.example"))
    assert (attempt.answer, attempt.reason) == (answer, reason)
    assert server.taken == []


def test_at_least_25_faults():
    """The table is as long as was promised, and each case is named once."""
    assert len(FAULTS) >= 25
