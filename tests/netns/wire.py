#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends packets of all kinds as raw frames, and judges who answers each, and the reply's headers.

    wire.py IF CLIENT4 CLIENT6 SERVER4 SERVER6 SERVER-MAC

IF is the client's veth. Each packet is sent twice: as it is (XDP has no room for a longer reply, so
tc answers), and with padding behind the IP packet (XDP has room). Who answered shows in the reply:
the kernel's have the DNS ID as IPv4 ID and no IPv6 flow label, the fallback's come from the stack,
which sets DF and a flow label. Prints "N packets, N answered by the kernel" and exits with 0, or
says for each packet what is wrong.
"""
import select
import socket
import struct
import sys
import time

CLIENT_PORT = 45353
LONG_FRAME = 1500
QUIET = 1.0  # seconds without a reply, after which none is to come
IPV4, IPV6, VLAN, QINQ = 0x0800, 0x86DD, 0x8100, 0x88A8
SOL_PACKET, PACKET_AUXDATA, ETH_P_ALL, PACKET_OUTGOING = 263, 8, 3, 4
CSUMNOTREADY, VLAN_VALID = 8, 0x10
PADN = b"\1\4\0\0\0\0"  # the IPv6 option that fills


def checksum(data):
    """The ones-complement sum; 0xffff over what carries a right checksum."""
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo_header(source, destination, length):
    return source + destination + struct.pack("!IHBB", length, 0, 0, 17)


class Frames:
    """Builds frames from the client to the server."""

    def __init__(self, addresses, client_mac, server_mac):
        self.client = {4: addresses[0], 6: addresses[1]}
        self.server = {4: addresses[2], 6: addresses[3]}
        self.client_mac, self.server_mac = client_mac, server_mac
        self.last_id = 0

    def query(self):
        """'com. NS' with DO: a referral of over 1,000 bytes."""
        self.last_id += 1
        return struct.pack("!6H", self.last_id, 0x0100, 1, 0, 0, 1) + b"\3com\0\0\2\0\1" \
            + struct.pack("!BHHIH", 0, 41, 1232, 0x8000, 0)

    def udp(self, family=4, message=None, source=None, port=CLIENT_PORT, wrong=0, zero=False):
        """A datagram; wrong: flips bits of the checksum, zero: leaves it out."""
        message = self.query() if message is None else message
        source = source or self.client[family]
        length = 8 + len(message)
        datagram = struct.pack("!4H", port, 53, length, 0) + message
        total = 0xFFFF ^ checksum(pseudo_header(source, self.server[family], length) + datagram)
        total = 0 if zero else (total or 0xFFFF) ^ wrong
        return datagram[:6] + struct.pack("!H", total) + message

    def ipv4(self, payload, source=None, options=b"", fragment=0, ident=1, more=0, wrong=0):
        """A packet; fragment: flags and offset, more: added to the length, wrong: to the sum."""
        header = struct.pack("!BBHHHBBH", 0x45 + len(options) // 4, 0xFF,
                             20 + len(options) + len(payload) + more, ident, fragment, 9, 17, 0) \
            + (source or self.client[4]) + self.server[4] + options
        total = 0xFFFF ^ checksum(header) ^ wrong
        return IPV4, header[:10] + struct.pack("!H", total) + header[12:] + payload

    def ipv6(self, payload, source=None, following=17, more=0):
        return IPV6, struct.pack("!IHBB", 0x6FFFFFFF, len(payload) + more, following, 9) \
            + (source or self.client[6]) + self.server[6] + payload

    def frame(self, packet, mac=None, tags=()):
        """The Ethernet frame, shorter than 60 bytes if it is (a veth has no minimum)."""
        return (mac or self.server_mac) + self.client_mac \
            + b"".join(struct.pack("!HH", *tag) for tag in tags) \
            + struct.pack("!H", packet[0]) + packet[1]


class Case:
    """Frames that make one query, who must answer it, and the VLAN tags of a reply."""

    def __init__(self, what, who, frames, tags=()):
        self.what, self.who, self.tags = what, who, list(tags)
        self.frames = frames if isinstance(frames, list) else [frames]
        self.id = None


def plain_cases(f):
    yield Case("IPv4 with TOS, TTL and DF of its own", "kernel",
               f.frame(f.ipv4(f.udp(), fragment=0x4000)))
    yield Case("IPv6 with class and flow label", "kernel", f.frame(f.ipv6(f.udp(6))))
    yield Case("no UDP checksum", "kernel", f.frame(f.ipv4(f.udp(zero=True))))
    yield Case("no UDP checksum in IPv6", "nobody", f.frame(f.ipv6(f.udp(6, zero=True))))
    yield Case("wrong UDP checksum", "nobody", f.frame(f.ipv4(f.udp(wrong=0x55))))
    yield Case("wrong UDP checksum in IPv6", "nobody", f.frame(f.ipv6(f.udp(6, wrong=0x55))))
    yield Case("wrong IPv4 checksum", "nobody", f.frame(f.ipv4(f.udp(), wrong=0x55)))
    yield Case("UDP longer than IP", "nobody", f.frame(f.ipv4(f.udp(), more=-4)))
    yield Case("UDP longer than IPv6", "nobody", f.frame(f.ipv6(f.udp(6), more=-4)))
    yield Case("a message of 11 bytes", "nobody", f.frame(f.ipv4(f.udp(message=f.query()[:11]))))
    yield Case("a header alone", "kernel", f.frame(f.ipv4(f.udp(message=f.query()[:12]))))


def pieces_cases(f):
    whole = f.udp()
    yield Case("IPv4 fragments", "fallback", [f.frame(f.ipv4(whole[:24], fragment=0x2000)),
                                              f.frame(f.ipv4(whole[24:], fragment=3))])
    yield Case("a first fragment alone", "nobody",
               f.frame(f.ipv4(f.udp()[:24], fragment=0x2000, ident=2)))
    yield Case("a last fragment alone", "nobody", f.frame(f.ipv4(f.udp(), fragment=2, ident=3)))
    whole = f.udp(6)
    yield Case("IPv6 fragments", "fallback",
               [f.frame(f.ipv6(b"\x11\0\0\1\0\0\0\1" + whole[:24], following=44)),
                f.frame(f.ipv6(b"\x11\0\0\x18\0\0\0\1" + whole[24:], following=44))])
    yield Case("an atomic fragment", "fallback",
               f.frame(f.ipv6(b"\x11\0\0\0\0\0\0\2" + f.udp(6), following=44)))
    yield Case("IP options", "fallback", f.frame(f.ipv4(f.udp(), options=b"\1\1\1\0")))
    yield Case("a hop-by-hop header", "fallback",
               f.frame(f.ipv6(b"\x11\0" + PADN + f.udp(6), following=0)))
    yield Case("destination options", "fallback",
               f.frame(f.ipv6(b"\x11\0" + PADN + f.udp(6), following=60)))


def address_cases(f):
    yield Case("another MAC address", "nobody",
               f.frame(f.ipv4(f.udp()), mac=b"\2\0\0\0\0\7"))
    yield Case("another MAC address, IPv6", "nobody",
               f.frame(f.ipv6(f.udp(6)), mac=b"\2\0\0\0\0\7"))
    yield Case("source port 0", "nobody", f.frame(f.ipv4(f.udp(port=0))))
    subnet = f.server[4][:3] + b"\xff"
    for source in (*map(socket.inet_aton, ("127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0")),
                   subnet):
        yield Case(f"source {socket.inet_ntoa(source)}", "nobody",
                   f.frame(f.ipv4(f.udp(source=source), source)))
    yield Case("the server's own address", "nobody",
               f.frame(f.ipv4(f.udp(source=f.server[4]), f.server[4])))
    for source in (socket.inet_pton(socket.AF_INET6, "::1"), f.server[6]):
        yield Case(f"source {socket.inet_ntop(socket.AF_INET6, source)}", "nobody",
                   f.frame(f.ipv6(f.udp(6, source=source), source)))


def tag_cases(f):
    """Who listens on no VLAN gets none from the stack: only the kernel answers these."""
    inner = (VLAN, 5)
    for tags in ([(VLAN, 0xE000)], [(VLAN, 0xA005)], [(QINQ, 7), inner], [(VLAN, 7), inner]):
        yield Case(f"{len(tags)} VLAN tags", "kernel", f.frame(f.ipv4(f.udp()), tags=tags), tags)
    yield Case("a VLAN tag, IPv6", "kernel", f.frame(f.ipv6(f.udp(6)), tags=[inner]), [inner])
    yield Case("three VLAN tags", "nobody",
               f.frame(f.ipv4(f.udp()), tags=[(QINQ, 7), inner, (VLAN, 6)]))


def all_cases(frames):
    """Each twice, and with the ID of its query."""
    for padding in (0, LONG_FRAME):
        for make in (plain_cases, pieces_cases, address_cases, tag_cases):
            for case in make(frames):
                case.id = frames.last_id
                case.frames = [frame.ljust(padding, b"\xaa") for frame in case.frames]
                case.what += ", padded" if padding else ""
                yield case


class Reply:
    """A captured reply, and what is wrong with it."""

    def __init__(self, frame, tags, partial, frames):
        self.tags, self.wrong = tags, []
        version = 4 if frame[12:14] == struct.pack("!H", IPV4) else 6
        header = frame[14:34] if version == 4 else frame[14:54]
        end = 14 + (self.read_ipv4(header) if version == 4 else self.read_ipv6(header))
        datagram = frame[14 + len(header):end]
        self.id = struct.unpack_from("!H", datagram, 8)[0]
        by_kernel = (header[4:8] == datagram[8:10] + b"\0\0" if version == 4
                     else header[:4] == b"\x60\0\0\0")
        self.who = "kernel" if by_kernel else "fallback"
        self.expect(header.endswith(frames.server[version] + frames.client[version]), "addresses")
        self.expect(frame[:12] == frames.client_mac + frames.server_mac, "MAC addresses")
        self.expect(not any(frame[end:]), "padding is not zero")
        self.read_udp(datagram, frames.server[version], frames.client[version], partial)

    def expect(self, right, what):
        if not right:
            self.wrong.append(what)

    def read_ipv4(self, header):
        self.expect(header[:2] == b"\x45\0", "options or TOS")
        self.expect(header[8] == 64, "TTL")
        self.expect(checksum(header) == 0xFFFF, "IPv4 checksum")
        return struct.unpack_from("!H", header, 2)[0]

    def read_ipv6(self, header):
        self.expect(header[0] == 0x60 and header[1] >> 4 == 0, "class")
        self.expect(header[7] == 64, "hop limit")
        return 40 + struct.unpack_from("!H", header, 4)[0]

    def read_udp(self, datagram, source, destination, partial):
        pseudo = pseudo_header(source, destination, len(datagram))
        carried = struct.unpack_from("!H", datagram, 6)[0]
        self.expect(struct.unpack_from("!H", datagram, 4)[0] == len(datagram), "UDP length")
        self.expect(carried == checksum(pseudo) if partial
                    else carried and checksum(pseudo + datagram) == 0xFFFF, "UDP checksum")


class Wire:
    """The client's end of the veth."""

    def __init__(self, ifname):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.bind((ifname, ETH_P_ALL))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.mac = self.socket.getsockname()[4]

    def send(self, frame):
        self.socket.send(frame)

    def replies(self, frames):
        """All that come until nothing has for a while."""
        while select.select([self.socket], [], [], QUIET)[0]:
            frame, ancillary, _, sender = self.socket.recvmsg(65536, 256)
            if sender[2] == PACKET_OUTGOING:
                continue
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", ancillary[0][2])
            tags = [(tpid, tci)] if status & VLAN_VALID else []
            while frame[12:14] in (struct.pack("!H", VLAN), struct.pack("!H", QINQ)):
                tags.append(struct.unpack_from("!HH", frame, 12))
                frame = frame[:12] + frame[16:]
            if self.is_reply(frame):
                yield Reply(frame, tags, bool(status & CSUMNOTREADY), frames)

    @staticmethod
    def is_reply(frame):
        """UDP from port 53: of other packets, ICMP errors and neighbour discovery are seen."""
        ethertype = struct.unpack_from("!H", frame, 12)[0]
        if ethertype not in (IPV4, IPV6):
            return False
        protocol, udp = (frame[23], 34) if ethertype == IPV4 else (frame[20], 54)
        return protocol == 17 and frame[udp:udp + 2] == b"\0\x35"


