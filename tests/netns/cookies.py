# SPDX-License-Identifier: GPL-2.0-or-later
"""DNS cookies (RFC 7873, RFC 9018) as a client and a second implementation see them: SipHash-2-4
in plain Python, queries with COOKIE options, and replies taken apart. Nothing is shared with C."""
import ipaddress
import random
import socket
import struct

OPT, SOA, NS = 41, 6, 2
COOKIE, PADDING = 10, 12
IN, HS = 1, 4
NOERROR, FORMERR, NXDOMAIN, REFUSED, BADVERS, BADCOOKIE = 0, 1, 3, 5, 16, 23
VERSION_1 = b"\1\0\0\0"  # and three reserved bytes
KEEP, LIFE, AHEAD = 1800, 3600, 300  # seconds: kept, valid, ahead of our clock (RFC 9018 4.3)
MASK = (1 << 64) - 1


# --- RFC 9018 ------------------------------------------------------------------------------------

def rotate(value, bits):
    return (value << bits | value >> 64 - bits) & MASK


def sip_rounds(v, count):
    """The rounds of the paper (Aumasson and Bernstein 2012, figure 2.1) on four words."""
    v0, v1, v2, v3 = v
    for _ in range(count):
        v0 = (v0 + v1) & MASK
        v1 = rotate(v1, 13) ^ v0
        v0 = rotate(v0, 32)
        v2 = (v2 + v3) & MASK
        v3 = rotate(v3, 16) ^ v2
        v0 = (v0 + v3) & MASK
        v3 = rotate(v3, 21) ^ v0
        v2 = (v2 + v1) & MASK
        v1 = rotate(v1, 17) ^ v2
        v2 = rotate(v2, 32)
    return [v0, v1, v2, v3]


