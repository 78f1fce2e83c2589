#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fallback while its clocks are set: within 2 s it stops answering from a zone whose signatures
# have ended or whose SOA expire is over, and goes on when a clock that is set back makes it valid.
set -euo pipefail
cd "$(dirname "$0")/../.."
B=$(realpath "${B:-build}")
FALLBACK=$B/rootxdp-fallback # sanitizers want to be loaded first
DATA=$PWD/tests/data

[ -x "$FALLBACK" ] || { echo "wants $FALLBACK"; exit 77; }
WORK=$(mktemp -d /tmp/rootxdp-clock.XXXXXX)
chmod 755 "$WORK"
cp "$DATA/root.zone.2026073102" "$WORK/zone"
cp "$DATA/root.ds" "$WORK/anchors"
chmod 644 "$WORK"/*
ADDRESS=127.$((1 + RANDOM % 250)).$((RANDOM % 250)).$((1 + RANDOM % 250))
PID=
trap '[ -z "$PID" ] || kill "$PID"; rm -rf "$WORK"' EXIT

fail() {
	echo "FAILED: $*"
	cat "$WORK"/out "$WORK"/log
	exit 1
}

# A library before libc: its clocks are ahead by what the file says, seconds of both.
cat > "$WORK/clock.c" << 'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *now)
{
	static int (*real)(clockid_t id, struct timespec *now);
	static volatile long *ahead;
	int error;

	if (!real) {
		int fd = open(getenv("CLOCKS"), O_RDONLY | O_CLOEXEC);

		ahead = mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	}
	error = real(id, now);
	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		now->tv_sec += ahead[0];
	if (id == CLOCK_BOOTTIME)
		now->tv_sec += ahead[1];
	return error;
}
C
gcc -shared -fPIC -O1 -o "$WORK/clock.so" "$WORK/clock.c" -ldl

# set_clocks TIME DAYS: real time, and days since it began by boot time. In place: it is mapped.
set_clocks() {
	/usr/bin/python3 -c '
import os, struct, sys
ahead = int(sys.argv[2]) - int(sys.argv[3]), int(sys.argv[4]) * 86400
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o644)
os.write(fd, struct.pack("=qq", *ahead))' "$WORK/clocks" "$(date -d "$1" +%s)" "$(date +%s)" "$2"
}

# expect RCODE WHAT: within 2 s.
expect() {
	/usr/bin/python3 -c '
import socket, struct, sys, time
end = time.monotonic() + 2
query = struct.pack("!HHHHHH", 77, 0, 1, 0, 0, 0) + b"\0\0\6\0\1"
while True:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(5)
    s.sendto(query, (sys.argv[1], 5301))
    got = s.recv(4096)[3] & 15
    if got == int(sys.argv[2]):
        break
    if time.monotonic() > end:
        sys.exit(1)
    time.sleep(0.05)' "$ADDRESS" "$1" || fail "$2: not RCODE $1 within 2 s"
}

# run ARG...: until it is ready.
run() {
	CLOCKS="$WORK/clocks" LD_PRELOAD="$WORK/clock.so" "$FALLBACK" -a "$ADDRESS" --port 5301 \
		--zone "$WORK/zone" --trust-anchors "$WORK/anchors" "$@" \
		> "$WORK/out" 2> "$WORK/log" &
	PID=$!
	for _ in $(seq 300); do
		grep -q '^ready' "$WORK/out" && return
		kill -0 $PID || fail "it ended"
		sleep 0.1
	done
	fail "not ready"
}

# The first signature ends on 13 August at 20:00; SOA expire is 7 days.
set_clocks 2026-08-01T00:00:00Z 0
run
expect 0 "at the start"
set_clocks 2026-08-13T19:50:00Z 0
expect 0 "forward, but not too far"
set_clocks 2026-08-13T20:00:01Z 0
expect 2 "forward, past the first signature's end"
set_clocks 2026-08-13T19:50:00Z 0
expect 0 "back again"
set_clocks 2026-08-02T00:00:00Z 6
expect 0 "six days old"
set_clocks 2026-08-02T00:00:00Z 7
expect 2 "SOA expire is over"
set_clocks 2026-07-01T00:00:00Z 7
expect 2 "setting the clock back does not help that"
set_clocks 2026-08-08T00:00:00Z 7
kill -HUP $PID
for _ in $(seq 300); do
	grep -q '^reloaded' "$WORK/out" && break
	sleep 0.1
done
expect 0 "read again"
kill $PID
wait $PID || fail "exit $?"

# A chosen time goes on by boot time: nobody can set it.
set_clocks 2026-11-01T00:00:00Z 0
run --validate-at 2026-08-01T00:00:00Z
expect 0 "a chosen time"
set_clocks 2030-01-01T00:00:00Z 6
sleep 2
expect 0 "real time is not looked at"
set_clocks 2026-08-02T00:00:00Z 7
expect 2 "a chosen time, and SOA expire"
kill $PID
wait $PID || fail "exit $?"
PID=
exit 0
