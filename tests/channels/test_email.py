import email
import email.policy
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tidings.channels.checked import Checked
from tidings.channels.email import EmailChannel, Server, _stuffed, _with_crlf, check
from tidings.channels.message import build, list_id, message_id, thread_id
from tidings.model import Message, Recipient
from tidings.stages.delivery import Answer

ADDRESS = "reader@news.example"
SENDER = "tidings@desk.example"
DATE = datetime(2020, 2, 19, 4, 0, tzinfo=UTC)
MESSAGE = Message(
    subject="Tidings, Wed 19 Feb 07:00: 5 in Idlib",
    text="One line.\n.a line that begins with a dot\nسلام\n",
    html="<p>سلام</p>\n" + "<p>" + "long " * 400 + "</p>\n",
    markdown="",
    message_id=message_id("0a1b2c3d-1111", SENDER),
    thread_id=thread_id("desk", ("idlib",), SENDER),
    list_id=list_id("desk", SENDER),
)


def reader(address=ADDRESS):
    return Recipient("desk", "email", ("idlib",), ("07:00",), "UTC", "send", address)


class Inbox:
    """Take every message, or give the configured answers."""

    def __init__(self, **answers):
        self.answers, self.messages = answers, []

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        return self.answers.get("DATA", "250 taken")


class AnyPort(Controller):
    """Listen on a port that the system chooses."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(handler, **more):
    controller = AnyPort(handler, hostname="127.0.0.1", port=0, ready_timeout=60, **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def scripted(lines, *, after=""):
    """Serve one connection by a script: what to answer to each command; at its end hang or hang up (`after`)."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()
    heard = []

    def serve():
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as file:
            connection.sendall(b"220 ready\r\n")
            for line in lines:
                heard.append(file.readline())
                connection.sendall(line.encode() + b"\r\n")
            if after == "hang":
                done.wait(60)
            elif after.startswith("message"):
                while file.readline() not in {b".\r\n", b""}:
                    pass
                connection.sendall(after.removeprefix("message").encode())
            elif after == "drip":
                while not done.wait(0.05):
                    connection.sendall(b"2")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        done.set()
        listener.close()
        thread.join(5)


def send(port, *, address=ADDRESS, tls=None, **more):
    server = Server(host="127.0.0.1", port=port, sender=SENDER, **{"security": "none", "timeout_s": 30.0, **more})
    return EmailChannel(server, tls).send(build(MESSAGE, DATE), reader(address))


