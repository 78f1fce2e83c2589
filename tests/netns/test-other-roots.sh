#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Other roots: a Yeti-like one with keys, anchors, servers and a primary of its own; tiny ones; and
# unsigned ones, with --unsigned alone. Kernel = fallback = engine, and NSD's sections.
. tests/netns/lib.sh
. tests/unit/signed_zones.sh

COUNT=${COUNT:-8000}
NSD4=10.53.0.3
ROOTS=0
chmod 755 "$WORK"

# yeti: 25 servers of many kinds, and 67 TLDs: with and without DS, with A, AAAA, both or no glue.
yeti() {
	local i tld
	echo '. 7200 IN SOA bii.dns-lab.example. yeti.example. 2026112501 1800 900 604800 86400'
	for i in {1..8}; do echo ". 86400 IN NS ns$i.t$i."; done
	for i in {1..8}; do echo ". 86400 IN NS root-$i.yeti.example."; done
	for i in {1..6}; do echo ". 86400 IN NS glueless-$i.elsewhere.t$i."; done
	# In another case; at a zone cut; directly below the root, of no zone at all.
	printf '. 86400 IN NS %s.\n' www.T60 t9 nobody
	for i in {1..60}; do
		tld=t$i
		echo "$tld. 172800 IN NS ns$i.$tld."
		((i == 1)) || echo "$tld. 172800 IN NS ns1.t1."
		((i % 4 == 0)) || echo "ns$i.$tld. 172800 IN A 192.0.2.$i"
		((i % 3 == 0)) || echo "ns$i.$tld. 172800 IN AAAA 2001:db8::$i"
		((i % 5 == 0)) || echo "$tld. 86400 IN DS $i 13 2 $(printf '%064d' "$i")"
	done
	echo 'www.t60. 172800 IN A 192.0.2.77'
	echo 't9. 172800 IN AAAA 2001:db8::9'
	for i in {1..8}; do
		echo "example. 3600 IN NS root-$i.yeti.example."
		echo "root-$i.yeti.example. 3600 IN A 198.51.100.$i"
		echo "root-$i.yeti.example. 3600 IN AAAA 2001:db8:1::$i"
	done
	# IDN; TTLs at both ends; DS of other algorithms and digests; labels at both ends.
	for tld in xn--fiqs8s xn--p1ai xn--mgbaam7a8h x "$(printf 'l%.0s' {1..63})"; do
		echo "$tld. 0 IN NS root-2.yeti.example."
		echo "$tld. 2147483647 IN DS 65535 15 4 $(printf '%096d' 7)"
		echo "$tld. 2147483647 IN DS 0 254 1 $(printf '%040d' 7)"
	done
	echo 'lonely. 3600 IN NS nowhere.lonely.else.'
}

# tiny TLD...: a root with these.
tiny() {
	local tld
	echo '. 60 IN SOA ns. host. 7 1800 900 604800 60'
	echo '. 60 IN NS ns.nobody.'
	for tld in "$@"; do
		echo "$tld. 60 IN NS a.$tld."
		echo "a.$tld. 60 IN AAAA 2001:db8::1"
	done
}

# sign NAME KEY...: what NAME.text has, with a digest.
sign() {
	local name=$1 key
	shift
	for key in "$@"; do
		dnskey_of "$key" >> "$WORK/$name.text"
	done
	(cd "$WORK" && ldns-signzone -d -z simple:sha384 -i 20260701000000 -e 20260901000000 \
		-f "$name" "$name.text" "$@") > "$WORK/signing" 2>&1 || fail "$name: $(cat "$WORK/signing")"
	chmod 644 "$WORK/$name"
}

# same NAME OPTION...: kernel and fallback are the engine's on that zone, to the byte.
same() {
	local name=$1
	shift
	in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 --engine --zone "$WORK/$name" \
		--validate-at $SIGNED_AT --count "$COUNT" "$@" > "$WORK/differ" 2>&1 ||
		fail "$name: $(tail -n 40 "$WORK/differ")"
	[ $(($(counter tc answered) + $(counter xdp answered))) -gt $((COUNT * 8 / 10)) ] ||
		fail "$name: the kernel hardly answered"
	in_client "$B/tests/netns/differ" -s $REFERENCE4 -s $REFERENCE6 --engine --zone "$WORK/$name" \
		--validate-at $SIGNED_AT --count 2000 --seed 5 "$@" > "$WORK/differ" 2>&1 ||
		fail "$name, the fallback: $(tail -n 40 "$WORK/differ")"
}

