#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# attest: the kernel's maps are the authentic zone, nothing else is; each changed byte is found
# and named; with the loader dead, and while it switches.
. tests/netns/lib.sh

ATTEST=("$B/rootxdp" attest --pin "$PIN")
TWO=(--trust-anchors "$DATA/all-ksk.ds" --zonemd ignore)
SEED=${SEED:-$RANDOM}
FLIPS=${FLIPS:-12}
ATTESTS=${ATTESTS:-12}

# attested OPTION...: it is, and says so.
attested() {
	"${ATTEST[@]}" "$@" > "$WORK/attest.log" 2>&1 || fail "not attested: $*"
	grep -q "^attested: " "$WORK/attest.log" || fail "no verdict: $*"
}

# refused PATTERN OPTION...: it is not, and says why in a line.
refused() {
	local pattern=$1 status=0
	shift
	"${ATTEST[@]}" "$@" > "$WORK/attest.log" 2>&1 || status=$?
	[ $status -eq 1 ] && grep -qE -- "^rootxdp: .*$pattern" "$WORK/attest.log" ||
		fail "exit $status, not '$pattern': $*"
}

netns_pair
echo "the real zone"
start_rootxdp --tiers tc
! grep -q "is in no reply" "$WORK/rootxdp.log" || fail "the loader misses records"
attested --trust-anchors "$ANCHORS"
attested # IANA's anchors are the same, and the loader's zone time is taken
grep -q "^zone  *24877 records .* 2792 RRSIG" "$WORK/attest.log" || fail "records"
grep -q "^DNSSEC .* KSK 20326 " "$WORK/attest.log" || fail "KSK"
grep -q "^ZONEMD  *scheme 1, hash 1 (SHA-384) matches" "$WORK/attest.log" || fail "ZONEMD"
grep -q "^compared  *7208 of 7208 replies" "$WORK/attest.log" || fail "compared"
grep -q "^deadline  *2026-08-" "$WORK/attest.log" || fail "deadline"
attested --validate-at "$VALIDATE_AT" --zonemd if-present

echo "not by other anchors, nor at another time"
sed -e 's/\([0-9A-F]\{8\}\)\( *\)$/00000000\2/' -e 's/E06D44B8/E06D44B9/' -e 's/683D2D0A/683D2D0B/' \
	"$ANCHORS" > "$WORK/anchors"
cmp -s "$ANCHORS" "$WORK/anchors" && fail "the same anchors"
refused "no DNSKEY of the root is named by the trust anchors" --trust-anchors "$WORK/anchors"
refused "cannot be opened" --trust-anchors "$WORK/none"
refused "expired" --validate-at 2026-09-01T00:00:00Z
refused "valid only from" --validate-at 2026-07-01T00:00:00Z

echo "the loader is dead"
stop rootxdp KILL
attested
"${ATTEST[@]}" -j > "$WORK/json" || fail "-j"
/usr/bin/python3 -c '
import json, sys
found = json.load(open(sys.argv[1]))
assert found["schema"] == 1 and found["attested"] and found["findings"] == [], found
assert found["serial"] == 2026073102 and found["records"]["all"] == 24877, found
assert found["records"]["types"]["NS"] == 7577, found
assert found["dnssec"]["anchored_keys"] == [20326], found
assert found["zonemd"]["matched"] and found["zonemd"]["hashes"] == [1], found
assert found["compared"]["replies"] == found["compared"]["replies_same"] == 7208, found
assert found["deadline"]["seconds_left"] > 600000, found' "$WORK/json" || fail "JSON"

echo "flips, seed $SEED"
tests/netns/flipper.py "$B/rootxdp" "$PIN" "$SEED" "$FLIPS" \
	names prefixes keys replies cuts shelves zone -- > "$WORK/flips" 2>&1 || fail "$(cat "$WORK/flips")"
cat "$WORK/flips"
attested

