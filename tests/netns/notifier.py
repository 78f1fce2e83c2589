#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A primary made by hand: notifier.py SERVER SOURCE [KEY-FILE [SECONDS [ZONE]]]

Sends a NOTIFY from SOURCE, over UDP and over TCP, signed at a time that is so far from now; prints
RCODE, AA, and what the reply's TSIG says, a line for each.
"""

import hmac
import socket
import struct
import sys
import time
from unittest import mock

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.tsig


def make(zone, key_file, apart):
    """A NOTIFY and its wire."""
    query = dns.message.make_query(zone, "SOA")
    query.set_opcode(dns.opcode.NOTIFY)
    query.flags = (query.flags & ~dns.flags.RD) | dns.flags.AA
    if key_file:
        with open(key_file, encoding="ascii") as file:
            name, algorithm, secret = file.read().split()
        query.use_tsig(dns.tsig.Key(name, secret, algorithm))
    now = time.time()
    with mock.patch("time.time", lambda: now + apart):
        return query, query.to_wire()


def ask_udp(server, source, wire):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(2)
        udp.bind((source, 0))
        udp.sendto(wire, (server, 53))
        return udp.recv(4096)


def ask_tcp(server, source, wire):
    with socket.create_connection((server, 53), 2, (source, 0)) as tcp:
        tcp.sendall(struct.pack("!H", len(wire)) + wire)
        stream = tcp.makefile("rb")
        return stream.read(struct.unpack("!H", stream.read(2))[0])


def is_right_badtime(query, reply):
    """RFC 8945 5.2.3: signed, at the query's time, with the server's in Other Data.

    dnspython does not look at the MAC of an error.
    """
    owner, method = query.keyname.to_wire(), dns.tsig.HMAC_SHA256.to_wire()
    begin = len(reply) - (len(owner) + 10 + len(method) + 10 + 32 + 6 + 6)
    rdata = reply[begin + len(owner) + 10 + len(method):]
    when, mac, error = rdata[:8], rdata[10:42], rdata[44:]
    unsigned = reply[:11] + bytes([reply[11] - 1]) + reply[12:begin]
    text = b"\0\x20" + query.mac + unsigned + owner + b"\0\xff\0\0\0\0" + method + when + error
    return (hmac.digest(query.keyring.secret, text, "sha256") == mac
            and error[:4] == b"\0\x12\0\6"
            and when[:6] == query.tsig[0].time_signed.to_bytes(6, "big")
            and abs(int.from_bytes(error[4:], "big") - time.time()) < 5)


def tell(query, reply):
    """What a reply says, in one line."""
    flags = "AA" if reply[2] & 4 else "-"
    rcode = dns.rcode.to_text(reply[3] & 15)
    try:
        message = dns.message.from_wire(reply, keyring=query.keyring, request_mac=query.mac)
        return f"{rcode} {flags} {'signed' if message.had_tsig else '-'}"
    except dns.tsig.PeerError as error:
        kind = type(error).__name__
        if isinstance(error, dns.tsig.PeerBadTime) and not is_right_badtime(query, reply):
            kind += ", which is not signed as it should be"
        return f"{rcode} {flags} {kind}"


def main():
    server, source, key_file, apart, zone = (sys.argv[1:] + [""] * 5)[:5]
    query, wire = make(zone or ".", key_file, float(apart or 0))
    for ask in (ask_udp, ask_tcp):
        print(tell(query, ask(server, source, wire)))


main()
