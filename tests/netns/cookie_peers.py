#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Carries cookies between us and other servers that have the same secrets, as one client.

    cookie_peers.py SECRETS OURS PEER=ADDRESS/SIGN[,SIGN...]...

Cookies of each peer go to us over UDP and TCP, and ours from both go to each peer; all get some
that are computed here as well. SIGN is how a peer shows that it takes a cookie for valid:

    keeps     a young one comes back as it is
    strict    over UDP, all others get BADCOOKIE, also those that are too old
    both      it takes the second of the secrets too, by the signs before

Prints each cookie that is not taken as it should be, and "N cookies between N servers".
"""
import os
import sys
import time

from cookies import BADCOOKIE, KEEP, LIFE, NOERROR, Client, made_with, make_cookie, read_secrets

YOUNG, OLD, DEAD = 600, KEEP + 600, 2 * LIFE  # seconds


class Peer:
    """A server, over UDP and TCP, and the signs that it gives."""

    def __init__(self, name, address, signs):
        self.name, self.signs = name, signs
        self.clients = {"UDP": Client(address), "TCP": Client(address, tcp=True)}
        self.address = self.clients["UDP"].address

    def shows(self, protocol, old=False):
        """Whether anything can be seen of what it thinks of cookies."""
        return ("strict" in self.signs and protocol == "UDP") or ("keeps" in self.signs and not old)

    def learn(self, protocol):
        """The cookie that a new client gets; a strict server gives it with BADCOOKIE."""
        return self.clients[protocol].ask(os.urandom(8)).cookie

    def takes(self, cookie, protocol, old=False):
        """True: for valid, False: not, None: not even for a cookie."""
        reply = self.clients[protocol].ask(cookie)
        signs = set()
        if "strict" in self.signs and protocol == "UDP":
            signs.add({NOERROR: True, BADCOOKIE: False}.get(reply.rcode))
        elif reply.rcode != NOERROR:
            return None
        if "keeps" in self.signs and not old:
            signs.add(reply.cookie == cookie)
        return signs.pop() if reply.cookie[:8] == cookie[:8] and len(signs) == 1 else None


class Carrier:
    """Carries the cookies, and keeps the score."""

    def __init__(self, secrets):
        self.secrets = secrets
        self.carried = self.wrong = 0

    def carry(self, peer, protocol, cookie, valid, what, old=False):
        if not peer.shows(protocol, old):
            return
        taken = peer.takes(cookie, protocol, old)
        self.carried += 1
        self.wrong += taken != valid
        if taken != valid:
            print(f"{peer.name}, {protocol}, {what}: {cookie.hex()}: {taken}, not {valid}")

    def between(self, ours, peer):
        learned = [(taker, giver, protocol, giver.learn(protocol))
                   for giver, taker in ((ours, peer), (peer, ours)) for protocol in giver.clients]
        time.sleep(1.1)  # in the same second a fresh one would be the same
        for taker, giver, protocol, cookie in learned:
            if made_with(cookie, giver.address, self.secrets) is None:
                self.wrong += 1
                print(f"{giver.name}, {protocol}: made with no secret of ours: {cookie.hex()}")
            for over in taker.clients:
                self.carry(taker, over, cookie, True, f"learned from {giver.name}, {protocol}")

    def computed(self, peer):
        """Valid ones of each age, and others, which show that the signs mean something."""
        def cookie(secret, age):
            return make_cookie(secret, os.urandom(8), time.time() - age, peer.address)

        for protocol in peer.clients:
            for secret in self.secrets if "both" in peer.signs else self.secrets[:1]:
                self.carry(peer, protocol, cookie(secret, YOUNG), True, f"{YOUNG} s old")
                self.carry(peer, protocol, cookie(secret, OLD), True, f"{OLD} s old", old=True)
                self.carry(peer, protocol, cookie(secret, DEAD), False, f"{DEAD} s old")
            self.carry(peer, protocol, cookie(os.urandom(16), YOUNG), False, "another secret")


def main(file, address, *words):
    carrier = Carrier(read_secrets(file))
    ours = Peer("rootxdp", address, {"keeps", "both"})
    carrier.computed(ours)
    for word in words:
        name, where = word.split("=")
        address, signs = where.split("/")
        peer = Peer(name, address, set(signs.split(",")))
        carrier.between(ours, peer)
        carrier.computed(peer)
    print(f"{carrier.carried} cookies between {len(words) + 1} servers")
    return 1 if carrier.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
