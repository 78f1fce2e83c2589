#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tools/bench/programs compares what it sent and received with what the devices counted: they agree;
# and frames that are not its own are an error that names the device, whichever way they go.
. tests/netns/lib.sh

# programs NAME [OPTION...]: in the background.
programs() {
	local name=$1
	shift
	tools/bench/programs --kinds soa --passes 1 "$@" > "$WORK/$name.json" 2> "$WORK/$name.log" \
		< /dev/null &
	PID_OF[$name]=$!
}

# ended NAME: the exit status, in STATUS.
ended() {
	STATUS=0
	wait "${PID_OF[$1]}" || STATUS=$?
	unset "PID_OF[$1]"
}

# strays_from NAME DEVICE: frames of no protocol onto the wire from that device, as long as that run
# of programs lasts.
strays_from() {
	local ns=rxd-bench-${PID_OF[$1]}
	for _ in {1..600}; do
		! ip -n "$ns" link show up dev "$2" 2> /dev/null | grep -q . || break
		sleep 0.05
	done
	nsenter --net="/run/netns/$ns" /usr/bin/python3 -c '
import os, socket, sys, time

stray = bytes.fromhex("025300000001 020000000099 88b5") + bytes(46)
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
wire.bind((sys.argv[1], 0))
while os.path.exists("/run/netns/" + sys.argv[2]):
    try:
        for _ in range(64):
            wire.send(stray)
    except OSError:
        pass
    time.sleep(0.0005)
' "$2" "$ns" &
	PID_OF[strays]=$!
}

# disturbed NAME DEVICE PATTERN: with strays from there programs ends with such a line, without JSON.
disturbed() {
	programs "$1" --rounds 99 --queries 32768
	strays_from "$1" "$2"
	ended "$1"
	stop strays
	[ $STATUS -eq 1 ] && grep -qE "$3" "$WORK/$1.log" && [ ! -s "$WORK/$1.json" ] ||
		fail "$1: exit $STATUS"
}

programs alone --rounds 1 --queries 1024
ended alone
[ $STATUS -eq 0 ] || fail "alone: exit $STATUS"
/usr/bin/python3 - "$WORK/alone.json" << 'END' || fail "its JSON"
import json, sys

with open(sys.argv[1], encoding="ascii") as file:
    tiers = json.load(file)["tiers"]
# A round that counts and one that does not, of four programs; the empty one on tc sends nothing.
for name, queries, replies in ("xdp", 8192, 8192), ("tc", 8192, 6144):
    assert tiers[name]["interface"] == {
        "agrees": True, "queries_sent": queries, "queries_counted": queries,
        "replies_received": replies, "replies_counted": replies}, tiers[name]["interface"]
END

disturbed to_server c-xdp-floor \
	'^bench: xdp-floor: the device received [0-9]+ .*32768 queries were sent: somebody else'
# What arrives at the wrong device is a reply for the program that counts them, and for no device.
disturbed to_client tc-empty \
	'^bench: c-[a-z]+-[a-z]+: the device received [0-9]+ .*seen by our program: .* did not arrive'
echo "# $(grep -h '^bench: xdp-floor' "$WORK"/*.log)"
