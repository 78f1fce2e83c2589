#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fallback's own program on loopback: cookie secrets at the start and at signals, and options.
set -euo pipefail
cd "$(dirname "$0")/../.."
B=$(realpath "${B:-build}")
FALLBACK=$B/asan/rootxdp-fallback
DATA=$PWD/tests/data
ONE=00112233445566778899aabbccddeeff
TWO=ffeeddccbbaa99887766554433221100

WORK=$(mktemp -d /tmp/rootxdp-secrets.XXXXXX)
chmod 755 "$WORK"
mkdir "$WORK/zone" "$WORK/keys"
cp "$DATA/root.zone.2018080101" "$WORK/zone/root.zone"
cp "$DATA/all-ksk.ds" "$WORK/zone/anchors"
chmod 644 "$WORK"/zone/*
# An address that nobody has connections at, so that the port is free.
ADDRESS=127.$((1 + RANDOM % 250)).$((RANDOM % 250)).$((1 + RANDOM % 250))
ARGS=(-a "$ADDRESS" --port 5301 --zone "$WORK/zone/root.zone"
	--trust-anchors "$WORK/zone/anchors" --zonemd ignore
	--validate-at 2018-08-02T10:00:00Z)
PID=

stop() {
	[ -z "$PID" ] || { kill "$PID" 2> /dev/null || true; wait "$PID" || true; }
	PID=
}
trap 'stop; rm -rf "$WORK"' EXIT

fail() {
	echo "FAILED: $*"
	tail -n 20 "$WORK"/out "$WORK"/log 2> /dev/null || true
	exit 1
}

# refused STATUS PATTERN ARG...: the fallback ends at once with STATUS and says PATTERN on stderr.
refused() {
	local status=$1 pattern=$2 got=0
	shift 2
	"$FALLBACK" "$@" > "$WORK/out" 2> "$WORK/log" || got=$?
	[ $got -eq "$status" ] || fail "exit $got instead of $status: $*"
	grep -qE -- "$pattern" "$WORK/log" || fail "did not say '$pattern': $*"
	[ ! -s "$WORK/out" ] || fail "wrote to stdout: $*"
	! grep -qE "$ONE|$TWO" "$WORK/log" || fail "told a secret: $*"
}

# start ARG...: the fallback, in the folder of the secrets, until it is ready.
start() {
	(cd "$WORK/keys" && exec "$FALLBACK" "${ARGS[@]}" "$@") > "$WORK/out" 2> "$WORK/log" &
	PID=$!
	wait_for out '^ready ' 1
}

# wait_for FILE PATTERN COUNT: until so many lines are there.
wait_for() {
	for _ in $(seq 600); do
		[ "$(grep -cE -- "$2" "$WORK/$1")" -ge "$3" ] && return
		kill -0 "$PID" 2> /dev/null || fail "it ended"
		sleep 0.1
	done
	fail "no '$2' in 60 s"
}

secrets() {
	printf '%s\n' "$@" > "$WORK/keys/secrets.new"
	mv "$WORK/keys/secrets.new" "$WORK/keys/secrets"
}

# gives_cookie: whether a query with a client cookie gets a cookie back.
gives_cookie() {
	/usr/bin/python3 - "$ADDRESS" <<- 'PYTHON'
	import socket, struct, sys
	query = struct.pack("!HHHHHH", 77, 0, 1, 0, 0, 1) + b"\0\0\6\0\1"
	query += b"\0\0\x29\4\xd0\0\0\0\0\0\x0c\0\x0a\0\x08a client"
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.settimeout(5)
	s.sendto(query, (sys.argv[1], 5301))
	reply = s.recv(4096)
	sys.exit(b"\0\x0a\0\x18a client\1\0\0\0" not in reply)
	PYTHON
}

echo "refusals"
secrets ${ONE}0
refused 1 "secrets:1: a cookie secret has 32 hexadecimal digits, this line has 33" \
	"${ARGS[@]}" --cookie-secrets "$WORK/keys/secrets"
refused 1 "/none: No such file or directory" "${ARGS[@]}" --cookie-secrets "$WORK/none"
refused 2 "--rate-limit: '0' must be a number of replies a second" "${ARGS[@]}" --rate-limit 0
refused 2 "--slip: '-1' must be a number" "${ARGS[@]}" --slip -1
refused 2 "--rate-limit-ipv4-prefix: '33' must be" "${ARGS[@]}" --rate-limit-ipv4-prefix 33
refused 2 "--rate-limit-ipv6-prefix: '65' must be" "${ARGS[@]}" --rate-limit-ipv6-prefix 65
refused 2 "--rate-limit-exempt: '192.0.2.1/24' has bits set" "${ARGS[@]}" \
	--rate-limit-exempt 192.0.2.0/24 --rate-limit-exempt 192.0.2.1/24

echo "without secrets"
start --rate-limit 1000 --slip 3 --rate-limit-exempt ::1
gives_cookie && fail "a cookie without a secret"
kill -USR1 "$PID"
wait_for log 'SIGUSR1 reads cookie secrets again: start with --cookie-secrets' 1
kill -HUP "$PID"
wait_for out '^reloaded serial=2018080101$' 1
grep -q '^secrets' "$WORK/out" && fail "secrets from nowhere"
stop

echo "a relative name, SIGUSR1 and SIGHUP"
secrets $ONE
start --cookie-secrets secrets
gives_cookie || fail "no cookie"
secrets "# active" $TWO "# previous" $ONE
kill -USR1 "$PID"
wait_for out '^secrets count=2$' 1
secrets $TWO
kill -HUP "$PID"
wait_for out '^reloaded ' 1
[ "$(tail -n 2 "$WORK/out" | cut -d ' ' -f 1-2 | tr '\n' ' ')" = \
	"secrets count=1 reloaded serial=2018080101 " ] || fail "another order"

echo "a bad file changes nothing"
secrets $ONE $TWO $ONE
kill -USR1 "$PID"
wait_for log "the cookie secrets stay as they are: $WORK/keys/secrets:3: a third" 1
rm "$WORK/keys/secrets"
kill -HUP "$PID"
wait_for log "stay as they are: $WORK/keys/secrets: No such file" 1
wait_for out '^reloaded ' 2
gives_cookie || fail "no cookie any more"
if [ "$(id -u)" = 0 ]; then
	secrets $ONE
	chmod 600 "$WORK/keys/secrets"
	kill -USR1 "$PID"
	wait_for log "user 'nobody', as whom the server runs, may not read it again: .*chgrp nogroup" 1
	chgrp nogroup "$WORK/keys/secrets"
	chmod 640 "$WORK/keys/secrets"
	kill -USR1 "$PID"
	wait_for out '^secrets count=1$' 2
fi
grep -qE "$ONE|$TWO" "$WORK/log" "$WORK/out" && fail "told a secret"
kill "$PID"
wait "$PID" || fail "SIGTERM gives exit $?"
PID=
exit 0
