#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of a server that limits its rate: asks, and counts what comes back.

limited.py steady SERVER SOURCE RATE       asks RATE times a second until SIGTERM
limited.py patient SERVER SOURCE COUNT     COUNT names, each until it is answered: again after a
                                           loss, over TCP after TC=1
limited.py burst SERVER SOURCE COUNT       COUNT queries at once
limited.py cookie SERVER SOURCE COUNT      the same with the cookie that the server gave

Prints "asked N answered N truncated N lost N tcp N"; lost: no reply within 200 ms.
"""
import os
import select
import signal
import socket
import struct
import sys
import time

PATIENCE = 0.2
TRIES = 60
COOKIE = 10
TC = 0x02


def name_of(number):
    return b"\x0cno-such-%04d\0" % (number % 10000)


def query_of(number, cookie=b""):
    option = struct.pack("!2H", COOKIE, len(cookie)) + cookie if cookie else b""
    return (struct.pack("!6H", number & 0xffff, 0, 1, 0, 0, 1) + name_of(number) +
            struct.pack("!2H", 1, 1) +
            b"\0" + struct.pack("!2HIH", 41, 1232, 0, len(option)) + option)


def cookie_in(reply):
    """Of a reply with a COOKIE option, and nothing behind it: client and server cookie."""
    assert reply[-28:-24] == struct.pack("!2H", COOKIE, 24), reply.hex()
    return reply[-24:]


def udp_client(server, source):
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    client = socket.socket(family, socket.SOCK_DGRAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    client.bind((source, 0))
    client.connect((server, 53))
    return client


def receive(client, query, seconds=PATIENCE):
    """The reply to `query`, or None."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if not select.select([client], [], [], left)[0]:
            return None
        reply = client.recv(4096)
        if reply[:2] == query[:2]:
            return reply
    return None


def ask_tcp(server, source, query):
    with socket.create_connection((server, 53), timeout=3, source_address=(source, 0)) as stream:
        stream.sendall(struct.pack("!H", len(query)) + query)
        reply = b""
        while len(reply) < 2 or len(reply) < 2 + struct.unpack("!H", reply[:2])[0]:
            more = stream.recv(4096)
            assert more, "the server closed the connection"
            reply += more
    assert reply[2:4] == query[:2] and reply[5] & 15 == 3, reply.hex()


class Tally:
    asked = answered = truncated = lost = tcp = 0

    def count(self, reply):
        if reply is None:
            self.lost += 1
        elif reply[2] & TC:
            assert reply[6:10] == bytes(4), "TC=1 with records"
            self.truncated += 1
        else:
            assert reply[3] & 15 == 3, reply.hex()
            self.answered += 1

    def show(self):
        print(f"asked {self.asked} answered {self.answered} truncated {self.truncated} "
              f"lost {self.lost} tcp {self.tcp}")


def steady(client, rate, tally):
    """Sends in time, whatever comes back when; what has not come by the end is lost."""
    ends = []
    signal.signal(signal.SIGTERM, lambda *_: ends.append(True))
    began = time.monotonic()
    open_ids = set()
    while not ends or open_ids:
        due = began + tally.asked / rate
        if not ends and time.monotonic() >= due:
            open_ids.add(tally.asked & 0xffff)
            client.send(query_of(tally.asked))
            tally.asked += 1
            continue
        wait = PATIENCE if ends else max(0, due - time.monotonic())
        if select.select([client], [], [], wait)[0]:
            reply = client.recv(4096)
            if struct.unpack("!H", reply[:2])[0] in open_ids:
                open_ids.discard(struct.unpack("!H", reply[:2])[0])
                tally.count(reply)
        elif ends:
            break
    tally.lost += len(open_ids)


def patient(client, server, source, count, tally):
    for number in range(count):
        query = query_of(number)
        for _ in range(TRIES):
            tally.asked += 1
            client.send(query)
            reply = receive(client, query, PATIENCE / 4)
            tally.count(reply)
            if reply is not None and reply[2] & TC:
                ask_tcp(server, source, query)
                tally.tcp += 1
            if reply is not None:
                break
        else:
            sys.exit(f"query {number}: no reply to {TRIES} tries")


def burst(client, count, cookie, tally):
    for number in range(count):
        client.send(query_of(number, cookie))
        tally.asked += 1
    while (tally.answered + tally.truncated < count and
           select.select([client], [], [], PATIENCE)[0]):
        tally.count(client.recv(4096))
    tally.lost = count - tally.answered - tally.truncated


def main(what, server, source, number):
    tally = Tally()
    client = udp_client(server, source)
    if what == "steady":
        steady(client, int(number), tally)
    elif what == "patient":
        patient(client, server, source, int(number), tally)
    else:
        cookie = b""
        while what == "cookie" and not cookie:
            query = query_of(0, os.urandom(8))
            client.send(query)
            reply = receive(client, query)
            cookie = cookie_in(reply) if reply else b""
        burst(client, int(number), cookie, tally)
    tally.show()


main(*sys.argv[1:])
