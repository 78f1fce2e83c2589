#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Made-up zones are zones: rootxdp verifies one, all of it stands in its replies, and the same seed
# makes the same records again, another seed others.
. tests/netns/lib.sh

MAKE_ZONE=$B/tools/zones/make-zone

# make NAME SEED
make() {
	"$MAKE_ZONE" --tlds 300 --seed "$2" --zone "$WORK/$1.zone" --trust-anchor "$WORK/$1.ds" \
		2> "$WORK/$1.log" || fail "make-zone"
}

# What keys, which are new each time, have no part in.
records() {
	grep -v -e $'\tRRSIG\t' -e $'\tDNSKEY\t' -e $'\tZONEMD\t' "$WORK/$1.zone"
}

make one 1
make again 1
make other 2
"$B/rootxdp" verify "$WORK/one.zone" --trust-anchors "$WORK/one.ds" --validate-at "$VALIDATE_AT" \
	> "$WORK/verify" 2> "$WORK/verify.log" || fail "rootxdp verify"
grep -q ' 300 delegations' "$WORK/verify" || fail "not 300 delegations: $(cat "$WORK/verify")"
[ "$(records one)" = "$(records again)" ] || fail "one seed, two zones"
[ "$(records one)" != "$(records other)" ] || fail "two seeds, one zone"

status=0
"$MAKE_ZONE" --tlds 2 --zone "$WORK/z" --trust-anchor "$WORK/d" > "$WORK/wrong" 2>&1 || status=$?
[ $status = 2 ] && grep -q '^usage: ' "$WORK/wrong" || fail "2 TLDs: exit $status"
status=0
"$MAKE_ZONE" --tlds 3 --zone "$WORK/none/z" --trust-anchor "$WORK/d" > "$WORK/wrong" 2>&1 || status=$?
[ $status = 1 ] && grep -q "none/z can't be written: No such file" "$WORK/wrong" ||
	fail "no folder: exit $status: $(cat "$WORK/wrong")"

# Nothing is left out of the replies: rootxdp would say so.
netns_pair
ZONE_ARGS=(--zone "$WORK/one.zone" --trust-anchors "$WORK/one.ds" --validate-at "$VALIDATE_AT")
start_rootxdp --fallback none
! grep -q 'in no reply' "$WORK"/*.log || fail "something of the zone stands in no reply"
echo "# $(wc -l < "$WORK/one.zone") records"