def test_both_parts_arrive():
    """A real server receives one message for one recipient, with both parts word for word and clean headers."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        assert send(port).answer is Answer.SENT
    [(sender, recipients, content)] = inbox.messages
    assert (sender, recipients) == (SENDER, [ADDRESS])
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert [name for name, _ in mail.items()] == [
        "From",
        "To",
        "List-Unsubscribe",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "List-Id",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ]
    assert mail["Message-ID"] == "<0a1b2c3d-1111@desk.example>"
    assert mail["List-Unsubscribe"] == "<mailto:tidings@desk.example?subject=unsubscribe%20desk>"
    assert mail["Date"] == "Wed, 19 Feb 2020 04:00:00 +0000"
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert html.get_content().replace("\r\n", "\n") == MESSAGE.html


@pytest.mark.parametrize(
    ("answers", "answer", "reason"),
    [
        pytest.param({"MAIL": "451 busy"}, Answer.NOT_NOW, "MAIL: 451 busy", id="451 at MAIL"),
        pytest.param({"MAIL": "550 go away"}, Answer.REFUSED, "MAIL: 550 go away", id="550 at MAIL"),
        pytest.param({"RCPT": f"550 <{ADDRESS}> unknown"}, Answer.REFUSED, "RCPT: 550 <...> unknown", id="550 at RCPT, address not kept"),
        pytest.param({"RCPT": "450 greylisted"}, Answer.NOT_NOW, "RCPT: 450 greylisted", id="450 at RCPT"),
        pytest.param(
            {"DATA": "554 looks like spam"}, Answer.REFUSED, "the answer to the message: 554 looks like spam", id="554 after DATA"
        ),
        pytest.param({"DATA": "452 disk full"}, Answer.NOT_NOW, "the answer to the message: 452 disk full", id="452 after DATA"),
    ],
)
def test_definite_answers(answers, answer, reason):
    """5xx is final, 4xx is not now, and the reason says at which step, without an address."""
    with mail_server(Inbox(**answers)) as port:
        attempt = send(port)
    assert (attempt.answer, attempt.reason) == (answer, reason)


HELLO, OK, GO = "250 hello", "250 ok", "354 go on"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "after", "answer", "reason"),
    [
        pytest.param([], "hang", Answer.NOT_NOW, "EHLO: no answer within 1 s", id="hangs after the greeting"),
        pytest.param([HELLO], "hang up", Answer.NOT_NOW, "MAIL: the server hung up", id="drops before MAIL"),
        pytest.param([HELLO, OK, OK], "hang up", Answer.NOT_NOW, "DATA: the server hung up", id="drops before DATA"),
        pytest.param(
            [HELLO, OK, OK, GO],
            "hang",
            Answer.UNCERTAIN,
            "the answer to the message: no answer within 10 s",
            id="hangs after the last byte",
        ),
        pytest.param(
            [HELLO, OK, OK, GO],
            "message",
            Answer.UNCERTAIN,
            "the answer to the message: the server hung up",
            id="drops after the last byte",
        ),
        pytest.param(
            [HELLO, OK, OK, GO],
            "message25",
            Answer.UNCERTAIN,
            "the answer to the message: an answer that makes no sense",
            id="answer cut off",
        ),
        pytest.param([HELLO, OK, OK, GO], "message250 ok", Answer.SENT, "", id="answer without its line end"),
        pytest.param(
            [HELLO, OK, OK, GO], "message221 bye\r\n", Answer.UNCERTAIN, "the answer to the message: 221 bye", id="neither yes nor no"
        ),
        pytest.param([HELLO, OK, OK], "drip", Answer.NOT_NOW, "DATA: no answer within 1 s", id="drips: one deadline for all"),
        pytest.param([HELLO, "nonsense"], "hang up", Answer.NOT_NOW, "MAIL: an answer that makes no sense", id="answers nonsense"),
    ],
)
def test_silence(lines, after, answer, reason):
    """Silence before the last byte means that nothing was taken; after it nobody knows, and ten times as long is waited."""
    with scripted(lines, after=after) as (port, _):
        attempt = send(port, timeout_s={"hang": 1, "drip": 1}.get(after, 30))
    assert (attempt.answer, attempt.reason) == (answer, reason)


def test_nobody_there():
    """When nothing listens the message waits."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, so that nobody else takes it, and never listening
        assert send(taken.getsockname()[1]).answer is Answer.NOT_NOW


@pytest.mark.parametrize(
    "address", ["", "a@b\r\nRCPT TO:<x@evil.example>", "a b@c.example", "<a@b.example>", "ğ@b.example", "a@b@c.example"]
)
def test_odd_addresses_are_refused_before_a_word_is_said(address):
    """An address that could say more to the server than its name is refused without a connection."""
    assert send(1, address=address).answer is Answer.REFUSED


def test_lines_end_in_crlf_and_dots_are_doubled():
    """A line of one dot inside a message does not end it."""
    assert _stuffed(_with_crlf(b"a\n.\n..b\r\nc\rd")) == b"a\r\n..\r\n...b\r\nc\r\nd\r\n"


# ---------------------------------------------------------------- TLS and passwords


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make a certificate for 127.0.0.1 and the two contexts that use it."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    try:
        subprocess.run([*command, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=cert)


def accounts(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"login-name", b"right"), handled=False)


