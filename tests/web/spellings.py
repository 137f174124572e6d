"""List the ways in which an address that must never be connected to may be written, and a resolver that falls for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spelling:
    """Hold one way to write a forbidden address; `{port}` stands for the port of a server that listens there.

    `reached`: where that server is allowed, this very spelling reaches it. The others are no address of the web at all, or
    lead to where no test can listen. `answers` is what the resolver says to any name in it, numbers in disguise included.
    """

    url: str
    reached: bool = False
    answers: tuple[str, ...] = ("127.0.0.1",)

    def at(self, port: int) -> str:
        """Write it for a port."""
        return self.url.replace("{port}", str(port)).replace("{port+65536}", str(port + 65_536))

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Answer as a resolver that believes everything."""
        return self.answers


def _name(host: str, *answers: str) -> Spelling:
    return Spelling(f"http://{host}:{{port}}/", reached=True, answers=answers or ("127.0.0.1",))


def _to(url: str) -> Spelling:
    return Spelling(url, reached=True)


def _never(url: str) -> Spelling:
    return Spelling(url)


_DOTTED = {
    "dotted": _to("http://127.0.0.1:{port}/"),
    "capital letters": _to("HTTP://127.0.0.1:{port}/"),
    "tab and line ends": _to("ht\ttp://127.0\n.0.1:{port}\r/"),
    "spaces around": _to(" \u00a0http://127.0.0.1:{port}/ "),
    "backslashes": _to("http:\\\\127.0.0.1:{port}\\"),
    "backslash before another host": _to("http://127.0.0.1:{port}\\@site.example/"),
    "dot at the end": _to("http://127.0.0.1.:{port}/"),
    "escaped digits": _to("http://%31%32%37.0.0.1:{port}/"),
    "escaped dots": _to("http://127%2e0%2e0%2e1:{port}/"),
    "full-width digits": _to("http://１２７.０.０.１:{port}/"),
    "digits in circles": _to("http://①②⑦.⓪.⓪.①:{port}/"),
    "ideographic full stops": _to("http://127。0。0。1:{port}/"),
    "soft hyphen": _to("http://127.0.\u00ad0.1:{port}/"),
    "no width": _to("http://127.0.0.1\u200b:{port}/"),
    "all addresses": _to("http://0.0.0.0:{port}/"),
}
_NUMBERS = {
    "decimal": _never("http://2130706433:{port}/"),
    "hexadecimal": _never("http://0x7f000001:{port}/"),
    "octal": _never("http://017700000001:{port}/"),
    "octal bytes": _never("http://0177.0.0.01:{port}/"),
    "hexadecimal bytes": _never("http://0x7f.0x0.0x0.0x1:{port}/"),
    "mixed bytes": _never("http://0x7f.0.0.01:{port}/"),
    "short": _never("http://127.1:{port}/"),
    "shorter by one": _never("http://127.0.1:{port}/"),
    "nought": _never("http://0:{port}/"),
    "overflowing": _never("http://6425673729:{port}/"),
    "overflowing bytes": _never("http://383.256.256.257:{port}/"),
    "noughts before": _never("http://0127.000.000.001:{port}/"),
    "metadata, decimal": _never("http://2852039166/latest/"),
    "escaped twice": _never("http://%2531%2532%2537.0.0.1:{port}/"),
}
_IPV6 = {
    "::1": _to("http://[::1]:{port}/"),
    "::1 written out": _to("http://[0000:0:0:0:0:0:0:0001]:{port}/"),
    "mapped": _to("http://[::ffff:127.0.0.1]:{port}/"),
    "mapped, hexadecimal": _to("http://[::FFFF:7F00:1]:{port}/"),
    "any address": _to("http://[::]:{port}/"),
    "compatible": _never("http://[::127.0.0.1]:{port}/"),
    "translated": _never("http://[::ffff:0:127.0.0.1]:{port}/"),
    "NAT64": _never("http://[64:ff9b::7f00:1]:{port}/"),
    "local NAT64": _never("http://[64:ff9b:1::127.0.0.1]:{port}/"),
    "6to4": _never("http://[2002:7f00:1::1]:{port}/"),
    "Teredo": _never("http://[2001:0:7f00:1::80ff:fffe]:{port}/"),
    "zone": _never("http://[::1%25lo]:{port}/"),
    "zone of a link": _never("http://[fe80::1%25eth0]:{port}/"),
    "link-local": _never("http://[fe80::1]:{port}/"),
    "site-local": _never("http://[fec0::1]:{port}/"),
    "unique local": _never("http://[fd12:3456::1]:{port}/"),
    "multicast to all nodes": _never("http://[ff02::1]:{port}/"),
    "without brackets": _never("http://::1:{port}/"),
    "bracket left open": _never("http://[::1:{port}/"),
    "IPv4 in brackets": _never("http://[127.0.0.1]:{port}/"),
    "address of the future": _never("http://[v1.127.0.0.1]:{port}/"),
}
_NETWORKS = {
    "private 10": _never("http://10.0.0.1/"),
    "private 172": _never("http://172.16.0.1:8080/"),
    "private 192": _never("http://192.168.1.1/admin"),
    "carrier": _never("http://100.64.0.1/"),
    "link-local IPv4": _never("http://169.254.1.1/"),
    "benchmarking": _never("http://198.18.0.1/"),
    "multicast": _never("http://224.0.0.1/"),
    "broadcast": _never("http://255.255.255.255/"),
    "reserved": _never("http://240.0.0.1/"),
    "metadata": _never("http://169.254.169.254/latest/meta-data/"),
    "metadata of containers": _never("http://169.254.170.2/v2/credentials"),
    "metadata, 100.100.100.200": _never("http://100.100.100.200/latest/"),
    "metadata, 168.63.129.16": _never("http://168.63.129.16/machine"),
    "metadata, 192.0.0.192": _never("http://192.0.0.192/latest/"),
    "metadata, 169.254.0.23": _never("http://169.254.0.23/latest/"),
    "metadata, fd00:ec2::254": _never("http://[fd00:ec2::254]/latest/"),
    "metadata, fd20:ce::254": _never("http://[fd20:ce::254]/computeMetadata/v1/"),
    "metadata, fd00:42::42": _never("http://[fd00:42::42]/conf"),
    "metadata, mapped": _never("http://[::ffff:169.254.169.254]/latest/"),
}
_NAMES = {
    "localhost": _name("localhost"),
    "LOCALHOST": _name("LocalHost"),
    "localhost with a dot": _name("localhost."),
    "localhost in circles": _name("ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    "below localhost": _name("feeds.localhost", "::1"),
    "localhost.localdomain": _name("localhost.localdomain"),
    "ip6-localhost": _name("ip6-localhost", "::1"),
    "wildcard name": _name("127.0.0.1.wild.example"),
    "wildcard name, hexadecimal": _name("7f000001.wild.example"),
    "punycode": _name("xn--80ak6aa92e.example"),
    "letters beyond ASCII": _name("новости.example"),
    "name of a private address": _name("intranet.example", "10.1.2.3"),
    "name of several private addresses": _name("many.example", "192.168.0.1", "fd00::1", "127.0.0.1", "169.254.169.254"),
    "name of a mapped address": _name("mapped.example", "::ffff:127.0.0.1"),
    "name of a NAT64 address": _name("nat64.example", "64:ff9b::7f00:1"),
    "name of an address with a zone": _name("zone.example", "fe80::1%lo"),
    "name of all addresses": _name("all.example", "0.0.0.0", "::"),
    "name of metadata": _name("metadata.google.internal", "169.254.169.254"),
    "one word": _name("printer", "192.168.0.9"),
    "host before a fragment": _to("http://site.example:{port}#@127.0.0.1:{port}/"),
    "host before a query": _to("http://site.example:{port}?@127.0.0.1:{port}/"),
    "host before a backslash": _to("http://site.example:{port}\\@127.0.0.1:{port}/"),
}
_CONFUSED = {
    "user name": _never("http://site.example@127.0.0.1:{port}/"),
    "user name and password": _never("http://site.example:80@127.0.0.1:{port}/"),
    "two user names": _never("http://a@site.example@127.0.0.1:{port}/"),
    "escaped at sign": _never("http://site.example%40127.0.0.1:{port}/"),
    "NUL": _never("http://127.0.0.1:{port}\x00.site.example/"),
    "escaped NUL": _never("http://127.0.0.1%00.site.example:{port}/"),
    "escaped line end": _never("http://127.0.0.1%0d%0aX:{port}/"),
    "comma": _never("http://127.0.0.1,site.example:{port}/"),
    "semicolon": _never("http://127.0.0.1:{port};site.example/"),
    "slashes and backslashes": _never("http:/\\/\\127.0.0.1:{port}/"),
    "three slashes": _never("http:///127.0.0.1:{port}/"),
    "one slash": _never("http:/127.0.0.1:{port}/"),
    "no slash": _never("http:127.0.0.1:{port}/"),
    "scheme left out": _never("//127.0.0.1:{port}/"),
    "scheme and slashes left out": _never("127.0.0.1:{port}/"),
    "no host": _never("http://:{port}/"),
    "no host but dots": _never("http://...:{port}/"),
    "port 0": _never("http://127.0.0.1:0/"),
    "port of remote shells": _never("http://127.0.0.1:22/"),
    "port of mail": _never("http://127.0.0.1:25/"),
    "port beyond the last": _never("http://127.0.0.1:{port+65536}/"),
    "port with a sign": _never("http://127.0.0.1:+{port}/"),
    "two ports": _never("http://127.0.0.1:{port}:80/"),
}
_SCHEMES = {
    "TLS": _never("https://127.0.0.1:{port}/"),
    "file": _never("file:///etc/passwd"),
    "file of a host": _never("file://127.0.0.1:{port}/etc/passwd"),
    "path": _never("/etc/passwd"),
    "gopher": _never("gopher://127.0.0.1:{port}/_GET%20/"),
    "dict": _never("dict://127.0.0.1:{port}/d:x"),
    "ftp": _never("ftp://127.0.0.1:{port}/"),
    "ldap": _never("ldap://127.0.0.1:{port}/x"),
    "tftp": _never("tftp://127.0.0.1:{port}/x"),
    "data": _never("data:text/html,hello"),
    "javascript": _never("javascript:fetch('http://127.0.0.1:{port}/')"),
    "jar": _never("jar:http://127.0.0.1:{port}/x!/y"),
    "unix": _never("unix:/run/docker.sock:/info"),
    "http+unix": _never("http+unix://%2Frun%2Fdocker.sock/info"),
    "feed": _never("feed://127.0.0.1:{port}/"),
    "feed:http": _never("feed:http://127.0.0.1:{port}/"),
    "view-source": _never("view-source:http://127.0.0.1:{port}/"),
    "websocket": _never("ws://127.0.0.1:{port}/"),
    "blob": _never("blob:http://127.0.0.1:{port}/x"),
}
PLAIN = _DOTTED["dotted"]
SPELLINGS = {**_DOTTED, **_NUMBERS, **_IPV6, **_NETWORKS, **_NAMES, **_CONFUSED, **_SCHEMES}
