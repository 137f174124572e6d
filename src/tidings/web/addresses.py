"""Decide which IP addresses may be connected to: public unicast, and nothing that leads elsewhere.

`ipaddress.is_global` alone says yes to NAT64 and 6to4 forms of loopback, to multicast and to some clouds' metadata
services, and its answers changed between Python versions. The table comes from the IANA special-purpose registries
and the clouds' own manuals; whatever it does not name must also be global by `ipaddress`.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

# Order matters: the first network that holds the address names the reason.
_TABLE = (
    ("cloud metadata", "169.254.169.254/32"),
    ("cloud metadata", "169.254.170.0/24"),  # credentials of containers
    ("cloud metadata", "169.254.0.23/32"),
    ("cloud metadata", "100.100.100.200/32"),
    ("cloud metadata", "168.63.129.16/32"),  # a public range, and yet the host of the virtual machine
    ("cloud metadata", "192.0.0.192/32"),
    ("cloud metadata", "fd00:ec2::/32"),
    ("cloud metadata", "fd20:ce::254/128"),
    ("cloud metadata", "fd00:42::42/128"),
    ("this network", "0.0.0.0/8"),
    ("private", "10.0.0.0/8"),
    ("shared by a carrier", "100.64.0.0/10"),
    ("loopback", "127.0.0.0/8"),
    ("link-local", "169.254.0.0/16"),
    ("private", "172.16.0.0/12"),
    ("protocol assignments", "192.0.0.0/24"),
    ("documentation", "192.0.2.0/24"),
    ("6to4 relay", "192.88.99.0/24"),
    ("private", "192.168.0.0/16"),
    ("benchmarking", "198.18.0.0/15"),
    ("documentation", "198.51.100.0/24"),
    ("documentation", "203.0.113.0/24"),
    ("multicast", "224.0.0.0/4"),
    ("broadcast", "255.255.255.255/32"),
    ("reserved", "240.0.0.0/4"),
    ("unspecified", "::/128"),
    ("loopback", "::1/128"),
    ("IPv4 inside IPv6", "::ffff:0:0/96"),
    ("IPv4 inside IPv6", "::ffff:0:0:0/96"),
    ("IPv4 inside IPv6", "::/96"),
    ("NAT64", "64:ff9b::/96"),
    ("NAT64", "64:ff9b:1::/48"),
    ("discard", "100::/64"),
    ("Teredo", "2001::/32"),
    ("benchmarking", "2001:2::/48"),
    ("documentation", "2001:db8::/32"),
    ("protocol assignments", "2001::/23"),
    ("6to4", "2002::/16"),
    ("documentation", "3fff::/20"),
    ("segment routing", "5f00::/16"),
    ("private", "fc00::/7"),
    ("link-local", "fe80::/10"),
    ("site-local", "fec0::/10"),
    ("multicast", "ff00::/8"),
)
_NETWORKS: tuple[tuple[str, IPv4Network | IPv6Network], ...] = tuple((reason, ip_network(network)) for reason, network in _TABLE)
_PROXIES_ARE = frozenset({"", "private", "loopback", "shared by a carrier"})
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that was ever given out


def judge(ip: str, port: int, allow_private: frozenset[str]) -> str:
    """Return why this address may not be connected to; empty when it may.

    `allow_private` holds exact `ip:port` pairs (IPv6 in brackets) that are allowed whatever they are.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return "not an IP address"
    if isinstance(address, IPv6Address) and address.scope_id:
        return "an address with a zone"
    if pair(ip, port) in allow_private:
        return ""
    return _forbidden(address)


def judge_proxy(ip: str, port: int) -> str:
    """Return why this address may not be a proxy; empty when it may. The user wrote it, so it may be private, but not just anything."""
    reason = judge(ip, port, frozenset())
    return "" if reason in _PROXIES_ARE else reason


def pair(ip: str, port: int) -> str:
    """Write an address and a port as settings do: `127.0.0.1:8080`, `[::1]:8080`."""
    address = ip_address(ip)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def split_pair(text: str) -> tuple[str, int]:
    """Take apart what `pair` writes."""
    ip, _, port = text.rpartition(":")
    return ip.strip("[]"), int(port)


def is_loopback(ip: str) -> bool:
    """Tell whether an address is this machine's own."""
    return ip_address(ip).is_loopback


def _forbidden(address: IPv4Address | IPv6Address) -> str:
    for reason, network in _NETWORKS:
        if address in network:
            return reason
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "not global unicast"
    return "" if address.is_global else "not public"