# serve NAME [OPTION...]: in kernel and fallback, and a fallback alone, until the next one.
serve() {
	local name=$1
	shift
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 \
		--tiers "${TIERS:-tc}" --zone "$WORK/$name" --pin "$PIN" --validate-at $SIGNED_AT "$@"
	wait_line rootxdp '^ready '
	start reference "$SERVER_NS" "$B/rootxdp-fallback" -a $REFERENCE4 -a $REFERENCE6 \
		--zone "$WORK/$name" --validate-at $SIGNED_AT "$@"
	wait_line reference '^ready '
	ROOTS=$((ROOTS + 1))
}
unserve() {
	stop reference
	stop rootxdp
}

# attested WANTED [OPTION...]: the outcome that attest has.
attested() {
	local wanted=$1
	shift
	"$B/rootxdp" attest -j --pin "$PIN" "$@" > "$WORK/attest.log" 2>&1 || true
	grep -q "\"outcome\": \"$wanted\"" "$WORK/attest.log" || fail "not $wanted: $(tail -n 30 "$WORK/attest.log")"
}

# refused PATTERN COMMAND...: with that message.
refused() {
	local pattern=$1
	shift
	! in_server timeout 20 "$@" > "$WORK/out" 2> "$WORK/err" || fail "not refused: $*"
	grep -qE -- "$pattern" "$WORK/err" || fail "not '$pattern': $(cat "$WORK/err")"
}

netns_pair
open_client
in_server ip address add $NSD4/24 dev "$SERVER_IF"
make_key ksk -k -a ECDSAP256SHA256
make_key zsk -a ECDSAP256SHA256
make_key edksk -k -a ED25519
make_key edzsk -a ED25519
cat "$WORK/ksk.ds" "$WORK/edksk.ds" > "$WORK/anchors"
chmod 644 "$WORK/anchors"
OWN=(--trust-anchors "$WORK/anchors")

echo "a Yeti-like root, from its own primary"
yeti > "$WORK/yeti.text"
sign yeti ksk zsk
start_nsd nsd "$SERVER_NS" $NSD4 << END
server:
	ipv4-edns-size: 1232
zone:
	name: "."
	zonefile: "$WORK/yeti"
	provide-xfr: 0.0.0.0/0 NOKEY
END
refused 'no DNSKEY of the root is named by the trust anchors' "$B/rootxdp" verify \
	--validate-at $SIGNED_AT "$WORK/yeti"
start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --tiers tc \
	--source axfr:$NSD4 --pin "$PIN" --validate-at $SIGNED_AT "${OWN[@]}"
wait_line rootxdp '^ready serial=2026112501 '
start reference "$SERVER_NS" "$B/rootxdp-fallback" -a $REFERENCE4 -a $REFERENCE6 \
	--zone "$WORK/yeti" --validate-at $SIGNED_AT "${OWN[@]}"
wait_line reference '^ready '
ROOTS=1
# AXFR has another order of records than the file: NS and glue are sent in the order that they came.
in_server dig +onesoa +noall +answer +nostats @$NSD4 . AXFR | grep -v '^;' > "$WORK/transferred"
in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 --engine --zone "$WORK/transferred" \
	--validate-at $SIGNED_AT --count "$COUNT" "${OWN[@]}" > "$WORK/differ" 2>&1 ||
	fail "the transferred zone: $(tail -n 40 "$WORK/differ")"
in_client "$B/tests/netns/differ" -s $REFERENCE4 -s $REFERENCE6 --engine --zone "$WORK/yeti" \
	--validate-at $SIGNED_AT --count 2000 "${OWN[@]}" > "$WORK/differ" 2>&1 ||
	fail "the fallback: $(tail -n 40 "$WORK/differ")"
attested proven "${OWN[@]}"
attested wrong
in_client /usr/bin/python3 tests/netns/peers.py --zone "$WORK/yeti" --ours $SERVER4 --peer nsd=$NSD4 \
	--other-root --count 3000 > "$WORK/peers" 2>&1 || fail "$(cat "$WORK/peers")"
