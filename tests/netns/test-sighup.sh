#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGHUP applies what has changed in the configuration file, in kernel and fallback, and no query is
# lost; a file with a fault changes nothing; what has to wait for the next start is named.
. tests/netns/lib.sh

CONFIG=$WORK/rootxdp.yaml
CASES=0

# write [LINE...]: the configuration file, with these lines besides.
write() {
	cat > "$CONFIG.next" << END
interfaces: [${INTERFACES:-$SERVER_IF}]
addresses: [${ADDRESSES:-$SERVER4, "$SERVER6"}]
zone:
  sources:
    - file: ${SOURCE:-$PWD/$ZONE}
  trust-anchors: $PWD/$ANCHORS
pin: ${PINNED:-$PIN}
validate-at: $VALIDATE_AT
tiers: tc
END
	printf '%s\n' "$@" >> "$CONFIG.next"
	mv "$CONFIG.next" "$CONFIG"
}

# hang_up PATTERN: SIGHUP, until the loader says PATTERN and has asked its sources.
hang_up() {
	: > "$WORK/rootxdp.log"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp "$1" 30
	wait_line rootxdp '^reloaded |^rootxdp: .*: ' 30
	CASES=$((CASES + 1))
}
applied() {
	hang_up "^configured file=$CONFIG"
	! grep -q 'is not applied' "$WORK/rootxdp.log" || fail "not applied"
}

# chaos [TRANSPORT]: the identity that is given.
chaos() {
	in_client dig "@$SERVER4" +norec +short +tries=1 +time=2 "$@" id.server CH TXT
}
# both WANTED WHAT: of the kernel and of the fallback.
both() {
	[ "$(chaos +notcp)" = "$1" ] || fail "$2: the kernel says $(chaos +notcp)"
	[ "$(chaos +tcp)" = "$1" ] || fail "$2: the fallback says $(chaos +tcp)"
}
# size WANTED: the UDP size that the OPT says, of both.
size() {
	says "udp: $1\$" in_client dig "@$SERVER4" +norec +edns +notcp . SOA || fail "the kernel's size is not $1"
	says "udp: $1\$" in_client dig "@$SERVER4" +norec +edns +tcp . SOA || fail "the fallback's size is not $1"
}

netns_pair
in_server ip address add 10.53.0.77/24 dev "$SERVER_IF"
ip link add rxn-two netns "$SERVER_NS" type veth peer name rxn-other netns "$CLIENT_NS"
in_server ip address add 10.54.0.1/24 dev rxn-two
in_client ip address add 10.54.0.9/24 dev rxn-other
in_server ip link set rxn-two up
in_client ip link set rxn-other up

write 'identity: one'
start rootxdp "$SERVER_NS" "$B/rootxdp" run --config "$CONFIG" --nsid flag
wait_line rootxdp '^ready '
both '"one"' start

# UDP that the kernel answers, UDP that it passes, and TCP: all the time, until the end.
start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4
start passed "$CLIENT_NS" tests/netns/passed_asker.py $SERVER4

echo "identity, size, names to pass"
write 'identity: two'
applied
both '"two"' "another identity"
write 'identity: two' 'max-udp-size: 1400' 'pass: [arpa]'
applied
both '"two"' "another size"
size 1400
before=$(counter tc pass_subtree)
in_client dig @$SERVER4 +norec +tries=1 x.arpa. > /dev/null
[ "$(counter tc pass_subtree)" -gt "$before" ] || fail "arpa is not passed"
says '"flag"' in_client dig "@$SERVER4" +norec +nsid +tries=1 . SOA || fail "the flag's NSID is gone"
write 'identity: two' 'nsid: file'
applied
says '"flag"' in_client dig "@$SERVER4" +norec +nsid +tries=1 . SOA || fail "the file goes before the flag"
size 1232

echo "a rate limit, and none"
write 'rate-limit: { rate: 20, exempt: [10.53.0.0/24, "fd53::/64"] }'
applied
says '20 replies' "$B/rootxdp" status --pin "$PIN" || fail "status says nothing of the limit"
write 'identity: three'
applied
both '"three"' "no limit"
! says '20 replies' "$B/rootxdp" status --pin "$PIN" || fail "the limit is still there"

