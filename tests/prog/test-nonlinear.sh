#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Queries that arrive in pieces of memory: a corked socket's second write becomes a page fragment of
# the skb, which tc must pull before it can read it. BPF_PROG_RUN's packets are all in one piece.
. tests/netns/lib.sh

netns_pair
start_rootxdp --tiers tc --fallback none

nsenter --net="/run/netns/$CLIENT_NS" /usr/bin/python3 - "$SERVER4" "$SERVER6" <<'PYTHON'
import socket
import sys

import dns.edns
import dns.flags
import dns.message
import dns.rcode

MORE = 0x8000

for server in sys.argv[1:]:
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.settimeout(5)
    sock.connect((server, 53))
    for padding in 0, 1000:
        query = dns.message.make_query("a.long.name.example.com", "A")
        options = [dns.edns.GenericOption(12, bytes(padding))] if padding else []
        query.use_edns(0, dns.flags.DO, 1232, options=options)
        wire = query.to_wire()
        for first in 1, 12, 20, 40, len(wire) - 1:
            sock.send(wire[:first], MORE)
            sock.send(wire[first:])
            reply = dns.message.from_wire(sock.recv(4096))
            assert query.is_response(reply) and reply.rcode() == 0, reply
            assert len(reply.authority) == 3, reply
    # The shortest query there is: its frame is shorter than the headers may be.
    wire = dns.message.make_query(".", "NS").to_wire()
    for first in 1, 16:
        sock.send(wire[:first], MORE)
        sock.send(wire[first:])
        assert len(dns.message.from_wire(sock.recv(4096)).answer) == 1
PYTHON

[ "$(counter tc answered)" -eq 24 ] || fail "tc answered $(counter tc answered), not 24"
[ "$(counter tc pass_error)" -eq 0 ] || fail "tc could not pull a packet"
echo "# 24 queries in two pieces, answered by tc"
