#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is answered from was proven, at a start, after a switch and in larger maps; a set that is
# spoilt before its proof is not switched to. Replies that are too long for a try-out or for the
# kernel do not stand in a zone's way.
. tests/netns/lib.sh

FILE=$WORK/zone
BPFTOOL=/usr/sbin/bpftool
chmod 755 "$WORK"
netns_pair

# put FILE: the zone file as an operator replaces it, in one step.
put() {
	cp "$1" "$FILE.next"
	chmod 644 "$FILE.next"
	mv "$FILE.next" "$FILE"
}

# begin ANCHORS TIME [OPTION...]: the loader, until it is ready.
begin() {
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --zone "$FILE" \
		--trust-anchors "$1" --validate-at "$2" --zonemd if-present --tiers tc --pin "$PIN" "${@:3}"
	wait_line rootxdp '^ready '
}

# reload PATTERN: SIGHUP, until the loader says PATTERN.
reload() {
	: > "$WORK/rootxdp.log"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp "$1"
}

# proven LEAST WHAT: all answers of the set that is active, and at least so many.
proven() {
	local seen
	seen=$("$B/rootxdp" status -j --pin "$PIN" | /usr/bin/python3 -c '
import json, sys
status = json.load(sys.stdin)
print(status["proven"] if status["proven"] == status["proofs"] else 0)')
	[ "$seen" -ge "$1" ] || fail "$2: $seen answers proven: $("$B/rootxdp" status --pin "$PIN")"
	says '^proven +([0-9,]+) of \1 answers$' "$B/rootxdp" status --pin "$PIN" || fail "$2: status"
	echo "$seen"
}

# --- one zone, and the next
OLD=2018080101 NEW=2018080200
put $DATA/root.zone.$OLD
begin $DATA/all-ksk.ds 2018-08-02T12:00:00Z --identity here --nsid there --rate-limit 1000 \
	--pass arpa
answers=$(proven 60000 "a start")
put $DATA/root.zone.$NEW
reload "^reloaded serial=$NEW "
proven 60000 "a switch" > /dev/null
[ "$(counter tc answered)" -eq 0 ] || fail "the proof was counted"

# --- somebody writes into the standby set: a referral of its last name is gone (all of it 0)
# in_status KEY: a number that status shows.
in_status() {
	"$B/rootxdp" status -j --pin "$PIN" | sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p"
}
active=$(in_status active_set)
key=$((64 + ($(in_status names) - 1) * 5))
nothing=$(printf '0 %.0s' {1..32})
cat > "$WORK/spoil" <<- END
	while :; do
		$BPFTOOL map update pinned $PIN/replies_$((1 - active)) \\
			key $((key & 255)) $((key >> 8)) 0 0 value $nothing
	done
END
start spoiler "$SERVER_NS" bash "$WORK/spoil"
reload "^rootxdp: (serial $NEW is not used|the map replies_[01] does not hold)"
stop spoiler
[ "$(in_status active_set)" = "$active" ] || fail "a spoilt set was switched to"
says " $NEW " in_client dig @$SERVER4 +norec +short +tries=1 . SOA || fail "no answer"
refused=$(grep -c 'is not used\|does not hold' "$WORK/rootxdp.log")
reload "^reloaded serial=$NEW "
proven 60000 "the set that was spoilt" > /dev/null
stop rootxdp

# --- long replies: a TLD of 60 servers gives 4 KB, for which there is no room in a try-out of XDP;
# 80 servers give more than is stored. Then a zone that needs larger maps.
# sign NAME: to NAME.signed, with the key of the test.
sign() (
	cd "$WORK"
	ldns-signzone -b -i 20260701000000 -e 20260901000000 -f "$1.signed" "$1" "$KEY" 2>&1
)
# zone SERIAL TLD=SERVERS...
zone() {
	local tld i
	printf '%s\n' ". 86400 IN SOA a.nic.one. host.nic.one. $1 1800 900 604800 86400" \
		'. 86400 IN NS a.nic.one.' 'one. 86400 IN NS a.nic.one.' 'a.nic.one. 86400 IN A 192.0.2.1'
	for tld in "${@:2}"; do
		for ((i = 0; i < ${tld#*=}; i++)); do
			printf '%s\n' "${tld%=*}. 86400 IN NS n$i.${tld%=*}." \
				"n$i.${tld%=*}. 86400 IN A 192.0.2.$i" \
				"n$i.${tld%=*}. 86400 IN AAAA 2001:db8::$i"
		done
	done
}
KEY=$(cd "$WORK" && ldns-keygen -k -a ECDSAP256SHA256 .)
zone 1 two=2 > "$WORK/small"
zone 2 two=2 fat=60 huge=80 > "$WORK/large"
{ sign small && sign large; } > "$WORK/signing" || fail "signing: $(cat "$WORK/signing")"
for net in server client; do
	device=$([ $net = server ] && echo "$SERVER_IF" || echo "$CLIENT_IF")
	in_$net ip link set "$device" mtu 9000
done
put "$WORK/small.signed"
cat $ANCHORS "$WORK/$KEY.ds" > "$WORK/anchors"
chmod 644 "$WORK/anchors"
begin "$WORK/anchors" $VALIDATE_AT --max-udp-size 4096
proven 300 "a small zone" > /dev/null
put "$WORK/large.signed"
reload "^reloaded serial=2 "
proven 300 "long replies" > /dev/null
in_client dig @$SERVER4 +norec +notcp +ignore +bufsize=4096 fat. NS > "$WORK/fat"
grep -q 'ADDITIONAL: 121' "$WORK/fat" || fail "a long reply: $(cat "$WORK/fat")"
in_client dig @$SERVER4 +norec +notcp +ignore +bufsize=4096 huge. NS > "$WORK/huge"
grep -q 'flags: qr tc;' "$WORK/huge" || fail "too long a reply: $(cat "$WORK/huge")"
[ "$(counter tc pass_no_reply)" -eq 1 ] || fail "what is not stored was not passed"
put $ZONE
reload "^reloaded serial=$SERIAL "
grep -q "outgrew" "$WORK/rootxdp.log" || fail "the zone did not outgrow its maps"
proven 60000 "larger maps" > /dev/null

echo "# $answers answers proven; $refused spoilt set refused"
