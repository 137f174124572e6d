"""Send editions by mail: the conversation with the server is driven step by step.

smtplib's own `sendmail` says the same for "accepted, then hung" and "hung up before", so MAIL, RCPT and
DATA are said here, one recipient a transaction, and each step knows what a missing answer to it means.
"""

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from dataclasses import dataclass, field

from tidings.channels.checked import Checked
from tidings.channels.deadline import Deadline
from tidings.channels.message import addressed, domain, unsubscribe_link
from tidings.channels.said import refusal, said, without
from tidings.model import Recipient
from tidings.stages.delivery import Answer, Attempt

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_ANSWER_FACTOR = 10
_ANSWER_S_MAX = 600.0  # RFC 5321, 4.5.3.2.6: ten minutes for the answer to the message, for a timeout there makes doubles
_GOODBYE_S = 2.0


@dataclass(frozen=True, slots=True)
class Server:
    """Describe the mail server and how we present ourselves to it."""

    host: str
    port: int
    security: str  # starttls | tls | none
    sender: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    timeout_s: float = 30.0  # of the whole conversation up to the message; the answer to it may take `answer_s`
    unsubscribe: str = field(default="", repr=False)  # address for those who want no more mail; the sender's where it is empty

    @property
    def answer_s(self) -> float:
        """Return how long the answer to the message may take: servers look a message through before they take it."""
        return max(self.timeout_s, min(self.timeout_s * _ANSWER_FACTOR, _ANSWER_S_MAX))

    def secrets(self, address: str = "") -> tuple[str, ...]:
        """Return what no word of the server's may show: addresses, and user and password as they are and as AUTH says them."""
        told = (self.user, self.password, f"\0{self.user}\0{self.password}")
        coded = (b64encode(one.encode()).decode() for one in told if one.strip("\0"))
        name, at, _ = address.partition("@")
        return (address, self.sender, self.unsubscribe, name + at, *coded, self.user, self.password)


class EmailChannel:
    """Send through one mail server."""

    def __init__(self, server: Server, tls: ssl.SSLContext | None = None) -> None:
        """`tls` replaces the machine's own list of trusted authorities, for servers with a private one."""
        self._server = server
        self._tls = tls

    def send(self, payload: bytes, recipient: Recipient) -> Attempt:
        """Send one message to one recipient in one transaction."""
        if not (_ADDRESS.fullmatch(recipient.address) and _ADDRESS.fullmatch(self._server.sender)):
            return Attempt(Answer.REFUSED, "the address cannot be used in a mail")
        sender = self._server.sender
        unsubscribe = unsubscribe_link(self._server.unsubscribe or sender, recipient.name)
        attempt = self._send(addressed(payload, sender, recipient.address, unsubscribe), recipient.address)
        return Attempt(attempt.answer, without(attempt.reason, self._server.secrets(recipient.address)))

    def _send(self, data: bytes, address: str) -> Attempt:
        conversation = _Conversation(self._server, self._tls)
        try:
            return conversation.run(data, address)
        except _No as no:
            return no.attempt
        except (smtplib.SMTPException, OSError, ValueError) as error:  # ValueError: an answer that smtplib cannot read
            answer = Answer.UNCERTAIN if conversation.all_said else Answer.NOT_NOW
            return Attempt(answer, f"{conversation.step}: {conversation.trouble(error)}")
        finally:
            conversation.close()


def check(server: Server, tls: ssl.SSLContext | None = None) -> Checked:
    """Connect, log in, name the sender and take it back: nothing is sent, no recipient is named. Never raises for what the server does."""
    if not _ADDRESS.fullmatch(server.sender):
        return Checked(ok=False, said="the sender's address cannot be used in a mail")
    conversation = _Conversation(server, tls)
    try:
        found, is_fine = conversation.rehearse(), True
    except _No as no:
        found, is_fine = no.attempt.reason, False
    except (smtplib.SMTPException, OSError, ValueError) as error:
        found, is_fine = f"{conversation.step}: {conversation.trouble(error)}", False
    finally:
        conversation.close()
    return Checked(is_fine, without(found, server.secrets()))


