import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tidings.channels.message import addressed, build, list_id, message_id, thread_id, unsubscribe_link
from tidings.model import Message

ADDRESS = "reader@news.example"
SENDER = "tidings@desk.example"
DATE = datetime(2020, 2, 19, 4, 0, tzinfo=UTC)
FOLDED = Message(
    subject="Tidings, Wed 19 Feb 07:00: 5 in Idlib",
    text="One line.\nسلام\n",
    html="<p>سلام</p>\n",
    markdown="",
    message_id=message_id("0a1b2c3d-1111", SENDER),
    thread_id=thread_id("desk", ("idlib", "libya"), SENDER),
    list_id=list_id("desk", SENDER),
    full_html="<!DOCTYPE html>\n<p>سلام</p>\n" + "<p>" + "everything " * 4000 + "</p>\n",
    full_name="tidings-2020-02-19.html",
)
WHOLE = replace(FOLDED, full_html="", full_name="")


def read(payload):
    """Read a message back as a mail program does."""
    return email.message_from_bytes(payload, policy=email.policy.default)


@pytest.mark.parametrize("message", [WHOLE, FOLDED], ids=["whole", "folded"])
def test_bytes_are_stable(message):
    """The same edition gives the same bytes every time, with an attached file and without, so that a repeat can be recognised as one."""
    assert build(message, DATE) == build(message, DATE)


@pytest.mark.parametrize("message", [WHOLE, FOLDED], ids=["whole", "folded"])
def test_no_address_in_the_kept_bytes(message):
    """What the outbox keeps holds neither our address nor the reader's: they are put before it when it is sent."""
    kept = build(message, DATE)
    assert ADDRESS.encode() not in kept
    assert SENDER.encode() not in kept
    sent = addressed(kept, SENDER, ADDRESS, unsubscribe_link(SENDER, "desk"))
    assert sent.removesuffix(kept).decode() == (
        "From: Tidings <tidings@desk.example>\r\nTo: <reader@news.example>\r\n"
        "List-Unsubscribe: <mailto:tidings@desk.example?subject=unsubscribe%20desk>\r\n"
    )


def test_the_full_edition_is_attached():
    """A folded edition has its two parts as ever, and beside them one HTML file under a name of ours, word for word."""
    mail = read(build(FOLDED, DATE))
    assert mail.get_content_type() == "multipart/mixed"
    both, file = mail.iter_parts()
    assert [part.get_content_type() for part in both.iter_parts()] == ["text/plain", "text/html"]
    assert (file.get_content_type(), file.get_content_disposition(), file.get_filename()) == (
        "text/html", "attachment", "tidings-2020-02-19.html",
    )  # fmt: skip
    assert file.get_content().replace("\r\n", "\n") == FOLDED.full_html
    assert file.get_content_charset() == "utf-8"


def test_no_attachment_where_nothing_is_folded():
    """A whole edition is a mail of two parts."""
    mail = read(build(WHOLE, DATE))
    assert mail.get_content_type() == "multipart/alternative"
    assert list(mail.iter_attachments()) == []


def test_no_boundary_begins_another():
    """Mail programs may compare a boundary by its beginning: no boundary is the beginning of another one."""
    inner, outer = sorted(re.findall(rb'boundary="([^"]+)"', build(FOLDED, DATE)))
    assert not inner.startswith(outer)
    assert not outer.startswith(inner)


def test_lines_are_short_enough():
    """No line of a message is longer than 998 bytes, which is all that servers must take."""
    sent = addressed(build(FOLDED, DATE), SENDER, ADDRESS, unsubscribe_link(f"{'a' * 64}@{'b' * 200}.example", "x" * 32))
    assert max(map(len, sent.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("recipient", "topics", "same"),
    [
        pytest.param("desk", ("idlib", "libya"), True, id="the same topics"),
        pytest.param("desk", ("libya", "idlib"), True, id="in another order"),
        pytest.param("desk", ("idlib",), False, id="a topic less"),
        pytest.param("night_desk", ("idlib", "libya"), False, id="another recipient"),
    ],
)
def test_editions_of_the_same_topics_are_one_thread(recipient, topics, same):
    """Every edition of a recipient's topics refers to one id that no message has; no two recipients share it."""
    thread = thread_id(recipient, topics, SENDER)
    assert (thread == FOLDED.thread_id) == same
    mail = read(build(replace(WHOLE, thread_id=thread), DATE))
    assert mail["References"] == mail["In-Reply-To"] == thread
    assert thread != mail["Message-ID"]


def test_list_id_has_its_form():
    """The List-Id is the recipient's name below a name of ours: no topic, no address, the form that RFC 2919 wants."""
    assert read(build(WHOLE, DATE))["List-Id"] == "<desk.tidings.desk.example>"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        pytest.param("stop@desk.example", "mailto:stop@desk.example?subject=unsubscribe%20desk", id="plain"),
        pytest.param("a+b@desk.example", "mailto:a%2Bb@desk.example?subject=unsubscribe%20desk", id="plus"),
        pytest.param("a&b=c?d@desk.example", "mailto:a%26b%3Dc%3Fd@desk.example?subject=unsubscribe%20desk", id="signs of a URL"),
    ],
)
def test_unsubscribing_is_a_mail(address, link):
    """To stop, a mail program writes to the address, whatever signs are in it, and names the recipient in the subject."""
    assert unsubscribe_link(address, "desk") == link
