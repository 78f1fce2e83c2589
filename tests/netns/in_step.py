#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks for id.server by UDP (the kernel), by TCP (the fallback), and by UDP again, until SIGTERM.

in_step.py SERVER: prints "ROUNDS APART SECONDS": rounds in which both replies by UDP said one
thing and that by TCP another, and the time from the first of them to the last.
"""
import signal
import socket
import struct
import sys
import time

QUESTION = b"\2id\6server\0\0\x10\0\3"
PATIENCE = 2


def query(number):
    return struct.pack("!6H", number & 0xffff, 0, 1, 0, 0, 0) + QUESTION


def ask_udp(client, number):
    client.send(query(number))
    return client.recv(4096)


def ask_tcp(server, number):
    with socket.create_connection((server, 53), PATIENCE) as client:
        client.sendall(struct.pack("!H", len(query(number))) + query(number))
        return client.recv(4096)[2:]


def main(server):
    ends = []
    signal.signal(signal.SIGTERM, lambda *_: ends.append(True))
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(PATIENCE)
    client.connect((server, 53))
    rounds, apart = 0, []
    while not ends:
        rounds += 1
        try:
            before = ask_udp(client, rounds)
            between = ask_tcp(server, rounds)
            after = ask_udp(client, rounds)
        except OSError:
            continue
        if before == after != between:
            apart.append(time.monotonic())
        time.sleep(0.003)
    print(rounds, len(apart), round(apart[-1] - apart[0], 3) if apart else 0)


main(sys.argv[1])
