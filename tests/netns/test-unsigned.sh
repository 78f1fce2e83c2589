#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Unsigned roots in service: who is let in and who is not, at the start, while a loader runs, from
# its state, and after its death; each switch is whole, and each changed byte is found.
. tests/netns/lib.sh
. tests/unit/signed_zones.sh

COUNT=${COUNT:-3000}
SEED=${SEED:-$RANDOM}
NSD4=10.53.0.3
ZONE=$WORK/zone
SWITCHES=0 REFUSED=0
chmod 755 "$WORK"

# run [OPTION...]: the loader on that file, until it is ready or has ended.
run() {
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --tiers tc \
		--validate-at $SIGNED_AT "${OWN[@]}" --allow-older --pin "$PIN" "$@"
}

# refused PATTERN COMMAND...: with that message.
refused() {
	local pattern=$1
	shift
	! in_server timeout 20 "$@" > "$WORK/out" 2> "$WORK/err" || fail "not refused: $*"
	grep -qE -- "$pattern" "$WORK/err" || fail "not '$pattern': $(cat "$WORK/err")"
	REFUSED=$((REFUSED + 1))
}

# put NAME, then hang_up PATTERN: that zone from now on; until the loader says PATTERN.
put() {
	cp "$WORK/$1" "$ZONE.next"
	mv "$ZONE.next" "$ZONE"
}
hang_up() {
	: > "$WORK/rootxdp.log"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp "$1"
}

# signed BOOL: what status says, as text and as JSON.
signed() {
	says "\"signed\": $1" "$B/rootxdp" status -j --pin "$PIN" || fail "status -j: not signed=$1"
	if [ "$1" = true ]; then
		! says 'NOT SIGNED' "$B/rootxdp" status --pin "$PIN" || fail "status: not signed"
	else
		says '^serial .*NOT SIGNED' "$B/rootxdp" status --pin "$PIN" || fail "status: signed"
	fi
}

# attested OUTCOME STATUS [OPTION...]: what attest -j says, and its exit status.
attested() {
	local outcome=$1 wanted=$2 status=0
	shift 2
	"$B/rootxdp" attest -j --pin "$PIN" "${OWN[@]}" "$@" > "$WORK/attest.log" 2>&1 || status=$?
	[ $status -eq "$wanted" ] || fail "attest: exit $status, not $wanted"
	grep -q "\"outcome\": \"$outcome\"" "$WORK/attest.log" || fail "attest: not $outcome"
}

# serves NAME: the kernel is the engine's on that zone, byte for byte; and the fallback has as many
# signatures to say over TCP.
serves() {
	local wanted=0 has
	in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 --engine --zone "$WORK/$1" --unsigned \
		--validate-at $SIGNED_AT "${OWN[@]}" --count "$COUNT" --seed "$SEED" > "$WORK/differ" 2>&1 ||
		fail "$1, seed $SEED: $(tail -n 40 "$WORK/differ")"
	! grep -q 'RRSIG[[:space:]]*SOA' "$WORK/$1" || wanted=1
	has=$(in_client dig @$SERVER4 +tcp +norec +dnssec +noall +answer . SOA | grep -c RRSIG || true)
	[ "$has" -eq $wanted ] || fail "$1: the fallback's signatures"
}

netns_pair
in_server ip address add $NSD4/24 dev "$SERVER_IF"
make_key ksk -k -a ECDSAP256SHA256
make_key zsk -a ED25519
cp "$WORK/ksk.ds" "$WORK/anchors"
chmod 644 "$WORK/anchors"
OWN=(--trust-anchors "$WORK/anchors")
sign_zone signed 5 'ksk zsk' 'ksk zsk' || fail "$(cat "$WORK/signing")"
awk '$4 != "DNSKEY"' "$WORK/signed.unsigned" > "$WORK/unsigned"
(cd "$WORK" && ldns-signzone -Z -z simple:sha384 -f digest unsigned) > "$WORK/signing" 2>&1 ||
	fail "$(cat "$WORK/signing")"

echo "who is refused, in spite of --unsigned"
awk '$4 != "RRSIG" && $4 != "NSEC" && $4 != "ZONEMD"' "$WORK/signed" > "$WORK/keys-left"
awk '$4 != "DNSKEY" && $4 != "NSEC" && $4 != "ZONEMD"' "$WORK/signed" > "$WORK/signatures-left"
awk '$4 != "DNSKEY" && $4 != "RRSIG" && $4 != "ZONEMD"' "$WORK/signed" > "$WORK/chain-left"
awk '$4 != "DNSKEY" && $4 != "RRSIG" && $4 != "NSEC"' "$WORK/signed" > "$WORK/digest-left"
# Another DS than the one that is signed; the digest is not looked at.
sed 's/2222222222$/2222222223/' "$WORK/signed" > "$WORK/forged"
sed 's/192\.0\.2\.1$/192.0.2.2/' "$WORK/digest" > "$WORK/wrong-digest"
while read -r name policy pattern; do
	put "$name"
	for command in verify run fallback; do
		options=(--unsigned --zonemd "$policy" --validate-at "$SIGNED_AT" "${OWN[@]}")
		case $command in
		verify) refused "$pattern" "$B/rootxdp" verify "${options[@]}" "$ZONE" ;;
		run) refused "$pattern" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --zone "$ZONE" \
			--pin "$PIN" "${options[@]}" ;;
		fallback) refused "$pattern" "$B/rootxdp-fallback" -a $SERVER4 --zone "$ZONE" "${options[@]}" ;;
		esac
	done
