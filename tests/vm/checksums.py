#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends frames with right, wrong, missing and partial UDP checksums, and checks the replies' own.

checksums.py INTERFACE SERVER_MAC IPV4_CLIENT IPV4_SERVER IPV6_CLIENT IPV6_SERVER
"""
import select
import socket
import struct
import sys
import time

PATIENCE = 2.0  # seconds in which a reply comes, if one comes at all
ETH_IPV4, ETH_IPV6, UDP = 0x0800, 0x86DD, 17
# How the UDP checksum is made -> the families in which such a query gets an answer (RFC 768, 8200).
# Partial: the pseudo-header's sum alone, as a sender leaves it that has checksum offload.
KINDS = {"right": (4, 6), "wrong": (), "zero": (4,), "partial": (4, 6)}
# Even and odd lengths, of names that are in the zone and that are not.
NAMES = ["com", "org", "xx-none", "a.xx-none", "www.example.com"]


def ones_sum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo_header(source, destination, length):
    if len(source) == 4:
        return source + destination + struct.pack("!BBH", 0, UDP, length)
    return source + destination + struct.pack("!II", length, UDP)


def udp_packet(source, destination, port, message, kind):
    length = 8 + len(message)
    pseudo = pseudo_header(source, destination, length)
    bare = struct.pack("!HHHH", port, 53, length, 0) + message
    right = ~ones_sum(pseudo + bare) & 0xFFFF or 0xFFFF
    partial = ones_sum(pseudo)
    checksum = {"right": right, "wrong": right ^ 0x0100, "zero": 0, "partial": partial}[kind]
    return bare[:6] + struct.pack("!H", checksum) + message


def frame(macs, source, destination, port, message, kind):
    udp = udp_packet(source, destination, port, message, kind)
    if len(source) == 16:
        return (macs + struct.pack("!HIHBB", ETH_IPV6, 6 << 28, len(udp), UDP, 64)
                + source + destination + udp)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, UDP, 0) + source + destination
    head = head[:10] + struct.pack("!H", ~ones_sum(head) & 0xFFFF) + head[12:]
    return macs + struct.pack("!H", ETH_IPV4) + head + udp


def query(number, name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    opt = struct.pack("!BHHIH", 0, 41, 1232, 0x8000, 0)
    return struct.pack("!6H", number, 0, 1, 0, 0, 1) + labels + struct.pack("!BHH", 0, 1, 1) + opt


def reply_of(received):
    """Port and faults of a reply; None for another frame."""
    kind, = struct.unpack_from("!H", received, 12)
    faults = []
    if kind == ETH_IPV4 and received[14] == 0x45 and received[23] == UDP:
        source, destination, at = received[26:30], received[30:34], 34
        if ones_sum(received[14:34]) != 0xFFFF:
            faults.append("wrong IPv4 header checksum")
    elif kind == ETH_IPV6 and received[20] == UDP:
        source, destination, at = received[22:38], received[38:54], 54
    else:
        return None
    from_port, port, length, checksum = struct.unpack_from("!4H", received, at)
    if from_port != 53:
        return None
    udp = received[at:at + length]
    if checksum == 0:
        faults.append("no UDP checksum")
    if ones_sum(pseudo_header(source, destination, length) + udp) != 0xFFFF:
        faults.append("wrong UDP checksum")
    return port, faults


def receive(link, wanted):
    """Faults by port, until all the wanted came and no other did for a moment."""
    seen = {}
    until = time.monotonic() + PATIENCE
    while (left := until - time.monotonic()) > 0:
        if not select.select([link], [], [], left)[0]:
            break
        received, origin = link.recvfrom(65535)
        reply = reply_of(received) if origin[2] != socket.PACKET_OUTGOING else None
        if reply:
            seen.setdefault(reply[0], []).extend(reply[1])
            if wanted <= seen.keys():
                until = min(until, time.monotonic() + PATIENCE / 4)
    return seen


def main():
    interface, mac, *addresses = sys.argv[1:]
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    link.bind((interface, 0))
    macs = bytes.fromhex(mac.replace(":", "")) + link.getsockname()[4]
    pairs = {
        4: [socket.inet_pton(socket.AF_INET, each) for each in addresses[:2]],
        6: [socket.inet_pton(socket.AF_INET6, each) for each in addresses[2:]],
    }
    cases = {}
    for family, pair in pairs.items():
        for kind, answered in KINDS.items():
            for name in NAMES:
                port = 40000 + len(cases)
                cases[port] = ("IPv%d, %s checksum, %s" % (family, kind, name), family in answered)
                link.send(frame(macs, *pair, port, query(port, name), kind))

    seen = receive(link, {port for port, (_, answered) in cases.items() if answered})
    failed = 0
    for port, (what, answered) in cases.items():
        faults = list(seen.get(port, []))
        if answered != (port in seen):
            faults.append("not answered" if answered else "answered")
        for fault in faults:
            print("%s: %s" % (what, fault))
        failed += bool(faults)
    print("%d queries, %d answered, %d failed" % (len(cases), len(seen), failed))
    sys.exit(failed > 0)


main()