PEERS=$(tail -n 1 "$WORK/peers")
unserve
stop nsd

echo "Ed25519, without a digest"
# Here the SOA's MINIMUM is below its TTL (RFC 2308 3); in the zone before, above.
yeti | sed '1s/86400$/3600/' > "$WORK/edwards.text"
for key in edksk edzsk; do dnskey_of $key >> "$WORK/edwards.text"; done
(cd "$WORK" && ldns-signzone -d -i 20260701000000 -e 20260901000000 -f edwards edwards.text edksk edzsk) \
	> "$WORK/signing" 2>&1 || fail "$(cat "$WORK/signing")"
chmod 644 "$WORK/edwards"
refused 'has no ZONEMD' "$B/rootxdp" verify --validate-at $SIGNED_AT "${OWN[@]}" "$WORK/edwards"
TIERS=xdp,tc serve edwards "${OWN[@]}" --zonemd if-present
same edwards "${OWN[@]}" --zonemd if-present
# Live frames leave XDP the room to answer all of it.
in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 -f $CLIENT4 -f $CLIENT6 --live "$CLIENT_IF" \
	--engine --zone "$WORK/edwards" --validate-at $SIGNED_AT --count "$COUNT" --seed 6 "${OWN[@]}" \
	--zonemd if-present > "$WORK/differ" 2>&1 || fail "XDP: $(tail -n 40 "$WORK/differ")"
[ "$(counter xdp answered)" -gt $((COUNT * 8 / 10)) ] || fail "XDP hardly answered"
attested proven "${OWN[@]}" --zonemd if-present
unserve

echo "25 servers with 50 addresses that no delegation has"
crowd() {
	local i
	echo '. 86400 IN SOA root-1.yeti.one. host.one. 3 1800 900 604800 172800'
	for i in {1..25}; do
		echo ". 86400 IN NS root-$i.yeti.one."
		echo "root-$i.yeti.one. 3600 IN A 198.51.100.$i"
		echo "root-$i.yeti.one. 3600 IN AAAA 2001:db8:1::$i"
	done
	echo 'one. 60 IN NS elsewhere.'
}
in_client ip link set dev "$CLIENT_IF" xdpdrv off # XDP wants frames that fit a page
in_server ip link set "$SERVER_IF" mtu 9000
in_client ip link set "$CLIENT_IF" mtu 9000
crowd > "$WORK/crowd.text"
sign crowd edksk ksk zsk edzsk
serve crowd "${OWN[@]}" --max-udp-size 4096
same crowd "${OWN[@]}" --max-udp-size 4096
attested proven "${OWN[@]}"
unserve
# By default not all of them fit any reply: attest says so, and the daemon knows.
serve crowd "${OWN[@]}"
same crowd "${OWN[@]}"
grep -q 'is in no reply: .* A larger --max-udp-size may help' "$WORK/rootxdp.log" || fail "no note"
attested wrong "${OWN[@]}"
attested proven "${OWN[@]}" --zonemd ignore
tries=100
until says '"times": [1-9]' "$B/rootxdp" -j --pin "$PIN" status; do
	[ $((tries--)) -gt 0 ] || fail "the daemon has not attested"
	sleep 0.1
done
says '"failed": 0' "$B/rootxdp" -j --pin "$PIN" status || fail "the daemon is alarmed"
unserve

echo "tiny roots"
for tlds in "" "one" "a zz"; do
	# shellcheck disable=SC2086 # words
	tiny $tlds > "$WORK/tiny.text"
	sign tiny ksk zsk
	serve tiny "${OWN[@]}"
	same tiny "${OWN[@]}"
	attested proven "${OWN[@]}"
	unserve
done

echo "not a root"
sed 's/^\. /example. /' "$WORK/tiny.text" | grep -E '^example\..*(SOA|NS)' > "$WORK/example"
refused "this is the zone 'example.', not the root" "$B/rootxdp" verify --unsigned "$WORK/example"