echo "cookies"
echo e5e973e5a6b2a43f48e7dc849e37bfcf > "$WORK/secrets"
write 'identity: three' "cookie-secrets: $WORK/secrets"
applied
says 'COOKIE: .*(good)' in_client dig "@$SERVER4" +norec +tries=1 +notcp . SOA || fail "no cookies from the kernel"
says 'COOKIE: .*(good)' in_client dig "@$SERVER4" +norec +tries=1 +tcp . SOA || fail "no cookies from the fallback"
cp "$WORK/secrets" "$WORK/others"
write 'identity: three' "cookie-secrets: $WORK/others"
applied
write 'identity: three'
applied

echo "addresses and interfaces"
ADDRESSES="$SERVER4, \"$SERVER6\", 10.53.0.77, 10.54.0.1" INTERFACES="$SERVER_IF, rxn-two" \
	write 'identity: three'
applied
for address in 10.53.0.77 10.54.0.1; do
	before=$(counter tc answered)
	says NOERROR in_client dig "@$address" +norec +tries=1 +notcp . SOA || fail "$address: no answer"
	[ "$(counter tc answered)" -gt "$before" ] || fail "$address: not from the kernel"
	says NOERROR in_client dig "@$address" +norec +tries=1 +tcp . SOA || fail "$address: no fallback"
done
write 'identity: three'
applied
! says NOERROR in_client dig "@10.53.0.77" +norec +tries=1 +time=1 +notcp . SOA || fail "10.53.0.77 is still answered"
! says clsact in_server tc qdisc show dev rxn-two || fail "still attached to rxn-two"

echo "sources"
cp "$ZONE" "$WORK/zone"
SOURCE=$WORK/zone write 'identity: three'
applied
touch "$WORK/zone"
: > "$WORK/rootxdp.log"
sed 's/2026073102/2026073103/' "$ZONE" > "$WORK/next"
mv "$WORK/next" "$WORK/zone"
wait_line rootxdp "$WORK/zone.*" 15 # it is watched, and refused: the SOA's signature is another's
SOURCE=$WORK/nowhere write 'identity: three'
hang_up "^rootxdp: $WORK/nowhere: "
write 'identity: three'
applied

echo "keys that stand in the file"
write 'identity: three' 'keys: [{ name: n.example, secret: c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0 }]' \
	'notify: { from: [{ address: 10.53.0.9, key: n.example }] }'
chmod 600 "$CONFIG"
applied
both '"three"' "a key"
applied
both '"three"' "a key again"

echo "faults change nothing"
write 'identity: four' 'rate-limit: { rate: none }' 'whatever: 1'
hang_up "$CONFIG is not applied: the configuration in force stays"
grep -q "$CONFIG:11: rate-limit.rate" "$WORK/rootxdp.log" || fail "no line: $(cat "$WORK/rootxdp.log")"
grep -q "$CONFIG:12: whatever" "$WORK/rootxdp.log" || fail "no line of the second fault"
both '"three"' "a fault"
INTERFACES=nosuch0 write 'identity: four'
hang_up "is not applied"
both '"three"' "an interface that there is not"
ADDRESSES="$SERVER4, 10.99.99.99" write 'identity: four'
hang_up "is not applied"
both '"three"' "an address that the host has not"
rm "$CONFIG"
hang_up "is not applied"
both '"three"' "no file"

echo "what has to wait is named"
PINNED=$PIN-other write 'identity: five' 'fallback: none'
applied
for key in pin fallback; do
	grep -qE "$CONFIG:[0-9]+: '$key' has changed: that takes effect at the next start" "$WORK/rootxdp.log" || fail "$key is not named"
done
both '"five"' "what can be applied"
[ ! -e "$PIN-other" ] || fail "other pins"

stop asker
stop passed
read -r _ asked _ answered _ failed _ < "$WORK/asker.log"
[ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$asked" -gt 1000 ] || fail "lost: $(cat "$WORK/asker.log")"
read -r udp lost_udp tcp lost_tcp < "$WORK/passed.log"
[ "$lost_udp" -eq 0 ] && [ "$lost_tcp" -eq 0 ] && [ "$udp" -gt 100 ] || fail "lost: $(cat "$WORK/passed.log")"
"$B/rootxdp" attest --pin "$PIN" --trust-anchors "$ANCHORS" > "$WORK/attest.log" 2>&1 || fail "attest"
stop rootxdp
[ ! -e "$PIN" ] || fail "pins are left"
! says . in_server ss -Hlnu 'sport = 53' || fail "a fallback is left"
echo "# $CASES configurations; $asked queries to the kernel, $udp UDP and $tcp TCP to the fallback, none lost"
