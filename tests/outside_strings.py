"""Strings that outsiders write, of every kind that ever made a sink do something: ours, by family, each in eight places of a text."""

MARKUP = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</blockquote></td></table>", "<svg/onload=alert(1)>",
    "<iframe src=//evil.example>", "<a href=http://evil.example>x</a>", "<b>bold</b>", "<style>*{display:none}</style>", "<!--", "-->", "<![CDATA[", "]]>",
    "<?xml version='1.0'?>", "<!DOCTYPE x>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&lt;b&gt;", "&#60;", "&#x3c;", "&amp;", "&nbsp;", "&notanentity;", "&",
    "<", ">", '"', "'", "\"' onmouseover=alert(1) x=\"", "' autofocus onfocus='x", "`", "{{ 7 * 7 }}", "{% include 'x' %}", "{# x #}", "${x}", "%s%n", "{0.__class__}",
    "<base href=http://evil.example>", "<meta http-equiv=refresh content=0>", "<plaintext>", "<title>x</title>", "<math><mi//xlink:href='data:x,<script>'>",
]  # fmt: skip
LINKS = [
    "http://evil.example", "https://evil.example/a_b?c=d&e=f#g", "HTTP://EVIL.EXAMPLE", "www.evil.example", "evil.example/path", "//evil.example", "ftp://evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<b>", "vbscript:x", "mailto:a@evil.example", "a@evil.example", "tel:+10", "file:///etc/passwd",
    "[link](http://evil.example)", "![image](http://evil.example/x.png)", "<http://evil.example>", "[a]: http://evil.example", "[^1]", "<https://evil.example|x>",
]  # fmt: skip
MENTIONS = [
    "<!channel>", "<!here|here>", "<!everyone>", "<@U012AB3CD>", "<#C012AB3CD|x>", "<!subteam^S012>", "<!date^0^{date}|x>", "@here", "@channel", "@everyone", "@someone", "#general",
    ":boom:", ":smile:", "*bold*", "_it_", "~no~", "__b__", "~~s~~", "> quote", ">>> quote", "`code`", "```", "~~~",
]  # fmt: skip
BLOCKS = [
    "# heading",
    "## 1",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "12) item",
    "---",
    "===",
    "***",
    "| a | b |",
    "|",
    "\\",
    "\\\\",
    "[x]",
    "- [ ] todo",
    "    code",
]
HEADERS = [
    "Subject: x", "\r\nBcc: a@evil.example", "\nTo: a@evil.example", "\r\n\r\nbody", "\r\n.\r\n", ".\nMAIL FROM:<x>", "\nFrom root", "=?utf-8?b?PGI+?=", "=?utf-8?q?=0ABcc:x?=",
    "--boundary", "\rX: y", "\x85X: y", "\u2028X: y", "\u2029X: y", "Content-Type: text/html", "=0A=0D", "=\r\n",
]  # fmt: skip
STEERING = [
    "\u202e drowssap", "\u202dx", "\u202ax\u202c", "\u2066x", "\u2067x", "\u2068x", "\u2069", "\u200f", "\u200e", "\u061c", "\ufeff", "\u200b", "\u2060", "\u200d", "\U000e0041\U000e007f",
    "سلام عليكم", "שלום", "سلام 123 abc", "新聞", "नमस्ते", "ไทย", "Z̸̡̛a̷l̵g̶o̴", "e\u0301" * 3, "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1fa\U0001f1f3", "ﷺ", "İıŞğ", "ß",
]  # fmt: skip
CONTROLS = [
    "\x00", "\x07", "\x08x", "\t", "\n", "\r\n", "\x0b", "\x0c", "\x1b[31m", "\x1b]8;;http://evil.example\x07x", "\x1b[2J", "\x9b31m", "\x1b]0;x\x07", "\x7f", "\x80", "\ud800",
    "\udfff", "\ufffe", "\uffff", "\U0010ffff", "[red]x[/red]", "[link=http://evil.example]x[/link]", "[/]", "\\[x]", "%1b[31m",
]  # fmt: skip
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example")',
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "=",
    "+",
    "@",
    "-",
    "＝1",
    "0x0",
    "1E5",
    "007",
    "1,2",
    '"a","b"',
    "a;b",
]
WORDS = [
    "",
    " ",
    "null",
    "None",
    "undefined",
    "true",
    "NaN",
    "Infinity",
    "-0",
    "[]",
    "{}",
    "../../etc/passwd",
    "CON",
    "x" * 300,
    "word " * 60,
    "'; DROP TABLE x; --",
    "1; ATTACH 'x'",
    "%",
    "_",
]

FAMILIES = {
    "markup": MARKUP, "links": LINKS, "mentions": MENTIONS, "blocks": BLOCKS, "headers": HEADERS, "steering": STEERING, "controls": CONTROLS, "formulas": FORMULAS,
    "words": WORDS,
}  # fmt: skip
PLACES = ("{}", "{} follows", "goes before {}", "in{}side", "line\n{}", '"{}"', "({})", "{0} {0}")


def strings(family):
    """Return a family's strings, each in every place."""
    return [place.replace("{0}", one).replace("{}", one) for one in FAMILIES[family] for place in PLACES]


ALL = list(dict.fromkeys(text for family in FAMILIES for text in strings(family)))