echo "another map behind the outer one, and no set"
other=$(bpftool -j map show pinned "$PIN/names_1" | sed 's/.*"id":\([0-9]*\).*/\1/')
bpftool map update pinned "$PIN/names" key hex 00 00 00 00 value id "$other"
refused "names\[0\]: it leads to the map of id $other"
bpftool map update pinned "$PIN/names" key hex 00 00 00 00 value pinned "$PIN/names_0"
bpftool map update pinned "$PIN/active" key hex 00 00 00 00 value hex 02 00 00 00
refused "active\[0\] is 2"
bpftool map update pinned "$PIN/active" key hex 00 00 00 00 value hex 00 00 00 00
attested
"$B/rootxdp" unload --pin "$PIN" > "$WORK/unload.log" 2>&1 || fail "unload"
refused "is not loaded"

echo "records that no reply has"
start_rootxdp --tiers tc --max-udp-size 512
grep -q "note: .*, like 30 more RRsets, is in no reply: 'rootxdp attest' can't" \
	"$WORK/rootxdp.log" || fail "the loader says nothing of records that are left out"
refused "ZONEMD does not match"
attested --zonemd ignore
# The daemon knows that, and is not alarmed.
tries=100
until "$B/rootxdp" -j --pin "$PIN" status | grep -q '"times": 1'; do
	[ $((tries--)) -gt 0 ] || fail "the daemon has not attested"
	sleep 0.1
done
"$B/rootxdp" -j --pin "$PIN" status | grep -q '"failed": 0' || fail "the daemon is alarmed"
stop rootxdp

echo "the zones of 2018, switched as often as that goes"
FILE=$WORK/zone
cp "$DATA/root.zone.2018080101" "$FILE"
start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --zone "$FILE" --tiers tc \
	--validate-at 2018-08-02T12:00:00Z --allow-older --fallback none --pin "$PIN" "${TWO[@]}"
wait_line rootxdp '^ready '
attested "${TWO[@]}"
attested "${TWO[@]}" --validate-at 2018-08-02T12:00:00Z
# storm: SIGHUP after SIGHUP, with another zone each time.
storm() {
	local serial=2018080200
	while :; do
		cp "$DATA/root.zone.$serial" "$FILE.next"
		mv "$FILE.next" "$FILE"
		kill -HUP "${PID_OF[rootxdp]}"
		[ $serial = 2018080200 ] && serial=2018080101 || serial=2018080200
		sleep 0.5
	done
}
storm &
STORM=$!
# enough: both zones have been attested, and that in the middle of some switches.
enough() {
	switches=$(grep -c '^reloaded ' "$WORK/rootxdp.log") || true
	[ "$(sort -u "$WORK/serials" | wc -l)" -eq 2 ] && [ "$switches" -ge 5 ]
}
: > "$WORK/serials"
attests=0
until [ $attests -ge "$ATTESTS" ] && enough || [ $attests -ge $((10 * ATTESTS)) ]; do
	attested "${TWO[@]}"
	sed -n 's/^serial  *\([0-9]*\) .*/\1/p' "$WORK/attest.log" >> "$WORK/serials"
	attests=$((attests + 1))
done
kill $STORM
wait $STORM 2> /dev/null || true
enough || fail "$attests attestations, only in $switches switches, of $(sort -u "$WORK/serials")"
sleep 2

# Both sets are full: here `active` alone is changed, many times while attest reads once.
tumble() {
	while :; do
		bpftool map update pinned "$PIN/active" key hex 00 00 00 00 value hex 00 00 00 00
		bpftool map update pinned "$PIN/active" key hex 00 00 00 00 value hex 01 00 00 00
	done
}
tumble &
TUMBLE=$!
again=0
for ((i = 0; i < ATTESTS || (again == 0 && i < 10 * ATTESTS); i++)); do
	"${ATTEST[@]}" -j "${TWO[@]}" > "$WORK/json" || fail "while 'active' tumbles: $(cat "$WORK/json")"
	tries=$(sed -n 's/.*"tries": \([0-9]*\).*/\1/p' "$WORK/json")
	[ "$tries" -eq 1 ] || again=$((again + 1))
done
kill $TUMBLE
wait $TUMBLE 2> /dev/null || true
[ $again -gt 0 ] || fail "no attestation had to read again"
echo "# $((6 * FLIPS)) flips (seed $SEED), $attests attestations in $switches switches," \
	"$again of $i read again"