class _No(Exception):  # noqa: N818 - the server's answer, not an error of ours
    """Carry a definite no out of the conversation."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__()
        self.attempt = attempt


class _Conversation:
    """Drive one transaction; `step` names where it stands, `all_said` tells whether the last byte is on its way."""

    def __init__(self, server: Server, tls: ssl.SSLContext | None) -> None:
        self._server = server
        self._tls = tls or ssl.create_default_context()
        self._waits_s = server.timeout_s
        self._deadline = Deadline(server.timeout_s)
        self._smtp: smtplib.SMTP | None = None
        self.step = "connecting"
        self.all_said = False

    def run(self, data: bytes, address: str) -> Attempt:
        smtp = self._connect()
        self._say_hello(smtp)
        self._log_in(smtp)
        lines = _with_crlf(data)
        size = f" SIZE={len(lines)}" if smtp.has_extn("size") else ""  # RFC 1870: what is too large is refused before it is sent
        self._ask("MAIL", smtp, "MAIL", f"FROM:<{self._server.sender}>{size}", wanted=(250,))
        self._ask("RCPT", smtp, "RCPT", f"TO:<{address}>", wanted=(250, 251, 252))
        self._ask("DATA", smtp, "DATA", "", wanted=(354,))
        self._say_message(smtp, _stuffed(lines))
        code, reply = smtp.getreply()
        if code == 250:
            return Attempt(Answer.SENT)
        if not 400 <= code <= 599:  # cut off, or no answer that says yes or no
            if self._deadline.is_over():
                raise smtplib.SMTPServerDisconnected
            return Attempt(Answer.UNCERTAIN, said(self.step, code, reply))
        raise _No(refusal(self.step, code, reply))

    def _say_message(self, smtp: smtplib.SMTP, lines: bytes) -> None:
        """Say the message and its end; a server that hangs up in the middle may have said why."""
        assert smtp.sock is not None
        self.step = "the message"
        try:
            smtp.sock.sendall(lines)
        except OSError:
            code, reply = smtp.getreply()
            if 400 <= code <= 599:
                raise _No(refusal(self.step, code, reply)) from None
            raise
        # From here on the server may have it all, whatever we hear.
        self.all_said = True
        self.step = "the answer to the message"
        self._waits_s = self._server.answer_s
        self._deadline.renew(self._waits_s)
        smtp.sock.settimeout(self._waits_s)
        smtp.sock.sendall(b".\r\n")

    def rehearse(self) -> str:
        """Go as far as a conversation goes without a recipient or a message; say what was found fine."""
        smtp = self._connect()
        self._say_hello(smtp)
        self._log_in(smtp)
        self._ask("MAIL", smtp, "MAIL", f"FROM:<{self._server.sender}>", wanted=(250,))
        self._ask("RSET", smtp, "RSET", "", wanted=(250,))
        protection = (smtp.sock.version() if isinstance(smtp.sock, ssl.SSLSocket) else None) or "no TLS"
        return f"answers ({protection}), {'takes user and password' if self._server.user else 'asks for no password'}, takes the sender"

    def trouble(self, error: Exception) -> str:
        """Name what went wrong in our own words."""
        if self._deadline.is_over():
            return f"no answer within {self._waits_s:g} s"
        if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError | ssl.SSLEOFError):
            return "the server hung up"
        if isinstance(error, ssl.SSLError):
            return f"TLS failed: {error.reason or 'no reason given'}"
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        return type(error).__name__

    def close(self) -> None:
        """Leave. The goodbye is said on the side: what was answered to the message is written down before the answer to QUIT comes."""
        smtp, self._smtp = self._smtp, None
        over = self._deadline.is_over()
        self._deadline.stop()
        if smtp is None:
            return
        if over or smtp.sock is None:
            smtp.close()
        else:
            threading.Thread(target=_say_goodbye, args=(smtp,), name="tidings-goodbye", daemon=True).start()

    def _connect(self) -> smtplib.SMTP:
        """Connect and hear the greeting, under the one deadline from the first byte."""
        server = self._server
        connection = socket.create_connection((server.host, server.port), timeout=server.timeout_s)
        smtp = self._smtp = smtplib.SMTP(local_hostname=domain(server.sender), timeout=server.timeout_s)
        smtp.sock = connection
        self._deadline.watch(connection)
        if server.security == "tls":
            self._wrap(smtp)
        code, reply = smtp.getreply()
        if code != 220:
            raise _No(Attempt(Answer.NOT_NOW, said("connecting", code, reply)))
        return smtp

    def _say_hello(self, smtp: smtplib.SMTP) -> None:
        self._introduce(smtp)
        if self._server.security != "starttls":
            return
        self.step = "STARTTLS"
        if not smtp.has_extn("starttls"):
            raise _No(Attempt(Answer.NOT_NOW, "STARTTLS: the server does not offer it"))
        code, reply = smtp.docmd("STARTTLS")
        if code != 220:
            raise _No(Attempt(Answer.NOT_NOW, said("STARTTLS", code, reply)))
        self._wrap(smtp)
        self._introduce(smtp)

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        """Say EHLO, and HELO to a server that does not know it (RFC 5321, 3.2)."""
        self.step = "EHLO"
        code, reply = smtp.ehlo()
        if 500 <= code <= 599:
            self.step = "HELO"
            code, reply = smtp.helo()
        if not 200 <= code <= 299:
            raise _No(Attempt(Answer.NOT_NOW, said(self.step, code, reply)))

    def _wrap(self, smtp: smtplib.SMTP) -> None:
        """Speak TLS from here on, and forget all that was said in the clear."""
        assert smtp.sock is not None
        smtp.sock = self._tls.wrap_socket(smtp.sock, server_hostname=self._server.host)
        smtp.file = None
        smtp.helo_resp = smtp.ehlo_resp = None
        smtp.esmtp_features = {}
        smtp.does_esmtp = False

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        """Log in, where a user is configured; never in the clear but on this machine.

        A refused password is a matter of configuration, not of the message, so the message waits.
        """
        if not self._server.user:
            return
        self.step = "AUTH"
        if self._server.security == "none" and not is_loopback(smtp):
            raise _No(Attempt(Answer.NOT_NOW, "AUTH: no password goes out without TLS"))
        try:
            smtp.login(self._server.user, self._server.password)
        except smtplib.SMTPAuthenticationError as error:
            words = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode("ascii", "replace")
            raise _No(Attempt(Answer.NOT_NOW, said("AUTH", error.smtp_code, words))) from error
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as error:  # of smtplib itself: no AUTH offered, or no kind of it that it knows
            raise _No(Attempt(Answer.NOT_NOW, "AUTH: the server offers no way to log in that is known here")) from error

    def _ask(self, step: str, smtp: smtplib.SMTP, command: str, argument: str, wanted: tuple[int, ...]) -> None:
        self.step = step
        code, reply = smtp.docmd(command, argument)
        if self._deadline.is_over():
            raise smtplib.SMTPServerDisconnected
        if code not in wanted:
            raise _No(refusal(step, code, reply))


def is_loopback(smtp: smtplib.SMTP) -> bool:
    """Tell whether the other end of the connection is this machine: judged by its address, not by its name."""
    if smtp.sock is None:
        return False
    return ipaddress.ip_address(smtp.sock.getpeername()[0]).is_loopback


def _with_crlf(data: bytes) -> bytes:
    """End all lines in CRLF, the last one too (RFC 5321, 2.3.8)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _stuffed(lines: bytes) -> bytes:
    """Double leading dots (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", lines)


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    """Say QUIT, wait a moment for the answer (RFC 5321, 4.1.1.10) and close; nothing that happens here matters any more."""
    with contextlib.suppress(OSError, ValueError):
        if smtp.sock is not None:
            smtp.sock.settimeout(_GOODBYE_S)
            smtp.sock.sendall(b"QUIT\r\n")
            smtp.sock.recv(512)
    smtp.close()
