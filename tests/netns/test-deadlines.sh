#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The zone's time ends while a client asks: SOA expire (boot time), the first signature (TAI), and both
# with a zone time that was chosen; with the loader alive, and killed before. Until then every query
# is answered; from two seconds later on the kernel passes all, and the fallback says SERVFAIL. A
# start with a newer zone heals that. (SOA expire with the loader alive: test-faults.sh; clocks that are
# set: tests/vm/test-clock-steps.sh.)
. tests/netns/lib.sh
. tests/unit/signed_zones.sh

KEYS='ksk zsk'
ENDS=0
chmod 755 "$WORK"
make_key ksk -k -a ECDSAP256SHA256
make_key zsk -a ECDSAP256SHA256
cp "$WORK/ksk.ds" "$WORK/anchors"
chmod 644 "$WORK/anchors"

# signed_until NAME FROM UNTIL: the zone NAME signed again, for these seconds since 1970.
signed_until() {
	local from until
	from=$(date -u -d "@$2" +%Y%m%d%H%M%S)
	until=$(date -u -d "@$3" +%Y%m%d%H%M%S)
	(cd "$WORK" && ldns-signzone -d -z simple:sha384 -i "$from" -e "$until" -f "$1" "$1.unsigned" ksk zsk) \
		> "$WORK/signing" 2>&1 || fail "$(cat "$WORK/signing")"
	chmod 644 "$WORK/$1"
}

# deadline FIELD: of the set that is answered from, nanoseconds.
deadline() {
	bpftool -j map dump pinned "$PIN/zone_$("$B/rootxdp" status -j --pin "$PIN" |
		sed -n 's/.*"active_set": \([01]\).*/\1/p')" | /usr/bin/python3 -c '
import json, sys
print(json.load(sys.stdin)[0]["formatted"]["value"]["deadline"][sys.argv[1]])' "$1"
}

# run OPTION...: a fallback that outlives the loader, and the loader; zone 'short'.
run() {
	start fallback "$SERVER_NS" "$B/rootxdp-fallback" -a $SERVER4 --zone "$WORK/short" \
		--trust-anchors "$WORK/anchors" "$@"
	wait_port "$SERVER_NS" $SERVER4 53 udp
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --fallback none \
		--zone "$WORK/short" --trust-anchors "$WORK/anchors" --pin "$PIN" --tiers tc "$@"
	wait_line rootxdp '^ready ' 30
}

# ends NAME REASON CLOCK FIELD: until it is over, for a client and in status.
ends() {
	local name=$1 reason=$2 before
	start asker "$CLIENT_NS" tests/netns/deadline_asker.py $SERVER4 "$3" "$(deadline "$4")"
	says "\"reason\": \"$reason\"" "$B/rootxdp" status -j --pin "$PIN" || fail "$name: not for $reason"
	before=$(counter tc pass_deadline)
	wait "${PID_OF[asker]}" || fail "$name: $(cat "$WORK/asker.log")"
	unset 'PID_OF[asker]'
	[ "$(counter tc pass_deadline)" -ge $((before + 20)) ] || fail "$name: the kernel does not pass"
	says 'status: SERVFAIL' in_client dig @$SERVER4 +norec +tcp +tries=1 . SOA || fail "$name: TCP"
	says '^EXPIRED ' "$B/rootxdp" status --pin "$PIN" || fail "$name: status"
	printf '%-49s | %s\n' "$name" "$(cat "$WORK/asker.log")"
	ENDS=$((ENDS + 1))
}

# heals NAME: a start with a newer zone.
heals() {
	local pid
	! [ -v 'PID_OF[rootxdp]' ] || stop rootxdp KILL 2> /dev/null
	stop fallback
	EXPIRE=604800 sign_zone short 9 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
	run --validate-at $SIGNED_AT
	says 'serial  *9$' "$B/rootxdp" status --pin "$PIN" || fail "$1: not healed"
	! says '^(EXPIRED|WARNING) ' "$B/rootxdp" status --pin "$PIN" || fail "$1: not healed"
	pid=$(counter tc answered)
	says 'status: NOERROR' in_client dig @$SERVER4 +norec +tries=1 . SOA || fail "$1: not healed"
	[ "$(counter tc answered)" -gt "$pid" ] || fail "$1: not the kernel's answer"
	stop rootxdp
	stop fallback
}

netns_pair

name="SOA expire, loader killed"
EXPIRE=6 sign_zone short 1 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
run --validate-at $SIGNED_AT
stop rootxdp KILL 2> /dev/null
ends "$name" expire BOOTTIME boot_ns
heals "$name"

for killed in '' ', loader killed'; do
	name="first signature's end, real time$killed"
	sign_zone short 2 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
	now=$(date +%s)
	signed_until short $((now - 3600)) $((now + 9))
	run
	[ -z "$killed" ] || stop rootxdp KILL 2> /dev/null
	ends "$name" signatures TAI tai_ns
	[ -n "$killed" ] || grep -q 'half of its time is over, its first signature ends at' "$WORK/rootxdp.log" ||
		fail "$name: no warning"
	heals "$name"
done

name="first signature's end, chosen time"
sign_zone short 3 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
run --validate-at 2026-08-31T23:59:54Z
stop rootxdp KILL 2> /dev/null
ends "$name, loader killed" signatures BOOTTIME boot_ns
heals "$name"

echo "# $ENDS ends: all answered before, SERVFAIL within 2 s"