echo "unsigned roots"
yeti > "$WORK/unsigned"
chmod 644 "$WORK/unsigned"
SAY='the zone is not signed: .*--unsigned'
refused "$SAY" "$B/rootxdp" verify "$WORK/unsigned"
refused "$SAY" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --zone "$WORK/unsigned" --pin "$PIN"
refused "$SAY" "$B/rootxdp-fallback" -a $SERVER4 --zone "$WORK/unsigned"
says 'NOT SIGNED' "$B/rootxdp" verify --unsigned "$WORK/unsigned" || fail "verify says nothing"
serve unsigned --unsigned
grep -q 'NOT SIGNED' "$WORK/rootxdp.log" || fail "the log says nothing"
says 'serial .*NOT SIGNED' "$B/rootxdp" status --pin "$PIN" || fail "status says nothing"
says '"signed": false' "$B/rootxdp" status -j --pin "$PIN" || fail "status -j says nothing"
same unsigned --unsigned
attested wrong
attested unsigned --unsigned
# One address of one server, in the kernel alone.
tests/netns/flipper.py "$B/rootxdp" "$PIN" 7 4 replies shelves -- --unsigned > "$WORK/flips" 2>&1 ||
	fail "$(cat "$WORK/flips")"
tries=100
until says '"times": [1-9]' "$B/rootxdp" -j --pin "$PIN" status; do
	[ $((tries--)) -gt 0 ] || fail "the daemon has not attested"
	sleep 0.1
done
says '"failed": 0' "$B/rootxdp" -j --pin "$PIN" status || fail "the daemon is alarmed"
unserve

echo "half signed, or wrongly: --unsigned makes no difference"
awk '$4 != "RRSIG" && $4 != "NSEC"' "$WORK/yeti" > "$WORK/keys-left"
refused 'no NSEC' "$B/rootxdp" verify --unsigned --validate-at $SIGNED_AT "${OWN[@]}" "$WORK/keys-left"
awk '$4 != "DNSKEY"' "$WORK/yeti" > "$WORK/no-keys"
refused "covers '. DNSKEY', but that record is missing" "$B/rootxdp" verify --unsigned --validate-at $SIGNED_AT \
	"${OWN[@]}" "$WORK/no-keys"
awk '$4 != "RRSIG" && $4 != "DNSKEY"' "$WORK/yeti" > "$WORK/chain-left"
refused 'the root has no DNSKEY' "$B/rootxdp" verify --unsigned --validate-at $SIGNED_AT "${OWN[@]}" "$WORK/chain-left"
sed 's/192\.0\.2\.1$/192.0.2.2/' "$WORK/yeti" > "$WORK/changed"
refused 'ZONEMD does not match' "$B/rootxdp" verify --unsigned --validate-at $SIGNED_AT "${OWN[@]}" "$WORK/changed"

refused 'has no ZONEMD' "$B/rootxdp" verify --unsigned --zonemd require "$WORK/unsigned"

echo "unsigned, with a digest"
(cd "$WORK" && ldns-signzone -Z -z simple:sha384 -f digest unsigned) > "$WORK/signing" 2>&1 ||
	fail "$(cat "$WORK/signing")"
says 'NOT SIGNED, ZONEMD SHA-384 verified' "$B/rootxdp" verify --unsigned "$WORK/digest" || fail "a right digest"
sed 's/192\.0\.2\.1$/192.0.2.2/' "$WORK/digest" > "$WORK/changed"
refused 'ZONEMD does not match' "$B/rootxdp" verify --unsigned "$WORK/changed"

echo "from signed to unsigned, and back"
cp "$WORK/yeti" "$WORK/both"
start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --tiers tc --allow-older \
	--zone "$WORK/both" --pin "$PIN" --validate-at $SIGNED_AT "${OWN[@]}" --unsigned
wait_line rootxdp '^ready '
for signed in unsigned yeti; do
	: > "$WORK/rootxdp.log"
	cp "$WORK/$signed" "$WORK/next"
	mv "$WORK/next" "$WORK/both"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp '^reloaded '
	[ $signed = yeti ] && wanted=true || wanted=false
	says "\"signed\": $wanted" "$B/rootxdp" status -j --pin "$PIN" || fail "a switch to $signed"
done
stop rootxdp
echo "# $ROOTS other roots in kernel and fallback, $COUNT queries each: no difference; NSD: $PEERS"