done << 'END'
keys-left        ignore  has no NSEC
signatures-left  ignore  covers '.*', but that record is missing
chain-left       ignore  the root has no DNSKEY
digest-left      if-present ZONEMD .*(match|unsupported)
forged           ignore  RRSIG of 'xn--p1ai. DS' by key [0-9]+ does not match
wrong-digest     if-present ZONEMD does not match
END
[ ! -e "$PIN" ] || fail "pins are left"

echo "a loader without --unsigned keeps the signed zone"
put signed
run --zone "$ZONE"
wait_line rootxdp '^ready serial=5 '
put unsigned
hang_up 'the zone is not signed: .*--unsigned'
signed true
serves signed
attested proven 0
stop rootxdp

echo "with --unsigned: from one to the other, and back"
put signed
run --zone "$ZONE" --unsigned --state "$WORK/state"
wait_line rootxdp '^ready serial=5 '
for name in unsigned digest signed digest unsigned; do
	put $name
	hang_up '^reloaded serial=5 '
	serves $name
	if [ $name = signed ]; then
		signed true
		attested proven 0
		attested proven 0 --unsigned
		! grep -q 'NOT SIGNED' "$WORK/rootxdp.log" || fail "the log says that it is not signed"
	else
		signed false
		attested wrong 1
		attested unsigned 0 --unsigned
		grep -q '"verified": false' "$WORK/attest.log" || fail "attest -j: verified"
		grep -q '"attested": false' "$WORK/attest.log" || fail "attest -j: attested"
		grep -q 'NOT SIGNED' "$WORK/rootxdp.log" || fail "the log does not say that it is not signed"
	fi
	SWITCHES=$((SWITCHES + 1))
done
put keys-left
hang_up 'has no NSEC'
serves unsigned

echo "flips, seed $SEED"
tests/netns/flipper.py "$B/rootxdp" "$PIN" "$SEED" "${FLIPS:-10}" prefixes replies shelves zone -- \
	--unsigned > "$WORK/flips" 2>&1 || fail "$(cat "$WORK/flips")"
cat "$WORK/flips"
# A name stands in the map of names alone: without signatures the digest is all that knows it.
put digest
hang_up '^reloaded serial=5 '
active=$(bpftool -j map lookup pinned "$PIN/active" key 0 0 0 0)
names=$PIN/names_$(sed 's/.*"value":\["0x0\([01]\)".*/\1/' <<< "$active")
# rename HEX: the second TLD's third letter.
rename() {
	local value
	value=$(bpftool -j map lookup pinned "$names" key 2 0 0 0 | /usr/bin/python3 -c '
import json, sys
value = [byte[2:] for byte in json.load(sys.stdin)["value"]]
assert bytes.fromhex("".join(value)).startswith(b"tw"), value
print(*value[:2], sys.argv[1], *value[3:])' "$1") || fail "names[2]"
	# shellcheck disable=SC2086 # words
	bpftool map update pinned "$names" key 2 0 0 0 value hex $value
}
attested unsigned 0 --unsigned --zonemd require
rename 6e # twn.
attested wrong 1 --unsigned --zonemd require
rename 6f
attested unsigned 0 --unsigned --zonemd require
put unsigned
hang_up '^reloaded serial=5 '

echo "its death: what it kept is no way in"
stop rootxdp KILL 2> /dev/null
rm "$ZONE"
run --zone "$ZONE" --state "$WORK/state"
wait_line rootxdp 'the zone is not signed: .*--unsigned|^ready '
for ((tries = 200; tries; tries--)); do
	kill -0 "${PID_OF[rootxdp]}" 2> /dev/null || break
	sleep 0.05
done
[ $tries -gt 0 ] || fail "an unsigned zone from the state"
unset "PID_OF[rootxdp]"
signed false
says ' 5 1800 ' in_client dig @$SERVER4 +norec +notcp +short +tries=1 . SOA ||
	fail "the kernel fell silent"
run --zone "$ZONE" --state "$WORK/state" --unsigned
wait_line rootxdp '^ready serial=5 '
signed false
serves unsigned
stop rootxdp KILL 2> /dev/null
# A signed one takes its place.
put signed
run --zone "$ZONE"
wait_line rootxdp '^ready serial=5 '
signed true
serves signed
attested proven 0
stop rootxdp

echo "from a primary"
start_nsd nsd "$SERVER_NS" $NSD4 << END
zone:
	name: "."
	zonefile: "$WORK/digest"
	provide-xfr: 0.0.0.0/0 NOKEY
END
run --source axfr:$NSD4
wait_line rootxdp 'the zone is not signed: .*--unsigned'
stop rootxdp
run --source axfr:$NSD4 --unsigned
wait_line rootxdp '^ready serial=5 '
signed false
attested unsigned 0 --unsigned --zonemd require
stop rootxdp
echo "# $REFUSED refusals; $SWITCHES switches, $COUNT queries each: no difference"
