#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rollovers in service: zone after zone, by anchors in root-anchors.xml, each attested; and a DNSKEY
# RRset that is too large for UDP: TC=1 from the kernel, all of it over TCP.
. tests/netns/lib.sh
. tests/unit/signed_zones.sh

ZONE=$WORK/zone
ANCHORS=$WORK/root-anchors.xml
ZONE_ARGS=(--zone "$ZONE" --trust-anchors "$ANCHORS" --validate-at "$SIGNED_AT")
RSA=(-a RSASHA256 -b 2048)
chmod 755 "$WORK"
netns_pair
open_client

# put NAME: that zone, in one step.
put() {
	cp "$WORK/$1" "$ZONE.next"
	chmod 644 "$ZONE.next"
	mv "$ZONE.next" "$ZONE"
}

# anchors KEY...: what anchors_xml takes, from now on.
anchors() {
	anchors_xml "$@" > "$ANCHORS.next"
	chmod 644 "$ANCHORS.next"
	mv "$ANCHORS.next" "$ANCHORS"
}

# reload PATTERN: SIGHUP, until the loader says PATTERN.
reload() {
	: > "$WORK/rootxdp.log"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp "$1"
}

# attested WHAT TAG...: the kernel has it, with keys signed by these KSKs.
attested() {
	local what=$1
	shift
	"$B/rootxdp" attest -j --pin "$PIN" --trust-anchors "$ANCHORS" > "$WORK/attest.log" 2>&1 ||
		fail "$what: not attested"
	/usr/bin/python3 -c '
import json, sys
keys = json.load(open(sys.argv[1]))["dnssec"]["anchored_keys"]
assert sorted(keys) == sorted(map(int, sys.argv[2:])), keys' "$WORK/attest.log" "$@" ||
		fail "$what: not by $*"
}

# next WHAT SERIAL KEYS SIGNERS TAG...: signs such a zone; kernel and fallback switch to it.
next() {
	local what=$1 serial=$2 udp tcp
	sign_zone signed "$2" "$3" "$4" || fail "$what: $(cat "$WORK/signing")"
	shift 4
	put signed
	reload "^reloaded serial=$serial "
	attested "$what" "$@"
	udp=$(in_client dig @$SERVER4 +norec +short +tries=1 . SOA | cut -d ' ' -f 3)
	tcp=$(in_client dig @$SERVER4 +norec +short +tries=1 +tcp . SOA | cut -d ' ' -f 3)
	[ "$udp" = "$serial" ] && [ "$tcp" = "$serial" ] || fail "$what: kernel $udp, fallback $tcp"
}

for key in old new; do
	make_key $key -k "${RSA[@]}"
done
for key in zsk zsk-next zsk-last; do
	make_key $key "${RSA[@]}"
done
make_key ec -k -a ECDSAP256SHA256
make_key ec-zsk -a ECDSAP256SHA256
revoke_key old revoked
OLD=$(tag_of old) NEW=$(tag_of new) EC=$(tag_of ec)

echo "by anchors that are valid in turn"
anchors old new,2027-01-01T00:00:00Z
sign_zone signed 1 'old zsk' 'old zsk' || fail "$(cat "$WORK/signing")"
put signed
start_rootxdp --tiers xdp,tc
attested "base" "$OLD"
# The fallback, without privileges by now, reads the anchors again too.
anchors old new
next "both KSKs sign" 2 'old new zsk' 'old new zsk' "$OLD" "$NEW"
next "three ZSKs" 3 'old new zsk zsk-next zsk-last' 'old new zsk-next' "$OLD" "$NEW"
next "two of them sign" 4 'old new zsk zsk-next zsk-last' 'old new zsk zsk-next' "$OLD" "$NEW"
next "the old KSK is revoked" 5 'revoked new zsk' 'revoked new zsk' "$NEW"
anchors old,2020-01-01T00:00:00Z,2026-07-31T00:00:00Z new ec
next "another algorithm too" 6 'new zsk ec ec-zsk' 'new zsk ec ec-zsk' "$NEW" "$EC"
next "that algorithm alone" 7 'ec ec-zsk' 'ec ec-zsk' "$EC"

