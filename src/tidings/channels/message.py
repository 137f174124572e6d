"""Build the mail that carries an edition: our own headers, text and HTML, and the full edition as an attached file.

No header holds a word from outside, and what is kept holds no address: From, To and List-Unsubscribe are put in front when it is sent.
"""

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from tidings.ids import make_id
from tidings.model import Message


def message_id(edition_id: str, sender: str) -> str:
    """Return the Message-ID of an edition: the same whenever it is asked for."""
    return f"<{edition_id}@{domain(sender)}>"


def thread_id(recipient: str, topics: Iterable[str], sender: str) -> str:
    """Return the id that all editions of a recipient's topics refer to, so that mail programs show them as one thread (RFC 5322, 3.6.4).

    No message has it: the thread stays the same when its first mail is deleted. The order of the topics does not matter.
    """
    return f"<{make_id('thread', recipient, *sorted(topics))}@{domain(sender)}>"


def list_id(recipient: str, sender: str) -> str:
    """Return what filters go by (RFC 2919): the recipient's configured name, below a name of ours in the domain of our address."""
    return f"<{recipient}.tidings.{domain(sender)}>"


def domain(sender: str) -> str:
    """Return the domain of our own address."""
    return sender.rpartition("@")[2]


def build(message: Message, date: datetime) -> bytes:
    """Return the message as it is kept: all parts, and all headers but those that hold addresses.

    The same input gives the same bytes: `date` is the end of the edition's window and the boundaries come from the Message-ID.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message.message_id
    if message.thread_id:
        mail["In-Reply-To"] = message.thread_id
        mail["References"] = message.thread_id
    if message.list_id:
        mail["List-Id"] = message.list_id
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    mail.set_content(message.text, cte=_encoding(message.text))
    mail.add_alternative(message.html, subtype="html", cte=_encoding(message.html))
    _bound(mail, "alternative", message)
    if message.full_html:
        mail.make_mixed()
        mail.add_attachment(message.full_html, subtype="html", cte=_encoding(message.full_html), filename=message.full_name)
        _bound(mail, "mixed", message)
    return mail.as_bytes()


def addressed(payload: bytes, sender: str, address: str, unsubscribe: str = "") -> bytes:
    """Put From, To and, where `unsubscribe` is given, List-Unsubscribe before the kept message."""
    lines = [f"From: Tidings <{sender}>", f"To: <{address}>"]
    if unsubscribe:
        lines.append(f"List-Unsubscribe: <{unsubscribe}>")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii") + payload


def unsubscribe_link(address: str, recipient: str) -> str:
    """Return the link by which a mail program asks us to stop (RFC 2369, RFC 6068): a mail to `address` that names the recipient."""
    return f"mailto:{quote(address, safe='@')}?subject=unsubscribe%20{quote(recipient)}"


def _bound(mail: EmailMessage, kind: str, message: Message) -> None:
    """Set a boundary that no other is the beginning of (RFC 2046, 5.1.1: lines are compared by their beginning)."""
    mail.set_boundary(f"=-{kind}-{message.message_id.strip('<>').partition('@')[0]}")


def _encoding(text: str) -> str:
    """Choose what is shorter: quoted-printable for mostly Latin text, base64 for the rest."""
    data = text.encode()
    return "base64" if sum(byte > 126 for byte in data) * 6 > len(data) else "quoted-printable"
