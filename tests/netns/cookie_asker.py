#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Many clients, each keeping its cookie, ask steadily while the server's secrets roll over.

    cookie_asker.py SECRETS SERVER...

SECRETS has two secrets, A and B. The server goes from A over A,B and B,A to B (RFC 9018 5); SIGUSR1
says that a step is done. Until then both the step before and the one to come may be seen. At B,A
half an hour passes for all cookies of A, so they are renewed; once they are, it says "all renewed",
and the server may forget A. All else is exact: a young cookie comes back as it is, an older one is
renewed and was valid (without a question, the RCODE says so), a client cookie alone gets a fresh
one, and every answer is the usual one.

SIGTERM ends it: it prints figures, and exits with 0 if every query was answered rightly.
"""
import collections
import os
import random
import select
import signal
import sys
import time

from cookies import KEEP, NOERROR, Client, Reply, cookie_time, made_with, make_cookie, \
    query, read_secrets

UDP_CLIENTS, TCP_CLIENTS = 30, 1  # for each server
PAUSE = 0.006  # seconds between two rounds of all clients
PATIENCE = 2  # seconds, after which a query is lost
ACTIVE = [0, 0, 1, 1]  # by step: which secret makes cookies
OLDER = KEEP + 600
A, B = 0, 1


class Asker(Client):
    """A client with a cookie, and what its outstanding query must get."""

    def __init__(self, server, tcp, secrets):
        super().__init__(server, tcp)
        self.secrets = secrets
        self.plain = self.ask().plain
        self.cookie = self.secret = self.sent = self.kind = None
        self.ident = random.randrange(1 << 16)

    def choose(self, step):
        """What it does this time: most often it asks with the cookie that it has."""
        chance = random.randrange(16)
        if self.cookie is None or (chance == 0 and step != 2):
            return "fresh"
        if chance == 1 or (step == 2 and self.secret == A):
            return "renewed"
        return "kept"

    def ask_next(self, step):
        self.kind = self.choose(step)
        self.ident = (self.ident + 1) & 0xFFFF
        if self.kind == "fresh":
            self.sent = os.urandom(8)
        elif self.kind == "renewed":
            self.sent = make_cookie(self.secrets[self.secret], self.cookie[:8],
                                    cookie_time(self.cookie) - OLDER, self.address)
        else:
            self.sent = self.cookie
        self.send(query(self.ident, cookies=[self.sent], questions=self.kind != "renewed"))

    def wrong(self, reply, step):
        """What is wrong with the reply, if anything is; its cookie is kept for the next query."""
        if reply.rcode != NOERROR or (self.kind != "renewed" and reply.plain != self.plain):
            return f"not the answer to a query whose cookie is to be {self.kind}"
        if self.kind == "kept":
            return "" if reply.cookie == self.sent else f"{self.sent.hex()} is not kept"
        secret = reply.cookie and made_with(reply.cookie, self.address, self.secrets)
        if secret not in ACTIVE[step:step + 2] or reply.cookie[:8] != self.sent[:8] \
                or abs(cookie_time(reply.cookie) - time.time()) > 5:
            return f"{self.sent.hex()} should be {self.kind}"
        self.cookie, self.secret = reply.cookie, secret
        return ""


class Round:
    """All clients ask once, at one step."""

    def __init__(self, askers, step):
        self.lost, self.faults, self.kinds = 0, [], collections.Counter()
        self.outstanding = {asker.socket.fileno(): asker for asker in askers}
        self.step = step
        for asker in askers:
            asker.ask_next(step)

    def gather(self, poll):
        """A client takes what answers its query; late replies to lost ones are left aside."""
        end = time.monotonic() + PATIENCE
        while self.outstanding and time.monotonic() < end:
            for descriptor, _ in poll.poll(100):
                asker = self.outstanding.get(descriptor)
                reply = asker and Reply(asker.receive())
                if reply and reply.id == asker.ident:
                    self.judge(asker, reply)
                    del self.outstanding[descriptor]
        self.lost = len(self.outstanding)

    def judge(self, asker, reply):
        wrong = asker.wrong(reply, self.step)
        self.kinds["wrong" if wrong else asker.kind] += 1
        if wrong:
            self.faults.append(f"step {self.step}, {asker}: {wrong}: {reply}")


def main(file, *servers):
    steps, ends = [], []
    signal.signal(signal.SIGUSR1, lambda *_: steps.append(True))
    signal.signal(signal.SIGTERM, lambda *_: ends.append(True))
    secrets = read_secrets(file)
    askers = [Asker(server, number >= UDP_CLIENTS, secrets) for server in servers
              for number in range(UDP_CLIENTS + TCP_CLIENTS)]
    poll = select.poll()
    for asker in askers:
        poll.register(asker.socket, select.POLLIN)
    print(f"asking from {len(askers)} ports", flush=True)
    began, rounds, all_renewed = time.monotonic(), 0, False
    kinds, faults = collections.Counter(), []
    while not ends:
        this = Round(askers, len(steps))
        this.gather(poll)
        kinds += this.kinds
        kinds["lost"] += this.lost
        faults += this.faults
        rounds += 1
        if this.step == 2 and not all_renewed and all(asker.secret == B for asker in askers):
            all_renewed = True
            print("all renewed", flush=True)
        time.sleep(PAUSE)
    print(*faults[:5], sep="\n", end="\n" if faults else "")
    asked = rounds * len(askers)
    # The first query of each was for the plain answer.
    udp = (rounds + 1) * UDP_CLIENTS * len(servers)
    of_b = sum(asker.secret == B for asker in askers)
    print(f"asked {asked} lost {kinds['lost']} wrong {kinds['wrong']} kept {kinds['kept']} "
          f"renewed {kinds['renewed']} fresh {kinds['fresh']} udp {udp} "
          f"rate {asked / (time.monotonic() - began):.0f} ports {len(askers)} of-b {of_b}")
    return 1 if faults or kinds["lost"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
