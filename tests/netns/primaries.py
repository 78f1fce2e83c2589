#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Primaries that misbehave, each in its own way, on a port of its own: primaries.py IP FIRST-PORT ZONE

Prints "PORT NAME" for each, then "ready". Every one answers SOA queries over UDP and TCP.
"""
import socket
import socketserver
import struct
import sys
import threading
import time

import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.zone

KEY = {"transfer.example.": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}
WRONG = {"transfer.example.": "d3Jvbmdzd3Jvbmdzd3Jvbmdzd3Jvbmdz"}
PER_MESSAGE = 100


class Primary:
    """Sends the zone as it should be sent."""
    later = 0            # added to the serial that it promises
    rcode = 0
    signs = False        # with TSIG, when asked with one
    key = KEY
    time_off = 0

    def __init__(self, rrsets, soa):
        self.rrsets, self.soa = rrsets, soa

    def messages(self, query):
        records = [self.first()] + self.body() + [self.last()]
        for at in range(0, len(records), PER_MESSAGE):
            reply = dns.message.make_response(query)
            reply.set_rcode(self.rcode)
            reply.flags |= dns.flags.AA
            reply.answer = records[at:at + PER_MESSAGE]
            yield reply

    def first(self):
        return self.soa

    def last(self):
        return self.soa

    def body(self):
        return self.rrsets

    def spoil(self, number, wire):
        """What is really sent in place of message `number`; None ends the connection."""
        return wire

    def pause(self, number):
        pass


class Refuses(Primary):
    rcode = 5

    def body(self):
        return []


class Fails(Refuses):
    rcode = 2


class Stalls(Primary):
    def pause(self, number):
        if number == 3:
            time.sleep(60)


class Cuts(Primary):
    def spoil(self, number, wire):
        return wire[:50] if number == 3 else wire if number < 3 else None


class OtherId(Primary):
    def spoil(self, number, wire):
        return bytes([wire[0] ^ 1]) + wire[1:] if number == 2 else wire


class Garbage(Primary):
    def spoil(self, number, wire):
        return wire[:200] + b"\xff" * 300 if number == 2 else wire


class Loops(Primary):
    """A name that points to itself."""
    def spoil(self, number, wire):
        return wire[:12] + b"\xc0\x0c" * 200 if number == 1 else wire


class OtherZone(Primary):
    def first(self):
        return dns.rrset.from_text("example.", 60, "IN", "SOA", "a. b. 1 1 1 1 1")


class Lies(Primary):
    later = 5


class Changes(Primary):
    """Another serial at the end than at the beginning."""
    def last(self):
        text = self.soa[0].to_text().split()
        text[2] = str(int(text[2]) + 1)
        return dns.rrset.from_text(".", self.soa.ttl, "IN", "SOA", " ".join(text))


class Half(Primary):
    def body(self):
        return self.rrsets[:len(self.rrsets) // 2]


class Endless(Primary):
    def messages(self, query):
        first = next(iter(super().messages(query)))
        yield first
        first.answer = self.rrsets[:PER_MESSAGE]
        while True:
            yield first


class Unsigned(Primary):
    pass


class WrongMac(Primary):
    signs, key = True, WRONG


class Signed(Primary):
    signs = True


class Late(Primary):
    signs, time_off = True, 1000


KINDS = {kind.__name__: kind for kind in (
    Primary, Refuses, Fails, Stalls, Cuts, OtherId, Garbage, Loops, OtherZone, Lies, Changes, Half,
    Endless, Unsigned, WrongMac, Signed, Late)}


def sign(primary, query, number, reply, context):
    """RFC 8945 5.3.1: the first message covers the query's MAC, the others the one before."""
    key = dns.tsig.Key("transfer.example.", primary.key["transfer.example."], "hmac-sha256")
    reply.use_tsig(key, original_id=reply.id)
    reply.request_mac = query.mac if number == 1 else b""
    real = time.time
    time.time = lambda: real() + primary.time_off
    try:
        wire = reply.to_wire(max_size=65535, multi=True, tsig_ctx=context)
    finally:
        time.time = real
    return wire, reply.tsig_ctx


def answer_soa(primary, query):
    reply = dns.message.make_response(query)
    text = primary.soa[0].to_text().split()
    text[2] = str(int(text[2]) + primary.later)
    reply.answer = [dns.rrset.from_text(".", primary.soa.ttl, "IN", "SOA", " ".join(text))]
    if query.had_tsig:
        return sign(primary if primary.key is KEY else Signed([], primary.soa), query, 1, reply,
                    None)[0]
    return reply.to_wire()


def parse(wire):
    keyring = {dns.name.from_text(name): dns.tsig.Key(name, secret, "hmac-sha256")
               for name, secret in KEY.items()}
    return dns.message.from_wire(wire, keyring=keyring)


def serve_tcp(primary, connection):
    while True:
        prefix = connection.recv(2, socket.MSG_WAITALL)
        if len(prefix) < 2:
            return
        query = parse(connection.recv(struct.unpack("!H", prefix)[0], socket.MSG_WAITALL))
        if query.question[0].rdtype == dns.rdatatype.SOA:
            wire = answer_soa(primary, query)
            connection.sendall(struct.pack("!H", len(wire)) + wire)
            continue
        context = None
        for number, reply in enumerate(primary.messages(query), 1):
            primary.pause(number)
            if query.had_tsig and primary.signs:
                wire, context = sign(primary, query, number, reply, context)
            else:
                reply.tsig = None  # make_response() means well
                wire = reply.to_wire(max_size=65535)
            sent = primary.spoil(number, wire)
            if sent is None:
                return
            connection.sendall(struct.pack("!H", len(wire if len(sent) < len(wire) else sent)) + sent)


def serve_udp(primary, server):
    while True:
        wire, client = server.recvfrom(4096)
        server.sendto(answer_soa(primary, parse(wire)), client)


def run(primary, address, port):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                serve_tcp(primary, self.request)
            except OSError:
                pass

    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, port))
    threading.Thread(target=serve_udp, args=(primary, udp), daemon=True).start()
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = socketserver.ThreadingTCPServer((address, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main(address, port, zone_file):
    zone = dns.zone.from_file(zone_file, origin=".", relativize=False)
    rrsets = []
    for name, node in zone.nodes.items():
        for rdataset in node:
            if not (name == dns.name.root and rdataset.rdtype == dns.rdatatype.SOA):
                rrset = dns.rrset.RRset(name, rdataset.rdclass, rdataset.rdtype, rdataset.covers)
                rrset.update(rdataset)
                rrsets.append(rrset)
    soa = dns.rrset.RRset(dns.name.root, dns.rdataclass.IN, dns.rdatatype.SOA)
    soa.update(zone.find_rdataset(".", "SOA"))
    for number, (name, kind) in enumerate(KINDS.items()):
        run(kind(rrsets, soa), address, int(port) + number)
        print(int(port) + number, name)
    print("ready", flush=True)
    threading.Event().wait()


main(*sys.argv[1:])
