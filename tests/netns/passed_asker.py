#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks what the kernel leaves to the fallback, until SIGTERM: an IXFR by UDP, and '. SOA' by TCP.

passed_asker.py SERVER: prints "UDP LOST TCP LOST" (lost: no whole reply within two seconds).
"""
import signal
import socket
import struct
import sys
import time

IXFR = b"\0\0\xfb\0\1"  # '. IXFR IN', without the SOA that the authority section should have
SOA = b"\0\0\6\0\1"
PATIENCE = 2
INTERVAL = 0.01


def message(number, question):
    return struct.pack("!6H", number & 0xffff, 0, 1, 0, 0, 0) + question


def ask_udp(server, number):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        client.connect((server, 53))
        query = message(number, IXFR)
        client.send(query)
        return client.recv(4096)[:2] == query[:2]


def ask_tcp(server, number):
    with socket.create_connection((server, 53), PATIENCE) as client:
        client.settimeout(PATIENCE)
        query = message(number, SOA)
        client.sendall(struct.pack("!H", len(query)) + query)
        reply = b""
        while len(reply) < 4 or len(reply) < 2 + struct.unpack("!H", reply[:2])[0]:
            more = client.recv(4096)
            if not more:
                return False
            reply += more
        return reply[2:4] == query[:2]


def tried(ask, *arguments):
    try:
        return ask(*arguments)
    except OSError:
        return False


def main(server):
    ends = []
    signal.signal(signal.SIGTERM, lambda *_: ends.append(True))
    asked = lost_udp = lost_tcp = 0
    while not ends:
        asked += 1
        lost_udp += not tried(ask_udp, server, asked)
        lost_tcp += not tried(ask_tcp, server, asked)
        time.sleep(INTERVAL)
    print(asked, lost_udp, asked, lost_tcp)


main(sys.argv[1])
