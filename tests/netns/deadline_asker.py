#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks one server for '. SOA' until long after a deadline; ends when the fallback has said so 20 times.

deadline_asker.py SERVER CLOCK END: CLOCK is BOOTTIME or TAI, END nanoseconds by it. Prints
"before N answered N after S served N late N lost N", and fails unless it is as it must be:

before  queries answered before END: NOERROR all, and none without an answer
after   how long after END the last NOERROR came, seconds
late    NOERROR for a query that was sent later than 2 s after END: none
served  SERVFAIL for such a query
"""
import signal
import socket
import struct
import sys
import time

QUESTION = b"\0\0\6\0\1"  # '. SOA IN'
INTERVAL = 0.004
GRACE = 2.0
WANTED = 20
PATIENCE = 60
NOERROR, SERVFAIL = 0, 2


def ask(client, number):
    """The RCODE; None without a reply."""
    query = struct.pack("!6H", number & 0xffff, 0, 1, 0, 0, 0) + QUESTION
    try:
        client.send(query)
        reply = client.recv(4096)
        while reply[:2] != query[:2]:
            reply = client.recv(4096)
    except OSError:
        return None
    return reply[3] & 15


def main(server, clock, end):
    clock, end = getattr(time, "CLOCK_" + clock), int(end)
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect((server, 53))
    client.settimeout(0.5)
    before = answered = late = lost = served = number = 0
    last = 0.0
    while served < WANTED and (time.clock_gettime_ns(clock) - end) / 1e9 < PATIENCE:
        number += 1
        sent = (time.clock_gettime_ns(clock) - end) / 1e9
        rcode = ask(client, number)
        came = (time.clock_gettime_ns(clock) - end) / 1e9
        if came < 0:
            before += 1
            answered += rcode == NOERROR
        elif rcode == NOERROR:
            last = came
            late += sent > GRACE
        elif sent > GRACE:
            served += rcode == SERVFAIL
            lost += rcode is None
        time.sleep(INTERVAL)
    print(f"before {before} answered {answered} after {last:.2f} served {served} late {late} lost {lost}",
          flush=True)
    sys.exit(not (20 < before == answered and served == WANTED and not late and not lost))


signal.signal(signal.SIGTERM, signal.SIG_DFL)
main(*sys.argv[1:])
