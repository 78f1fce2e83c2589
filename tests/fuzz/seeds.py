#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the fuzzers' first inputs: seeds.py DIR makes DIR/message, DIR/frame and DIR/anchors."""

import pathlib
import struct
import sys

import dns.edns
import dns.message
import dns.opcode
import dns.tsigkeyring

ZONE = "tests/data/root.zone.2026073102"
ANCHORS = "tests/data/root-anchors.xml"
NAMES = [".", "com.", "www.example.com.", "zw.", "aaa.", "0.", "zzzz.", "xn--p1ai.", "nonexistent.",
         "a.b.c.d.e.f.org.", "_ldap._tcp.local.", "\\000\\255.net.", "x" * 63 + "." + "y" * 63 + "."]
TYPES = ["A", "AAAA", "NS", "DS", "SOA", "DNSKEY", "ANY", "RRSIG", "AXFR", "TYPE65280"]


def tlds():
    """Every delegated name: mutated by a byte, it falls into the gap beside it."""
    with open(ZONE, encoding="ascii") as zone:
        fields = (line.split() for line in zone)
        return sorted({f[0] for f in fields if len(f) > 4 and f[3] == "NS" and f[0] != "."})


# A client's cookie, and the whole one that it gets by the secret and the time of world.c.
CLIENT = b"client c"
COOKIE = CLIENT + bytes.fromhex("010000006a6d370013731aa2923b712f")


def cookies():
    """Cookies good and bad, with a question and without one (RFC 7873 5.4)."""
    kinds = [CLIENT, COOKIE, COOKIE[:-1] + b"x", COOKIE[:16], COOKIE + CLIENT, COOKIE[:7]]
    for i, cookie in enumerate(kinds):
        option = dns.edns.GenericOption(10, cookie)
        for name in (".", "com.", "nonexistent."):
            query = dns.message.make_query(name, "A", options=[dns.edns.GenericOption(3, b""), option])
            yield f"cookie-{i}-{name}", query.to_wire()
        query = dns.message.Message(id=4711)
        query.use_edns(0, 0, 1232, options=[option, dns.edns.GenericOption(10, CLIENT)])
        yield f"cookie-{i}-alone", query.to_wire()
        query.use_tsig(dns.tsigkeyring.from_text({"key.": "c2VjcmV0"}), keyname="key.")
        yield f"cookie-{i}-tsig", query.to_wire()


def notifies():
    """NOTIFY of fuzz_message.c's primaries: as it should be, with another key, another zone."""
    for key, zone in (("", "."), ("key.", "."), ("other.", "."), ("key.", "key.")):
        query = dns.message.make_query(zone, "SOA", id=4711, use_edns=0 if key else None)
        query.set_opcode(dns.opcode.NOTIFY)
        if key:
            query.use_tsig(dns.tsigkeyring.from_text({key: "c2VjcmV0"}), keyname=key)
        yield f"notify-{key}-{zone}", query.to_wire()


def messages():
    """Queries of every kind, as (name, wire)."""
    for tld in tlds():
        yield f"tld-{tld}", dns.message.make_query(tld, "DS", id=4711).to_wire()
    for i, name in enumerate(NAMES):
        for rrtype in TYPES:
            query = dns.message.make_query(name, rrtype, id=4711 + i)
            yield f"plain-{i}-{rrtype}", query.to_wire()
        query.use_edns(0, dns.flags.DO if i % 2 else 0, 512 + 240 * i,
                       options=[dns.edns.GenericOption(10, b"12345678"),
                                dns.edns.GenericOption(65001, b"")][:i % 3])
        yield f"edns-{i}", query.to_wire()
    yield from cookies()
    yield from notifies()
    query = dns.message.make_query(".", "SOA", use_edns=1)
    yield "edns-version", query.to_wire()
    query = dns.message.make_query("com.", "A")
    query.use_tsig(dns.tsigkeyring.from_text({"key.": "c2VjcmV0"}), keyname="key.")
    yield "tsig", query.to_wire()


def frames(wire, i):
    """The frames that carry a query: IPv4 or IPv6, with up to two VLAN tags."""
    ethernet = bytes.fromhex("020000000001020000000002") + bytes.fromhex("81000007") * (i % 3)
    udp = struct.pack("!HHHH", 40001, 53, 8 + len(wire), 0) + wire
    if i % 2:
        ip = struct.pack("!IHBB", 6 << 28, len(udp), 17, 64) + bytes(32)
        return ethernet + b"\x86\xdd" + ip + udp
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0)
    return ethernet + b"\x08\x00" + ip + bytes([198, 51, 100, 7, 192, 0, 2, 53]) + udp


def anchors():
    """IANA's file, whole and with less in it, and with what XML has besides."""
    text = pathlib.Path(ANCHORS).read_text(encoding="utf-8")
    begin, end = text.index("    <KeyDigest"), text.index("</KeyDigest>") + 13
    yield "iana", text
    yield "one", text[:end] + "</TrustAnchor>"
    yield "none", text[:begin] + "</TrustAnchor>"
    yield "cut", text[:end - 30]
    for i, what in enumerate(("<a b='&#10;'><c>&lt;</c></a>", "<![CDATA[1]]>", "<!-- 1 -->", "<?x y?>", "1",
                              "<KeyTag>1</KeyTag>", "<Zone>.</Zone>", "<KeyDigest/>", "&x;", "&#x0;")):
        yield f"with-{i}", text[:begin] + what + text[begin:end] + what + "</TrustAnchor>"
    yield "doctype", text.replace("<TrustAnchor", "<!DOCTYPE x [<!ENTITY x '.'>]><TrustAnchor", 1)


def main():
    base = pathlib.Path(sys.argv[1])
    for room in ("message", "frame", "anchors"):
        (base / room).mkdir(parents=True, exist_ok=True)
    for i, (name, wire) in enumerate(messages()):
        (base / "message" / name).write_bytes(wire)
        (base / "frame" / name).write_bytes(frames(wire, i))
    for name, text in anchors():
        (base / "anchors" / name).write_text(text, encoding="utf-8")


main()
