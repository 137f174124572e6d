"""The table of addresses that may and may not be connected to."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.web.addresses import judge, pair, split_pair

NONE = frozenset[str]()

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.1", "198.17.255.255", "198.20.0.1",
          "223.255.255.255", "11.0.0.1", "169.253.0.1", "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2001:200::1"]  # fmt: skip

FORBIDDEN = {
    "this network": ["0.0.0.0", "0.1.2.3"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::1", "fdff::1"],
    "shared by a carrier": ["100.64.0.1", "100.127.255.255"],
    "link-local": ["169.254.0.1", "fe80::1", "febf::1"],
    "cloud metadata": ["169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"],
    "protocol assignments": ["192.0.0.1", "192.0.0.9", "2001:1::1", "2001:20::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarking": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "6to4 relay": ["192.88.99.1"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.254"],
    "broadcast": ["255.255.255.255"],
    "unspecified": ["::"],
    "IPv4 inside IPv6": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1"],
    "6to4": ["2002:7f00:1::", "2002:808:808::1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "discard": ["100::1"],
    "site-local": ["fec0::1"],
    "segment routing": ["5f00::1"],
    "not global unicast": ["4000::1", "1::1", "fe00::1"],
    "not an IP address": ["", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1 ", "1.2.3.4/8"],
    "an address with a zone": ["fe80::1%eth0", "2606:4700::1%1"],
}


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are_allowed(ip):
    """Positive control: ordinary addresses, and the neighbours of every forbidden range, may be connected to."""
    assert judge(ip, 443, NONE) == ""


@pytest.mark.parametrize(("reason", "ip"), [(reason, ip) for reason, ips in FORBIDDEN.items() for ip in ips])
def test_everything_else_is_refused_with_its_reason(reason, ip):
    """Each special range is refused, under the name by which an administrator knows it."""
    assert judge(ip, 80, NONE) == reason


def test_a_private_address_is_allowed_as_an_exact_pair_only():
    """`allow_private` opens one port of one address, and neither its other ports nor its neighbours."""
    allowed = frozenset({"127.0.0.1:8080", "[::1]:8080"})
    assert judge("127.0.0.1", 8080, allowed) == judge("::1", 8080, allowed) == ""
    assert judge("127.0.0.1", 8081, allowed) == judge("127.0.0.2", 8080, allowed) == "loopback"
    assert judge("::ffff:127.0.0.1", 8080, allowed) == "IPv4 inside IPv6"


@given(st.ip_addresses())
def test_only_global_unicast_addresses_are_ever_allowed(address):
    """Whatever is allowed is also global, and neither multicast nor private, by the standard library."""
    if not judge(str(address), 80, NONE):
        assert address.is_global
        assert [address.is_multicast, address.is_private, address.is_reserved, address.is_loopback] == [False] * 4


@given(st.ip_addresses(), st.integers(1, 65_535))
def test_a_pair_is_read_back_as_it_was_written(address, port):
    """`split_pair` undoes `pair`."""
    ip, read_port = split_pair(pair(str(address), port))
    assert (ip_address(ip), read_port) == (address, port)
