#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends cookies of every kind and age to a server, and computes for itself what must come back.

    cookie_cases.py [--padding N] SECRETS SERVER/PROTOCOL...

SECRETS is the server's file of secrets, PROTOCOL udp or tcp. With N bytes of padding in the queries
XDP has room for the replies, so it answers a client behind a veth. Prints each case that is wrong,
and "N cases, N queries", and exits with 0 if none is.
"""
import ipaddress
import os
import sys
import time

from cookies import (AHEAD, BADCOOKIE, BADVERS, FORMERR, HS, KEEP, LIFE, NOERROR, NXDOMAIN, NS,
                     REFUSED, VERSION_1, Client, cookie_time, made_with, make_cookie,
                     read_secrets)

KEPT, RENEWED, BAD = "kept", "renewed", "bad"
MINUTE = 60  # seconds; how far from a limit the ages are, so that no slow machine matters

AGES = [(0, KEPT), (KEEP - MINUTE, KEPT), (-AHEAD + MINUTE, KEPT),
        (KEEP + MINUTE, RENEWED), (40 * MINUTE, RENEWED), (LIFE - MINUTE, RENEWED),
        (LIFE + MINUTE, BAD), (2 * LIFE, BAD), (-AHEAD - MINUTE, BAD),
        (1 << 31, BAD), ((1 << 31) - LIFE, BAD), (-(1 << 31) + LIFE, BAD)]

KINDS = [("SOA", {}, NOERROR), ("referral", {"name": b"\3www\3CoM\0", "qtype": NS}, NOERROR),
         ("NXDOMAIN", {"name": b"\1x\7Nowhere\0"}, NXDOMAIN),
         ("REFUSED", {"qclass": HS}, REFUSED), ("BADVERS", {"version": 1}, BADVERS)]

WRONG_LENGTHS = [0, 1, 7, 9, 15, 41, 64]
RIGHT_LENGTHS = [16, 17, 23, 25, 32, 40]


class Cases:
    """What one client finds out about one server."""

    def __init__(self, client, secrets):
        self.client, self.secrets = client, secrets
        self.count = self.wrong = 0
        self.plain = client.ask().plain

    def cookie(self, age=0, secret=None, address=None, head=VERSION_1):
        return make_cookie(secret or self.secrets[0], os.urandom(8), time.time() - age,
                           address or self.client.address, head)

    def expect(self, right, what):
        self.count += 1
        self.wrong += not right
        if not right:
            print(f"{self.client}: {what}")

    def is_fresh(self, cookie, client):
        """Made just now, for us, with the active secret."""
        return (cookie is not None and len(cookie) == 24 and cookie[:12] == client + VERSION_1
                and abs(cookie_time(cookie) - time.time()) < 5
                and made_with(cookie, self.client.address, self.secrets) == 0)

    def judge(self, what, fate, cookie, *more):
        """The answer is the usual one; without a question, the RCODE says whether it was valid."""
        for questions, rcode in ((1, NOERROR), (0, BADCOOKIE if fate == BAD else NOERROR)):
            reply = self.client.ask(cookie, *more, questions=questions)
            case = f"{what}, {questions} questions"
            self.expect(reply.rcode == rcode, f"{case}: rcode {reply.rcode}, not {rcode}")
            if fate == KEPT:
                self.expect(reply.cookie == cookie, f"{case}: {cookie.hex()} is not kept: {reply}")
            else:
                self.expect(self.is_fresh(reply.cookie, cookie[:8]),
                            f"{case}: no fresh cookie: {reply}")
            if questions:
                self.expect(reply.plain == self.plain, f"{case}: another answer")
            else:
                self.expect(reply.answers == 0 and reply.has_opt, f"{case}: answers {reply}")

    def client_cookies(self):
        for what, fields, rcode in KINDS:
            client = os.urandom(8)
            without, reply = self.client.ask(**fields), self.client.ask(client, **fields)
            self.expect(without.rcode == rcode and without.cookie is None,
                        f"{what} without cookie: {without}")
            self.expect(reply.rcode == rcode and self.is_fresh(reply.cookie, client)
                        and reply.plain == without.plain, f"{what}, client cookie: {reply}")
            again = self.client.ask(reply.cookie, **fields)
            self.expect(again.wire[2:] == reply.wire[2:], f"{what}, the same again: {again}")
        reply = self.client.ask(client, questions=0)
        self.expect(reply.rcode == NOERROR and reply.answers == 0
                    and self.is_fresh(reply.cookie, client), f"a client cookie alone: {reply}")
        reply = self.client.ask(questions=0)
        self.expect(reply.rcode == FORMERR and reply.cookie is None, f"nothing at all: {reply}")

    def ages(self):
        for number, secret in enumerate(self.secrets):
            for age, fate in AGES:
                self.judge(f"secret {number}, {age} s old", fate, self.cookie(age, secret))

    def forgeries(self):
        other = ipaddress.ip_address(self.client.address) + 1
        self.judge("another client's address", BAD, self.cookie(address=other))
        self.judge("another secret", BAD, self.cookie(secret=os.urandom(16)))
        self.judge("another client cookie", BAD, os.urandom(8) + self.cookie()[8:])
        self.judge("garbage", BAD, os.urandom(24))
        self.judge("garbage with a right head", BAD, self.cookie()[:16] + os.urandom(8))
        for version in (0, 2, 255):
            self.judge(f"version {version}", BAD, self.cookie(head=bytes([version, 0, 0, 0])))
        # RFC 9018 4.2: reserved bytes are hashed as they came.
        self.judge("reserved bytes not zero", KEPT, self.cookie(head=b"\1\2\3\4"))
        for at in (0, 7, 9, 11, 12, 15, 16, 23):
            cookie = bytearray(self.cookie())
            cookie[at] ^= 1
            self.judge(f"a flipped bit in byte {at}", BAD, bytes(cookie))

    def lengths(self):
        cookie = self.cookie() + bytes(64)
        for length in WRONG_LENGTHS:
            for questions in (1, 0):
                reply = self.client.ask(cookie[:length], questions=questions)
                self.expect(reply.rcode == FORMERR and reply.cookie is None
                            and reply.answers == 0, f"{length} bytes: {reply}")
        for length in RIGHT_LENGTHS:
            self.judge(f"{length} bytes", BAD, cookie[:length])

    def several(self):
        """RFC 7873 5.2: the first one counts."""
        self.judge("a valid and a bad one", KEPT, self.cookie(), os.urandom(24))
        self.judge("a bad and a valid one", BAD, os.urandom(24), self.cookie())

    def all(self):
        for part in (self.client_cookies, self.ages, self.forgeries, self.lengths, self.several):
            part()


def main(words):
    padding = 0
    if words[0] == "--padding":
        padding, words = int(words[1]), words[2:]
    secrets = read_secrets(words[0])
    count = wrong = asked = 0
    for word in words[1:]:
        server, protocol = word.split("/")
        client = Client(server, tcp=protocol == "tcp")
        client.padding = padding
        cases = Cases(client, secrets)
        cases.all()
        count, wrong, asked = count + cases.count, wrong + cases.wrong, asked + client.asked
    print(f"{count} cases, {asked} queries")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