def judge(case, replies):
    """What is wrong with the replies to one query; empty when nothing is."""
    who = " and ".join(sorted(reply.who for reply in replies)) or "nobody"
    wrong = [] if who == case.who else [f"answered by {who}, not {case.who}"]
    for reply in replies:
        wrong += reply.wrong
        if reply.tags != case.tags:
            wrong.append(f"VLAN tags {reply.tags}, not {case.tags}")
    return ", ".join(wrong)


def hold_ports(addresses):
    """Bound sockets keep the client's stack from telling the server that the port is closed; the
    message sent from each makes the neighbours known, and is too short for an answer."""
    holders = []
    for family, client, server in ((socket.AF_INET, *addresses[::2]),
                                   (socket.AF_INET6, *addresses[1::2])):
        holder = socket.socket(family, socket.SOCK_DGRAM)
        holder.bind((socket.inet_ntop(family, client), CLIENT_PORT))
        holder.sendto(b"short", (socket.inet_ntop(family, server), 53))
        holders.append(holder)
    time.sleep(0.2)
    return holders


def main(ifname, *words):
    addresses = [socket.inet_pton(socket.AF_INET6 if ":" in word else socket.AF_INET, word)
                 for word in words[:4]]
    holders = hold_ports(addresses)
    wire = Wire(ifname)
    frames = Frames(addresses, wire.mac, bytes.fromhex(words[4].replace(":", "")))
    cases = list(all_cases(frames))
    for case in cases:
        for frame in case.frames:
            wire.send(frame)
    replies = list(wire.replies(frames))
    bad = 0
    for case in cases:
        wrong = judge(case, [reply for reply in replies if reply.id == case.id])
        bad += bool(wrong)
        if wrong:
            print(f"{case.what}: {wrong}")
    known = {case.id for case in cases}
    bad += any(reply.id not in known for reply in replies)
    by_kernel = sum(reply.who == "kernel" for reply in replies)
    print(f"{len(cases)} packets, {by_kernel} answered by the kernel")
    for holder in holders:
        holder.close()
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
