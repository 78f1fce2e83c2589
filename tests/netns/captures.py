#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes capture files of packets that are queries, nearly, or not at all, for test-explain.sh.

captures.py DIRECTORY SERVER4 SERVER6: ethernet.pcap, cooked.pcap, cooked2.pcap, wireless.pcap and
cut.pcap. PACKETS is what ethernet.pcap holds, in order.
"""
import socket
import struct
import sys

CLIENT4, CLIENT6 = "198.51.100.7", "2001:db8::7"
COM = struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\3com\0\0\2\0\1"
LINK_ETHERNET, LINK_WIRELESS, LINK_COOKED, LINK_COOKED2 = 1, 105, 113, 276


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[:len(data) & ~1]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def udp(source, target, message, port=53, change=0):
    pseudo = source + target + struct.pack("!2H", 17, 8 + len(message))
    head = struct.pack("!3H", 40000, port, 8 + len(message))
    return head + struct.pack("!H", checksum(pseudo + head + b"\0\0" + message) ^ change) + message


def ipv4(target, payload, protocol=17, fragment=0):
    source, target = socket.inet_aton(CLIENT4), socket.inet_aton(target)
    head = struct.pack("!2B3H2B", 0x45, 0, 20 + len(payload), 1, fragment, 64, protocol)
    return head + struct.pack("!H", checksum(head + b"\0\0" + source + target)) + source + target + payload


def query4(target, message=COM, **how):
    return ipv4(target, udp(socket.inet_aton(CLIENT4), socket.inet_aton(target), message, **how))


def query6(target, message=COM, extension=False):
    ends = [socket.inet_pton(socket.AF_INET6, each) for each in (CLIENT6, target)]
    payload, following = udp(*ends, message), 17
    if extension:
        payload, following = struct.pack("!2BHI", 17, 0, 0x0104, 0) + payload, 0
    return struct.pack("!IH2B", 6 << 28, len(payload), following, 64) + b"".join(ends) + payload


def ethernet(packet, kind=0x0800, tags=()):
    frame = b"\x52\x54\0\1\2\3" + b"\x52\x54\0\4\5\6"
    for tag in tags:
        frame += struct.pack("!2H", 0x8100, tag)
    return frame + struct.pack("!H", kind) + packet


def write(path, link, packets):
    """Each packet is bytes, or (bytes, length on the wire)."""
    with open(path, "wb") as file:
        file.write(struct.pack("=I2H4I", 0xa1b2c3d4, 2, 4, 0, 0, 65535, link))
        for packet in packets:
            packet, length = packet if isinstance(packet, tuple) else (packet, len(packet))
            file.write(struct.pack("=4I", 1, 0, len(packet), length) + packet)


def main(directory, server4, server6):
    plain = query4(server4)
    packets = [
        ethernet(plain),
        ethernet(query6(server6), 0x86dd),
        ethernet(plain, tags=[5]),
        ethernet(query4("203.0.113.5")),
        ethernet(query4(server4, change=0x0101)),
        ethernet(query6(server6, extension=True), 0x86dd),
        ethernet(query4(server4, COM[:2] + b"\x84" + COM[3:])),
        ethernet(query4(server4, COM[:11])),
        ethernet(query4(server4, COM[:12] + b"\xc0\x0c\0\2\0\1")),
        ethernet(query4(server4, COM + bytes(1500))),
        ethernet(ipv4(server4, plain[20:], fragment=0x2000)),
        ethernet(ipv4(server4, plain[28:], fragment=1)),
        ethernet(query4(server4, port=5353)),
        ethernet(ipv4(server4, bytes(20), protocol=6)),
        ethernet(bytes(28), 0x0806),
        (ethernet(plain)[:40], len(ethernet(plain))),
        ethernet(query4(server4, COM + bytes(4000))),
        bytes(9),
    ]
    write(f"{directory}/ethernet.pcap", LINK_ETHERNET, packets)
    write(f"{directory}/cooked.pcap", LINK_COOKED, [bytes(14) + b"\x08\0" + plain])
    write(f"{directory}/cooked2.pcap", LINK_COOKED2, [b"\x86\xdd" + bytes(18) + query6(server6)])
    write(f"{directory}/wireless.pcap", LINK_WIRELESS, [plain])
    whole = open(f"{directory}/ethernet.pcap", "rb").read()
    with open(f"{directory}/cut.pcap", "wb") as file:
        file.write(whole[:130])


main(*sys.argv[1:])