def siphash24(key, data):
    """SipHash-2-4 under a key of 16 bytes: 8 bytes, the least significant first."""
    k0, k1 = struct.unpack("<2Q", key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D,
         k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", padded):
        v[3] ^= word
        v = sip_rounds(v, 2)
        v[0] ^= word
    v[2] ^= 0xFF
    v = sip_rounds(v, 4)
    return struct.pack("<Q", v[0] ^ v[1] ^ v[2] ^ v[3])


def make_cookie(secret, client, when, address, head=VERSION_1):
    """The whole COOKIE option's data, 24 bytes, for a client cookie and a client's address."""
    server = head + struct.pack("!I", int(when) & 0xFFFFFFFF)
    return client + server + siphash24(secret, client + server
                                       + ipaddress.ip_address(address).packed)


def cookie_time(cookie):
    return struct.unpack_from("!I", cookie, 12)[0]


def made_with(cookie, address, secrets):
    """The number of the secret that this cookie was made with, or None."""
    for number, secret in enumerate(secrets):
        if cookie == make_cookie(secret, cookie[:8], cookie_time(cookie), address):
            return number
    return None


def read_secrets(file):
    with open(file, encoding="ascii") as lines:
        return [bytes.fromhex(line) for line in map(str.strip, lines)
                if line and not line.startswith("#")]


# Vectors of the SipHash paper (appendix A, and of no bytes), and RFC 9018 A.1 and A.4.
assert siphash24(bytes(range(16)), bytes(range(15))).hex() == "e545be4961ca29a1"
assert siphash24(bytes(range(16)), b"").hex() == "310e0edd47db6f72"
assert make_cookie(bytes.fromhex("e5e973e5a6b2a43f48e7dc849e37bfcf"),
                   bytes.fromhex("2464c4abcf10c957"), 1559731985, "198.51.100.100").hex() \
    == "2464c4abcf10c957" "010000005cf79f111f8130c3eee29480"
assert make_cookie(bytes.fromhex("445536bcd2513298075a5d379663c962"),
                   bytes.fromhex("22681ab97d52c298"), 1559741961,
                   "2001:db8:220:1:59de:d0f4:8769:82b8").hex() \
    == "22681ab97d52c298" "010000005cf7c609a6bb79d16625507a"


# --- messages ------------------------------------------------------------------------------------

def option(code, data):
    return struct.pack("!HH", code, len(data)) + data


def query(ident, name=b"\0", qtype=SOA, qclass=IN, questions=1, version=0, cookies=(), padding=0):
    """A query with OPT; cookies: the data of each COOKIE option; padding: bytes of option 12."""
    options = b"".join(option(COOKIE, cookie) for cookie in cookies) \
        + (option(PADDING, bytes(padding)) if padding else b"")
    question = name + struct.pack("!HH", qtype, qclass) if questions else b""
    return struct.pack("!6H", ident, 0, questions, 0, 0, 1) + question \
        + struct.pack("!BHHIH", 0, OPT, 1232, version << 16, len(options)) + options


def skip_name(wire, at):
    while wire[at] and wire[at] < 0xC0:
        at += 1 + wire[at]
    return at + (2 if wire[at] else 1)


class Reply:
    """A reply taken apart: flags, rcode (with OPT's bits), cookie (None without the option), and
    plain: the message with ID and COOKIE option cut out, for comparing."""

    def __init__(self, wire):
        self.wire = wire
        self.id, self.flags, *counts = struct.unpack_from("!6H", wire)
        self.rcode = self.flags & 15
        self.tc = bool(self.flags & 0x200)
        self.answers = counts[1]
        self.cookie, self.has_opt = None, False
        self.plain = wire[2:]
        at = 12
        for _ in range(counts[0]):
            at = skip_name(wire, at) + 4
        for _ in range(sum(counts[1:])):
            at = self.read_record(skip_name(wire, at))
        if at != len(wire):
            raise ValueError(f"{len(wire) - at} bytes behind the last record")

    def __str__(self):
        return f"rcode {self.rcode}, cookie {self.cookie.hex() if self.cookie else self.cookie}, " \
            f"{self.answers} answers, {self.wire.hex()}"

    def read_record(self, at):
        """From the record's type on; returns where the next one begins."""
        kind, _, ttl, length = struct.unpack_from("!HHIH", self.wire, at)
        end = at + 10 + length
        if kind == OPT:
            self.has_opt = True
            self.rcode |= ttl >> 24 << 4
            self.read_options(at + 10, end)
        return end

    def read_options(self, start, end):
        others = b""
        at = start
        while at < end:
            code, length = struct.unpack_from("!HH", self.wire, at)
            if code == COOKIE:
                self.cookie = self.wire[at + 4:at + 4 + length]
            else:
                others += self.wire[at:at + 4 + length]
            at += 4 + length
        self.plain = self.wire[2:start - 2] + struct.pack("!H", len(others)) + others \
            + self.wire[end:]


class Client:
    """One client's socket to one server: UDP or TCP, from a port of its own."""

    def __init__(self, server, tcp=False, port=53, source=None):
        self.server, self.tcp = server, tcp
        self.family = socket.AF_INET6 if ":" in server else socket.AF_INET
        self.socket = socket.socket(self.family, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
        self.socket.settimeout(3)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((server, port))
        self.address = self.socket.getsockname()[0]
        self.asked = self.padding = 0

    def __str__(self):
        return f"{'TCP' if self.tcp else 'UDP'} {self.server}"

    def send(self, message):
        self.socket.send(struct.pack("!H", len(message)) + message if self.tcp else message)

    def receive(self):
        """One message."""
        if not self.tcp:
            return self.socket.recv(65535)
        length = struct.unpack("!H", self.socket.recv(2, socket.MSG_WAITALL))[0]
        return self.socket.recv(length, socket.MSG_WAITALL)

    def ask(self, *cookies, **fields):
        """Sends a query, see query(); returns the Reply."""
        ident = random.randrange(1 << 16)
        self.asked += 1
        self.send(query(ident, cookies=cookies, padding=self.padding, **fields))
        reply = Reply(self.receive())
        if reply.id != ident:
            raise ValueError(f"{self}: reply to another query")
        return reply