# The daemon attests by the same anchors. (Later on it may come upon those that are over.)
tries=100
until says '"times": [1-9]' "$B/rootxdp" -j --pin "$PIN" status; do
	[ $((tries--)) -gt 0 ] || fail "the daemon has not attested"
	sleep 0.1
done
says '"failed": 0' "$B/rootxdp" -j --pin "$PIN" status || fail "the daemon is alarmed"

echo "none is valid any more"
anchors old,2020-01-01T00:00:00Z,2026-07-31T00:00:00Z ec,2020-01-01T00:00:00Z,2026-08-01T00:00:00Z
sign_zone signed 8 'ec ec-zsk' 'ec ec-zsk' || fail "$(cat "$WORK/signing")"
put signed
reload 'anchors.xml: no anchor is valid at 2026-08-01 .*: old \(.*\) until 2026-07-31 .*, ec '
"$B/rootxdp" attest --pin "$PIN" --trust-anchors "$ANCHORS" > "$WORK/attest.log" 2>&1 &&
	fail "attested by anchors that are over"
grep -q '^rootxdp: .*root-anchors.xml: no anchor is valid at ' "$WORK/attest.log" || fail "not said"
says '\. 7 1800' in_client dig @$SERVER4 +norec +short +tries=1 . SOA || fail "no zone any more"

echo "a DNSKEY RRset that is too large for UDP"
anchors old new
next "two KSKs, three ZSKs" 9 'old new zsk zsk-next zsk-last' 'old new zsk' "$OLD" "$NEW"
start_reference

# dnskey SERVER PROTOCOL SIZE: the wire of the reply to '. DNSKEY' with DO, in hexadecimal.
dnskey() {
	in_client /usr/bin/python3 - "$@" <<- 'PYTHON'
	import socket, struct, sys
	server, protocol, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
	query = struct.pack("!6HBHHBHHIH", 4711, 0, 1, 0, 0, 1, 0, 48, 1, 0, 41, size, 1 << 15, 0)
	if protocol == "udp":
	    s = socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM)
	    s.settimeout(5)
	    s.sendto(query, (server, 53))
	    print(s.recv(65535).hex())
	else:
	    s = socket.create_connection((server, 53), 5)
	    s.sendall(struct.pack("!H", len(query)) + query)
	    reply = s.makefile("rb")
	    print(reply.read(*struct.unpack("!H", reply.read(2))).hex())
	PYTHON
}
truncated() {
	echo $(($(counter tc answer_truncated) + $(counter xdp answer_truncated)))
}
for size in 1232 4096; do
	for server in "$SERVER4 $REFERENCE4" "$SERVER6 $REFERENCE6"; do
		read -r ours reference <<< "$server"
		before=$(truncated)
		udp=$(dnskey "$ours" udp $size)
		[ $(($(truncated) - before)) -eq 1 ] || fail "the kernel did not answer: $ours, $size"
		# 12 bytes of header, 5 of question, 11 of OPT; QR, AA and TC.
		[ ${#udp} -eq 56 ] && [ "${udp:4:4}" = 8600 ] || fail "no TC=1: $udp"
		[ "$udp" = "$(dnskey "$reference" udp $size)" ] || fail "not the fallback's TC=1: $udp"
		tcp=$(dnskey "$ours" tcp $size)
		[ "$tcp" = "$(dnskey "$reference" tcp $size)" ] || fail "not the fallback's TCP: $ours"
		[ ${#tcp} -gt 3600 ] || fail "not whole over TCP: $((${#tcp} / 2)) bytes"
	done
done
in_client dig @$SERVER4 +norec +dnssec . DNSKEY > "$WORK/dig" || fail "dig"
grep -q '^;; Truncated, retrying in TCP' "$WORK/dig" || fail "dig saw no TC=1: $(cat "$WORK/dig")"
grep -q 'ANSWER: 7,' "$WORK/dig" || fail "not 5 keys and 2 signatures: $(cat "$WORK/dig")"

echo "# 8 zones of a rollover attested; DNSKEY with DO of $((${#tcp} / 2)) bytes: TC=1, then TCP"