def test_starttls_and_password(certificate):
    """Over STARTTLS the password is accepted and the message is sent."""
    server_tls, client_tls = certificate
    inbox = Inbox()
    with mail_server(inbox, tls_context=server_tls, require_starttls=True, authenticator=accounts, auth_required=True) as port:
        assert send(port, tls=client_tls, security="starttls", user="login-name", password="right").answer is Answer.SENT
        wrong = send(port, tls=client_tls, security="starttls", user="login-name", password="wrong-password")
    assert len(inbox.messages) == 1
    assert (wrong.answer, wrong.reason) == (Answer.NOT_NOW, "AUTH: 535 5.7.8 Authentication credentials invalid")


def test_tls_from_the_first_byte(certificate):
    """With security "tls" the whole conversation is encrypted."""
    server_tls, client_tls = certificate
    inbox = Inbox()
    with mail_server(inbox, ssl_context=server_tls) as port:
        assert send(port, tls=client_tls, security="tls").answer is Answer.SENT
        stranger = send(port, security="tls")
    assert stranger.answer is Answer.NOT_NOW
    assert "TLS failed" in stranger.reason
    assert len(inbox.messages) == 1


def test_no_starttls_no_mail(certificate):
    """A server that does not offer STARTTLS gets nothing when it is asked for."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        attempt = send(port, security="starttls")
    assert (attempt.answer, attempt.reason, inbox.messages) == (Answer.NOT_NOW, "STARTTLS: the server does not offer it", [])


def test_answers_slipped_in_before_tls_are_forgotten(certificate):
    """What a server (or someone between) says in the clear behind its answer to STARTTLS is not read as said over TLS."""
    _, client_tls = certificate
    with scripted(["250-hello\r\n250 STARTTLS", "220 go\r\n250 slipped in"], after="hang up") as (port, _):
        assert send(port, tls=client_tls, security="starttls").answer is Answer.NOT_NOW


def test_password_in_the_clear_only_to_this_machine():
    """Without TLS a password goes to a server on this machine; the address of the connection decides, not its name."""
    inbox = Inbox()
    with mail_server(inbox, authenticator=accounts, auth_require_tls=False) as port:
        assert send(port, user="login-name", password="right").answer is Answer.SENT


# ---------------------------------------------------------------- checking without sending


class Listener(Inbox):
    """Note every command that is heard."""

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.messages.append("MAIL")
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.messages.append("RCPT")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_RSET(self, server, session, envelope):
        self.messages.append("RSET")
        return "250 OK"


def checked(port, *, tls=None, **more):
    return check(Server(host="127.0.0.1", port=port, sender=SENDER, **{"security": "none", "timeout_s": 5.0, **more}), tls)


def test_a_check_names_the_sender_and_takes_it_back(certificate):
    """TLS, login, MAIL and RSET, and no recipient or message; what was found fine is said, without a name or an address."""
    server_tls, client_tls = certificate
    inbox = Listener()
    account = {"user": "login-name", "password": "right"}
    with mail_server(inbox, tls_context=server_tls, require_starttls=True, authenticator=accounts, auth_required=True) as port:
        fine = checked(port, tls=client_tls, security="starttls", **account)
        wrong = checked(port, tls=client_tls, security="starttls", user="login-name", password="wrong-password")
    assert fine == Checked(ok=True, said="answers (TLSv1.3), takes user and password, takes the sender")
    assert wrong == Checked(ok=False, said="AUTH: 535 5.7.8 Authentication credentials invalid")
    assert inbox.messages == ["MAIL", "RSET"]


def test_a_check_says_at_which_step_it_ended(certificate):
    """A refused sender, a missing STARTTLS, a stranger's certificate, a silent server and no server: each by its step, without addresses."""
    server_tls, _ = certificate
    with mail_server(Inbox(MAIL=f"553 {SENDER} is not yours")) as port:
        assert checked(port).said == "MAIL: 553 ... is not yours"
        assert checked(port, security="starttls").said == "STARTTLS: the server does not offer it"
    with mail_server(Inbox(), ssl_context=server_tls) as port:
        assert "TLS failed" in checked(port, security="tls").said
    with scripted([], after="hang") as (port, _):
        assert checked(port, timeout_s=0.3).said == "EHLO: no answer within 0.3 s"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert checked(nobody.getsockname()[1]) == Checked(ok=False, said="connecting: Connection refused")
