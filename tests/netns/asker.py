#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks one server for '. SOA' some hundred times a second until SIGTERM, then prints what came back.

asker.py SERVER: "asked N answered N failed N serials S,S,..." (failed: other than NOERROR, or not
the bytes that the same serial had before)
"""
import signal
import socket
import struct
import sys
import time

QUESTION = b"\0\0\6\0\1"  # '. SOA IN'
INTERVAL = 0.003


def soa_serial(reply):
    """The SOA's serial: it stands before the last four of five numbers of 4 bytes."""
    return struct.unpack("!I", reply[-20:-16])[0]


def main(server):
    ends = []
    signal.signal(signal.SIGTERM, lambda *_: ends.append(True))
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect((server, 53))
    client.settimeout(0.5)
    asked = answered = failed = 0
    serials, first = [], {}
    while not ends:
        asked += 1
        query = struct.pack("!6H", asked & 0xffff, 0, 1, 0, 0, 0) + QUESTION
        try:
            client.send(query)
            reply = client.recv(4096)
            while reply[:2] != query[:2]:
                reply = client.recv(4096)
        except OSError:
            continue
        answered += 1
        if reply[3] & 15 or len(reply) < 40:
            failed += 1
        else:
            serial = soa_serial(reply)
            failed += first.setdefault(serial, reply[2:]) != reply[2:]
            if not serials or serials[-1] != serial:
                serials.append(serial)
        time.sleep(INTERVAL)
    print(f"asked {asked} answered {answered} failed {failed} serials {','.join(map(str, serials))}")


main(sys.argv[1])
