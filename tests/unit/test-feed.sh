#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fallback as the loader starts it: its zone in a file without a name, which is replaced, and
# modified whenever it is known to be the newest; and its end and start at any moment.
set -euo pipefail
cd "$(dirname "$0")/../.."
B=$(realpath "${B:-build}")
FALLBACK=$B/asan/rootxdp-fallback
DATA=$PWD/tests/data
OLD=2018080101 NEW=2018080200
FEED=/proc/self/fd/7

# Descriptor 7 is the file.
if [ ! -e $FEED ]; then
	exec /usr/bin/python3 -c '
import os, sys
os.dup2(os.memfd_create("zone", 0), 7)
os.execv(sys.argv[1], sys.argv[1:])' "$PWD/tests/unit/test-feed.sh"
fi

WORK=$(mktemp -d /tmp/rootxdp-feed.XXXXXX)
chmod 755 "$WORK"
mkdir -m 700 "$WORK/closed"
mkdir -m 755 "$WORK/closed/open"
ANCHORS=$WORK/closed/open/anchors
cp "$DATA/all-ksk.ds" "$ANCHORS"
chmod 644 "$ANCHORS"
# An address that nobody has connections at, so that the port is free.
ADDRESS=127.$((1 + RANDOM % 250)).$((RANDOM % 250)).$((1 + RANDOM % 250))
ARGS=(-a "$ADDRESS" --port 5301 --zone "$FEED" --zone-name axfr:192.0.2.1 --age-by-mtime
	--trust-anchors "$ANCHORS" --zonemd ignore --validate-at 2018-08-02T10:00:00Z)
PID= CLIENT=

end() {
	[ -n "$PID" ] || return 0
	kill "-${1:-TERM}" "$PID" 2> /dev/null || true
	wait "$PID" 2> /dev/null || true
	PID=
}
trap 'end; [ -z "$CLIENT" ] || kill "$CLIENT"; rm -rf "$WORK"' EXIT

fail() {
	echo "FAILED: $*"
	tail -n 20 "$WORK"/out "$WORK"/log 2> /dev/null || true
	exit 1
}

start() {
	"$FALLBACK" "${ARGS[@]}" "$@" > "$WORK/out" 2> "$WORK/log" &
	PID=$!
	wait_for out '^ready ' 1
}

# wait_for FILE PATTERN COUNT [SECONDS]: until so many lines are there.
wait_for() {
	for _ in $(seq $((10 * ${4:-60}))); do
		[ "$(grep -cE -- "$2" "$WORK/$1")" -ge "$3" ] && return
		kill -0 "$PID" 2> /dev/null || fail "it ended"
		sleep 0.1
	done
	fail "no '$2' in ${4:-60} s"
}

feed() {
	cat "$@" > $FEED
}

# rcode: of the reply to ". SOA".
rcode() {
	/usr/bin/python3 - "$ADDRESS" <<- 'PYTHON'
	import socket, struct, sys
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.settimeout(5)
	s.sendto(struct.pack("!HHHHHH", 77, 0, 1, 0, 0, 0) + b"\0\0\6\0\1", (sys.argv[1], 5301))
	print(s.recv(4096)[3] & 15)
	PYTHON
}

echo "a file without a name"
feed "$DATA/root.zone.$OLD"
start
grep -q "^ready serial=$OLD$" "$WORK/out" || fail "another serial"
[ "$(rcode)" = 0 ] || fail "RCODE $(rcode)"
feed "$DATA/root.zone.$NEW"
kill -HUP $PID
wait_for out "^reloaded serial=$NEW$" 1
kill -HUP $PID
wait_for out "^reloaded serial=$NEW$" 2
feed "$DATA/root.zone.$OLD"
kill -HUP $PID
wait_for out "^kept serial=$NEW$" 1
grep -q "the zone stays at serial $NEW: axfr:192.0.2.1: serial $OLD is older" "$WORK/log" ||
	fail "an older one"
feed <(head -n 1000 "$DATA/root.zone.$NEW")
kill -HUP $PID
wait_for out "^kept serial=$NEW$" 2
grep -q "the zone stays at serial $NEW: axfr:192.0.2.1:" "$WORK/log" || fail "half a zone"
if grep -q /proc "$WORK/log"; then
	fail "a name that nobody knows"
fi

echo "its time, by when it was modified"
feed "$DATA/root.zone.$NEW"
touch -d '8 days ago' $FEED
kill -USR2 $PID
wait_for log 'ended at .*: queries get SERVFAIL' 1 2
[ "$(rcode)" = 2 ] || fail "past SOA expire: RCODE $(rcode)"
touch $FEED
kill -USR2 $PID
wait_for log 'the newest one still, and valid again' 1 2
[ "$(rcode)" = 0 ] || fail "known to be the newest one again: RCODE $(rcode)"
touch -d '5 days ago' $FEED
kill -HUP $PID
wait_for log 'half of its time is over' 1
[ "$(rcode)" = 0 ] || fail "half of its time is over: RCODE $(rcode)"
end
touch -d '8 days ago' $FEED
start
wait_for log 'ended at .*: queries get SERVFAIL' 1 2
[ "$(rcode)" = 2 ] || fail "started past SOA expire: RCODE $(rcode)"
end

echo "a start while connections of a killed one linger"
touch $FEED
start --workers 4
/usr/bin/python3 - "$ADDRESS" > "$WORK/client" <<- 'PYTHON' &
	import socket, struct, sys, time
	query = struct.pack("!HHHHHHH", 17, 77, 0, 1, 0, 0, 0) + b"\0\0\6\0\1"
	open_ones = []
	for i in range(60):
	    s = socket.create_connection((sys.argv[1], 5301))
	    if i % 3 == 0:
	        s.sendall(query[:5])      # half a query
	    elif i % 3 == 1:
	        s.sendall(query * 100)    # answers that are not read
	    open_ones.append(s)
	print("open", flush=True)
	time.sleep(600)
PYTHON
CLIENT=$!
for round in 1 2 3; do
	wait_for client '^open' 1
	end KILL
	start --workers 4
	[ "$(rcode)" = 0 ] || fail "started again, $round: RCODE $(rcode)"
done
kill $CLIENT
wait $CLIENT 2> /dev/null || true
CLIENT=

echo "not beside another"
code=0
"$FALLBACK" "${ARGS[@]}" > "$WORK/second" 2>&1 || code=$?
[ $code = 1 ] || fail "a second one on the same port: exit $code"
grep -q "$ADDRESS port 5301/UDP is in use by another program" "$WORK/second" || fail "not said why"
kill $PID
wait $PID || fail "SIGTERM gives exit $?"
PID=
exit 0
