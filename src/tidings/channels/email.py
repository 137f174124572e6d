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
from dataclasses import dataclass, field

from tidings.channels.checked import Checked
from tidings.channels.deadline import Deadline
from tidings.channels.message import addressed, domain, unsubscribe_link
from tidings.model import Recipient
from tidings.stages.delivery import Answer, Attempt

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_REPLY_MAX = 200  # characters of a server's answer that are kept


@dataclass(frozen=True, slots=True)
class Server:
    """Describe the mail server and how we present ourselves to it."""

    host: str
    port: int
    security: str  # starttls | tls | none
    sender: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    timeout_s: float = 30.0  # of the whole conversation
    unsubscribe: str = field(default="", repr=False)  # address for those who want no more mail; the sender's where it is empty


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
        return Attempt(attempt.answer, _without(attempt.reason, recipient.address, self._server))

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
        said, is_fine = conversation.rehearse(), True
    except _No as no:
        said, is_fine = no.attempt.reason, False
    except (smtplib.SMTPException, OSError, ValueError) as error:
        said, is_fine = f"{conversation.step}: {conversation.trouble(error)}", False
    finally:
        conversation.close()
    return Checked(is_fine, _without(said, server.sender, server))


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
        self._deadline = Deadline(server.timeout_s)
        self._smtp: smtplib.SMTP | None = None
        self.step = "connecting"
        self.all_said = False

    def run(self, data: bytes, address: str) -> Attempt:
        smtp = self._connect()
        self._say_hello(smtp)
        self._log_in(smtp)
        self._ask("MAIL", smtp, "MAIL", f"FROM:<{self._server.sender}>", wanted=(250,))
        self._ask("RCPT", smtp, "RCPT", f"TO:<{address}>", wanted=(250, 251))
        self._ask("DATA", smtp, "DATA", "", wanted=(354,))
        self.step = "the message"
        smtp.send(_stuffed(data))
        # From here on the server may have it all, whatever we hear.
        self.all_said = True
        self.step = "the answer to the message"
        smtp.send(b".\r\n")
        code, reply = smtp.getreply()
        if code == 250:
            return Attempt(Answer.SENT)
        if not 400 <= code <= 599:  # cut off, or no answer that says yes or no
            return Attempt(Answer.UNCERTAIN, _said(self.step, code, reply))
        raise _No(_refusal(self.step, code, reply))

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
            return f"no answer within {self._server.timeout_s:g} s"
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return "the server hung up"
        if isinstance(error, ssl.SSLError):
            return f"TLS failed: {error.reason or 'no reason given'}"
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        return type(error).__name__

    def close(self) -> None:
        """Say goodbye where that costs nothing, and leave."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            if not self._deadline.is_over() and smtp.sock is not None:
                with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
                    smtp.sock.settimeout(min(2.0, self._server.timeout_s))
                    smtp.quit()
            smtp.close()
        self._deadline.stop()

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
            raise _No(Attempt(Answer.NOT_NOW, _said("connecting", code, reply)))
        return smtp

    def _say_hello(self, smtp: smtplib.SMTP) -> None:
        self.step = "EHLO"
        smtp.ehlo_or_helo_if_needed()
        if self._server.security != "starttls":
            return
        self.step = "STARTTLS"
        if not smtp.has_extn("starttls"):
            raise _No(Attempt(Answer.NOT_NOW, "STARTTLS: the server does not offer it"))
        code, reply = smtp.docmd("STARTTLS")
        if code != 220:
            raise _No(Attempt(Answer.NOT_NOW, _said("STARTTLS", code, reply)))
        self._wrap(smtp)
        self.step = "EHLO"
        smtp.ehlo_or_helo_if_needed()

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
            raise _No(Attempt(Answer.NOT_NOW, f"AUTH: {error.smtp_code}, user or password not accepted")) from error

    def _ask(self, step: str, smtp: smtplib.SMTP, command: str, argument: str, wanted: tuple[int, ...]) -> None:
        self.step = step
        code, reply = smtp.docmd(command, argument)
        if self._deadline.is_over():
            raise smtplib.SMTPServerDisconnected
        if code not in wanted:
            raise _No(_refusal(step, code, reply))


def is_loopback(smtp: smtplib.SMTP) -> bool:
    """Tell whether the other end of the connection is this machine: judged by its address, not by its name."""
    if smtp.sock is None:
        return False
    return ipaddress.ip_address(smtp.sock.getpeername()[0]).is_loopback


def _refusal(step: str, code: int, reply: bytes) -> Attempt:
    """Read a definite no: 5xx is final, everything else is not now."""
    answer = Answer.REFUSED if 500 <= code <= 599 else Answer.NOT_NOW
    return Attempt(answer, _said(step, code, reply))


def _said(step: str, code: int, reply: bytes) -> str:
    if not 200 <= code <= 599:  # -1 where there was no number
        return f"{step}: an answer that makes no sense"
    return f"{step}: {code} {' '.join(reply.decode('ascii', 'replace').split())}"[:_REPLY_MAX]


def _stuffed(data: bytes) -> bytes:
    """End lines in CRLF and double leading dots (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _without(reason: str, address: str, server: Server) -> str:
    """Take addresses and secrets out of what a server said, and what is no printable ASCII."""
    for secret in (address, server.sender, server.unsubscribe, address.partition("@")[0] + "@", server.user, server.password):
        if len(secret) > 2:
            reason = re.sub(re.escape(secret), "...", reason, flags=re.IGNORECASE)
    reason = re.sub(r"[^\s<>@]+@[^\s<>@]+", "...", reason)
    return "".join(char if 32 <= ord(char) < 127 else "?" for char in reason)
