"""What outsiders write stays words in every form of an edition: each is parsed back and held against one of harmless words."""

import io
import json
import re
import unicodedata
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from outside_strings import ALL, FAMILIES, strings
from rich.console import Console
from sinks_edition import END, HARMLESS, URL, edition

from tidings.channels import message as email
from tidings.channels import slack
from tidings.channels.email import EmailChannel, Server
from tidings.model import Message, Recipient
from tidings.render.escape import safe_url
from tidings.render.html import to_html
from tidings.render.markdown import to_markdown
from tidings.render.slack import to_slack
from tidings.render.slack_threads import to_threads
from tidings.render.terminal import to_terminal
from tidings.render.text import to_text
from tidings.render.words import subject
from tidings.stages.delivery import Answer

pytestmark = pytest.mark.slow

MENTION = re.compile(r"<[!@#]|@(?!\u2060)")  # what Slack reads as a call; a word joiner after @ makes it none
BARE_LINK = re.compile(r"(?i)https?://|mailto:\S|www\.")


@pytest.fixture(params=FAMILIES, scope="module")
def family(request):
    """Give an edition of all strings of one family, and these."""
    return edition(strings(request.param)), strings(request.param)


@pytest.fixture(scope="module")
def harmless():
    """Give the same edition of a harmless word."""
    return edition([HARMLESS, HARMLESS + "s"])


def parts(page):
    """Return the tags, the names of attributes and the links of a page, parsed as browsers do."""
    elements = list(lxml_html.document_fromstring(page.encode(), parser=lxml_html.HTMLParser(encoding="utf-8")).iter())
    tags = {one.tag if isinstance(one.tag, str) else "comment" for one in elements}
    return tags, {name for one in elements for name in one.keys()}, {one.get("href") for one in elements if one.get("href")}  # noqa: SIM118


def is_clean(char):
    """Tell whether a character shows itself and no more."""
    return char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}


def test_there_are_at_least_800():
    """The table holds more than 1,600 strings, all different."""
    assert len(set(ALL)) == len(ALL) >= 1_600


def test_html(family, harmless):
    """In HTML they make no tag, no attribute, no comment and no link."""
    tags, names, links = parts(to_html(family[0]))
    our_tags, our_names, our_links = parts(to_html(harmless))
    assert tags <= our_tags
    assert names <= our_names
    assert links <= our_links == {URL}


def test_html_loads_nothing(family):
    """No rule, tag or attribute of the page asks a server for anything, and none of them comes from outside."""
    page = lxml_html.document_fromstring(to_html(family[0]))
    styles = " ".join([*(one.text or "" for one in page.iter("style")), *(one.get("style") for one in page.iter() if one.get("style"))])
    assert not re.search(r"url\(|@import|expression\(", styles)
    assert not [one for one in page.iter() if one.get("src") or one.get("background")]


def test_text(family):
    """The text part holds no control character but line breaks."""
    assert all(map(is_clean, to_text(family[0])))


def test_mail(family):
    """In a mail they make no header, no part and no defect; the subject holds none of their words."""
    told, texts = family
    message = Message(subject(told), to_text(told), to_html(told), to_markdown(told), email.message_id(told.id, "t@desk.example"))
    plain = Message(subject(told), "x", "<p>x</p>", "x", message.message_id)
    sent = email.addressed(email.build(message, END), "t@desk.example", "reader@desk.example")
    read = message_from_bytes(sent, policy=default)
    ours = message_from_bytes(email.addressed(email.build(plain, END), "t@desk.example", "reader@desk.example"), policy=default)
    assert [name for name, _ in read.items()] == [name for name, _ in ours.items()]
    assert [(name, str(value)) for name, value in read.items()] == [(name, str(value)) for name, value in ours.items()]
    assert [part.get_content_type() for part in read.walk()] == [part.get_content_type() for part in ours.walk()]
    assert not [part.defects for part in read.walk() if part.defects]
    assert not [text for text in texts if len(text.strip()) > 12 and text.strip() in str(read["Subject"])]
    assert read.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") == message.text.rstrip("\n")


def test_conversation(family):
    """Over a real conversation a mail arrives as one message, byte for byte: no line of theirs is a command, no dot ends it."""
    message = Message(subject(family[0]), to_text(family[0]), to_html(family[0]), "", email.message_id(family[0].id, "t@desk.example"))
    payload = email.build(message, END)
    inbox = Inbox()
    port = AnyPort(inbox, hostname="127.0.0.1", port=0, ready_timeout=60)
    port.start()
    try:
        server = Server("127.0.0.1", port.port, "none", "t@desk.example")
        reader = Recipient("desk", "email", ("idlib",), (), "UTC", "send", "reader@desk.example")
        assert EmailChannel(server).send(payload, reader).answer == Answer.SENT
    finally:
        port.stop()
    assert len(inbox.taken) == 1
    assert inbox.taken[0].endswith(payload)
    assert max(map(len, inbox.taken[0].split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


class AnyPort(Controller):
    """Listen on a port that the system chooses."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Inbox:
    """Take every message as it came."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.original_content)
        return "250 taken"


def test_markdown(family, harmless):
    """In Markdown they make no HTML, image, code, list or link, and nothing that programs turn into a link by themselves."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    kinds, ours = (
        {token.type for outer in reader.parse(to_markdown(one)) for token in (outer, *(outer.children or ()))}
        for one in (family[0], harmless)
    )
    assert kinds <= ours
    assert not BARE_LINK.search(to_markdown(family[0]).replace(f"(<{URL}>)", ""))


def elements(value):
    """Yield every object of a message that names its kind."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner)


def test_slack(family):
    """On Slack they are text of rich text and nothing else, and the fallback text calls nobody and links nowhere."""
    for part in (*to_slack(family[0]), *to_threads(family[0], ())):
        said = json.loads(slack.build(part.text, part.blocks))
        found = list(elements(said["blocks"]))
        assert {one["type"] for one in found} <= {
            "header", "plain_text", "rich_text", "rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted", "text", "link", "divider", "context",
        }  # fmt: skip
        assert {one["url"] for one in found if one["type"] == "link"} <= {URL}
        assert not MENTION.search(said["text"])
        assert "<" not in said["text"]
        assert not re.search(r"&(?!amp;|lt;|gt;)", said["text"])


def test_terminal(family):
    """On a terminal they are characters that show themselves: no escape sequence, no markup of rich."""
    out = io.StringIO()
    Console(file=out, width=100).print(to_terminal(family[0]))
    assert all(map(is_clean, out.getvalue()))


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("before", ["", "https://harbour.example/", "https://"])
def test_links(name, before):
    """As an address each becomes the one safe link, or none: in HTML, Markdown, text and on Slack."""
    for text in strings(name):
        url = before + text
        told, safe = edition([HARMLESS], url), safe_url(url)
        _, _, links = parts(to_html(told))
        assert links <= {safe}
        assert {one["url"] for part in to_slack(told) for one in elements(list(part.blocks)) if one["type"] == "link"} <= {safe}
        assert not BARE_LINK.search(to_markdown(told).replace(f"(<{safe}>)", "") if safe else to_markdown(told))
