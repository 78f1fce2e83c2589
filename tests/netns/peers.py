#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares our answers with other servers' on the same zone: RR sets by section, and flags.

    peers.py --zone FILE --ours IP --peer nsd=IP --peer knot=IP [--count N] [--seed N] [--other-root]

A difference must be explained by a rule in peer_rules.py, facet by facet. Prints how often each rule
was needed; exit status 1 when a difference is unexplained, or a rule was never needed (which it need
not be with --other-root: the zone is not today's root).
"""
import argparse
import collections
import random
import socket
import struct
import sys

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

import peer_rules

TYPES = [1, 28, 2, 43, 6, 255, 46, 47, 48, 63, 16, 15, 12, 33, 65, 5, 0, 65280]
APEX_TYPES = [6, 2, 48, 47, 63, 46, 255, 43, 1, 28, 16, 65280, 15, 5, 33]
SIZES = [None, 0, 512, 777, 1220, 1232, 1233, 4096, 65535]
UNKNOWN_OPTION = struct.pack("!HH3s", 65001, 3, b"abc")


class Query:
    """One query: what was chosen, and its bytes."""

    def __init__(self, dice, labels, rdtype, size, dnssec, **odd):
        self.labels, self.rdtype, self.size, self.dnssec, self.odd = labels, rdtype, size, dnssec, odd
        self.id = dice.randrange(65536)
        self.flags = dice.choice([0, 0x0100]) | dice.choice([0, 0, 0x10, 0x20, 0x30])
        self.flags |= odd.get("opcode", 0) << 11
        self.tcp = odd.get("tcp", False)
        self.wire = self.write(dice)

    def write(self, dice):
        qname = b"".join(bytes([len(label)]) + label for label in self.labels) + b"\0"
        if dice.random() < 0.3:
            qname = bytes(byte ^ 0x20 if chr(byte).isalpha() and dice.random() < 0.5 else byte
                          for byte in qname)
        question = qname + struct.pack("!HH", self.rdtype, self.odd.get("rdclass", 1))
        questions = self.odd.get("questions", 1)
        opt = b""
        if self.size is not None:
            options = UNKNOWN_OPTION if dice.random() < 0.2 else b""
            opt = struct.pack("!BHHBBHH", 0, 41, self.size, 0, self.odd.get("version", 0),
                              0x8000 if self.dnssec else 0, len(options)) + options
        return struct.pack("!6H", self.id, self.flags, questions, 0, 0, 1 if opt else 0) \
            + question * questions + opt

    @property
    def owner(self):
        """The delegation that the name would be in, or '.'."""
        return self.labels[-1].decode("latin-1").lower() + "." if self.labels else "."

    def __str__(self):
        name = dns.name.Name(self.labels + (b"",)).to_text()
        return "%s %s size=%s DO=%d flags=%04x%s %s" % (
            name, dns.rdatatype.to_text(self.rdtype), self.size, self.dnssec, self.flags,
            " TCP" if self.tcp else "", self.odd or "")


class Zone:
    """What the rules must know of the zone: each name's servers, and their addresses."""

    def __init__(self, file):
        self.servers, self.glue = collections.defaultdict(list), set()
        with open(file, encoding="ascii") as lines:
            for line in lines:
                owner, _, _, rdtype, rdata = line.lower().split(None, 4)
                if rdtype == "ns":
                    self.servers[owner].append(rdata.strip())
                elif rdtype in ("a", "aaaa"):
                    self.glue.add((owner, 1 if rdtype == "a" else 28))

    def labels(self):
        return sorted(name.rstrip(".").encode() for name in self.servers if name != ".")

    def glue_of(self, owner, in_domain=False):
        """(server, type) of each address RRset of a delegation's or the apex's servers."""
        return {(server, rdtype) for server in self.servers[owner] for rdtype in (1, 28)
                if (server, rdtype) in self.glue and (not in_domain or server.endswith("." + owner))}


def below(dice, last):
    """A name that ends in `last`: bare, or with labels before it."""
    front = []
    for _ in range(dice.choice([0, 0, 1, 1, 2, 4])):
        length = dice.choice([1, 3, 8, 20, 40])
        front.append(bytes(dice.choice(b"abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length)))
    return tuple(front) + (last,)


def queries(dice, labels, count):
    """Every TLD, every apex type; then at random, one in twenty of them odd."""
    for label in labels:
        yield Query(dice, (label,), dice.choice(TYPES), dice.choice(SIZES), dice.random() < 0.6)
        yield Query(dice, (label,), 43, dice.choice(SIZES), dice.random() < 0.6)
        yield Query(dice, below(dice, label + b"0"), dice.choice(TYPES), 1232, dice.random() < 0.6)
    for rdtype in APEX_TYPES:
        for size in SIZES:
            for dnssec in (False, True):
                yield Query(dice, (), rdtype, size, dnssec and size is not None)
    for _ in range(count):
        label = dice.choice(labels)
        last = dice.choice([label, label, label[:-1] or b"q", label + b"-", b"\0" + label[1:]])
        size = dice.choice(SIZES)
        odd = {}
        if dice.random() < 0.1:
            odd = dice.choice([{"tcp": True}, {"tcp": True}, {"version": 1}, {"rdclass": 3},
                               {"rdclass": 254}, {"opcode": 2}, {"opcode": 9}, {"questions": 2},
                               {"questions": 0}])
            size = 1232 if "version" in odd else size
        yield Query(dice, below(dice, last), dice.choice(TYPES), size, dice.random() < 0.6, **odd)


class Server:
    def __init__(self, name, address):
        self.name, self.address = name, address
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.connect((address, 53))

    def send(self, query):
        if not query.tcp:
            self.udp.send(query.wire)

    def reply(self, query):
        """The bytes of the reply to what send() sent, or None; it is sent once more."""
        if query.tcp:
            return self.ask_tcp(query)
        # Some servers drop a query of two questions: it is not worth waiting for.
        self.udp.settimeout(0.1 if query.odd.get("questions") == 2 else 2)
        for _ in range(2):
            try:
                while True:
                    reply = self.udp.recv(65535)
                    if reply[:2] == query.wire[:2]:
                        return reply
            except OSError:
                self.udp.send(query.wire)
        return None

    def ask_tcp(self, query):
        try:
            with socket.create_connection((self.address, 53), 2) as stream:
                stream.sendall(struct.pack("!H", len(query.wire)) + query.wire)
                with stream.makefile("rb") as replies:
                    head = replies.read(2)
                    return replies.read(struct.unpack("!H", head)[0]) if len(head) == 2 else None
        except OSError:
            return None


def rr_set(section):
    return frozenset((str(rrset.name).lower(), rrset.rdtype, rrset.covers, rrset.ttl, rdata.to_digestable())
                     for rrset in section for rdata in rrset)


class Reply:
    """What a reply says, without what may differ between right answers."""

    FACETS = ("reply", "rcode", "aa", "tc", "rd", "ra", "ad", "cd", "opcode", "question", "answer", "authority",
              "additional", "edns", "size", "dnssec")

    def __init__(self, wire):
        self.reply = wire is not None
        self.wire = wire or b""
        if not self.reply:
            return
        flags = struct.unpack_from("!H", wire, 2)[0]
        self.opcode = flags >> 11 & 15
        for flag in ("aa", "tc", "rd", "ra", "ad", "cd"):
            setattr(self, flag, bool(flags & dns.flags.from_text(flag)))
        # dnspython knows no opcode without a name, and an UPDATE by another layout.
        message = dns.message.from_wire(wire[:2] + struct.pack("!H", flags & 0x87ff) + wire[4:])
        self.rcode = dns.rcode.to_text(message.rcode())
        self.question = [(rr.name.labels, rr.rdtype, rr.rdclass) for rr in message.question]
        self.answer = rr_set(message.answer)
        self.authority = rr_set(message.authority)
        self.additional = rr_set(message.additional)
        # Of each record, with its names written whole.
        self.lengths = [len(rrset.name.to_wire()) + 10 + len(rdata.to_wire())
                        for section in (message.answer, message.authority, message.additional)
                        for rrset in section for rdata in rrset]
        self.edns = message.edns
        self.size = message.payload if message.edns >= 0 else 0
        self.dnssec = bool(message.ednsflags & dns.flags.DO)

    def facets_unlike(self, other):
        """Names of what is different in `other`."""
        if self.reply != other.reply or not self.reply:
            return [] if self.reply == other.reply else ["reply"]
        return [facet for facet in self.FACETS[1:] if getattr(self, facet) != getattr(other, facet)]


def show(query, peer, unexplained, ours, theirs):
    print("\n%s, different from %s in: %s" % (query, peer, ", ".join(unexplained)))
    for facet in unexplained:
        mine, other = getattr(ours, facet, None), getattr(theirs, facet, None)
        if isinstance(mine, frozenset):
            print("  %s, ours only:" % facet, sorted(record[:4] for record in mine - other)[:6])
            print("  %s, theirs only:" % facet, sorted(record[:4] for record in other - mine)[:6])
        else:
            print("  %s: ours %s, theirs %s" % (facet, mine, other))


def compare(zone, query, peer, replies, rules, used):
    """Names of the facets that no rule explains; replies: ours and theirs."""
    ours, theirs = replies
    unexplained = []
    for facet in ours.facets_unlike(theirs):
        for rule in rules:
            if peer in rule.peers and facet in rule.facets and rule.holds(zone, query, ours, theirs):
                used[rule.name, peer] += 1
                break
        else:
            unexplained.append(facet)
    return unexplained


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--zone", required=True)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--peer", action="append", required=True)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--other-root", action="store_true")
    options = parser.parse_args()
    rules = peer_rules.RULES + (peer_rules.OTHER_ROOTS if options.other_root else [])

    dice, zone = random.Random(options.seed), Zone(options.zone)
    mine = Server("ours", options.ours)
    peers = [Server(*peer.split("=")) for peer in options.peer]
    used, bad, shown = (collections.Counter() for _ in range(3))
    asked = 0
    for query in queries(dice, zone.labels(), options.count):
        asked += 1
        for server in [mine] + peers:
            server.send(query)
        ours = Reply(mine.reply(query))
        for peer in peers:
            theirs = Reply(peer.reply(query))
            unexplained = compare(zone, query, peer.name, (ours, theirs), rules, used)
            if unexplained:
                bad[peer.name] += 1
                shown[peer.name, tuple(unexplained)] += 1
                if shown[peer.name, tuple(unexplained)] <= 2:
                    show(query, peer.name, unexplained, ours, theirs)

    names = {peer.name for peer in peers}
    for rule in rules:
        for peer in sorted(rule.peers & names):
            print("%6d x %-5s %s" % (used[rule.name, peer], peer, rule.name))
            bad["unused rules"] += not used[rule.name, peer] and not options.other_root
    print("%d queries, unexplained: %s" % (
        asked, ", ".join("%s %d" % (peer.name, bad[peer.name]) for peer in peers)))
    return 1 if sum(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
