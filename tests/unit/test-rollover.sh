#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rollovers of KSK, ZSK and algorithm as ldns-signzone signs them: which zones are accepted, by
# which trust anchors, and what is said of the others.
set -euo pipefail
cd "$(dirname "$0")/../.."
B="${B:-build}"
WORK=$(mktemp -d /tmp/rootxdp-rollover.XXXXXX)
trap 'rm -rf "$WORK"' EXIT
. tests/unit/signed_zones.sh

EC=(-a ECDSAP256SHA256)
RSA=(-a RSASHA256 -b 2048)
accepted=0 refused=0

fail() {
	echo "FAILED: $*"
	tail -n 20 "$WORK/said" "$WORK/signing"
	exit 1
}

# verify ZONE ANCHORS...: by these files, all in one.
verify() {
	local zone=$1
	shift
	(cd "$WORK" && cat "$@" > anchors)
	"$B/rootxdp" verify "$WORK/$zone" --trust-anchors "$WORK/anchors" --validate-at $SIGNED_AT \
		--zonemd "$ZONEMD" > "$WORK/said" 2>&1
}

# accept ZONE ANCHORS...
ZONEMD=require
accept() {
	verify "$@" || fail "not accepted: $*"
	grep -q 'signatures valid until 2026-09-01 00:00 UTC' "$WORK/said" || fail "what is said: $*"
	accepted=$((accepted + 1))
}

# refuse PATTERN ZONE ANCHORS...
refuse() {
	local pattern=$1 status=0
	shift
	verify "$@" || status=$?
	[ $status -eq 1 ] || fail "exit $status, not refused: $*"
	grep -qE -- "^rootxdp: $WORK/.*$pattern" "$WORK/said" || fail "not for '$pattern': $*"
	refused=$((refused + 1))
}

# sign ARG...: sign_zone, which must not fail.
sign() {
	sign_zone "$@" || fail "sign_zone $*"
}

for key in old new third; do
	make_key $key -k "${EC[@]}"
	dnskey_of $key > "$WORK/$key.dnskey"
done
for key in zsk zsk-next zsk-last; do
	make_key $key "${EC[@]}"
done
revoke_key old revoked
dnskey_of revoked > "$WORK/revoked.dnskey"
NONE='no DNSKEY of the root is named by the trust anchors \([^ ]*/anchors\)'

echo "one KSK, one ZSK"
sign base 1 'old zsk' 'old zsk'
accept base old.ds
accept base old.dnskey
accept base new.ds old.ds third.dnskey
refuse "$NONE: give" base new.ds
refuse "$NONE: give" base zsk-next.ds
# A ZSK may be an anchor, but here it has not signed the keys.
refuse "RRSIG of '\. DNSKEY' is by key $(tag_of old), which no trust anchor names" base zsk.ds

echo "KSK: the next one is there, first without signing"
sign published 2 'old new zsk' 'old zsk'
accept published old.ds
accept published old.ds new.ds
refuse "RRSIG of '\. DNSKEY' is by key $(tag_of old), which no trust anchor names" published new.ds
sign both 3 'old new zsk' 'old new zsk'
for anchors in old.ds new.ds old.dnskey new.dnskey "old.ds new.ds" "new.ds old.ds third.ds" \
	"old.ds new.dnskey" "old.dnskey new.dnskey"; do
	# shellcheck disable=SC2086 # several files
	accept both $anchors
done
refuse "$NONE: give" both third.ds
refuse "$NONE: give" both third.dnskey
sign switched 4 'old new zsk' 'new zsk'
accept switched new.ds
accept switched old.ds new.ds
refuse "RRSIG of '\. DNSKEY' is by key $(tag_of new), which no trust anchor names" switched old.ds

echo "KSK: the old one is revoked (RFC 5011)"
sign revocation 5 'revoked new zsk' 'revoked new zsk'
accept revocation new.ds
accept revocation old.ds new.ds
for anchor in old.ds old.dnskey; do
	refuse "$NONE but key $(tag_of old), which is revoked \(RFC 5011\)" revocation $anchor
done
for anchor in revoked.ds revoked.dnskey; do
	refuse "$NONE but key $(tag_of revoked), which is revoked \(RFC 5011\)" revocation $anchor
done
sign only-revoked 6 'revoked new zsk' 'revoked zsk'
refuse "RRSIG of '\. DNSKEY' is by key $(tag_of revoked) of algorithm 13, which the zone" \
	only-revoked new.ds old.ds revoked.ds
sign after 7 'new zsk' 'new zsk'
accept after new.ds
refuse "$NONE: give" after old.ds

echo "root-anchors.xml"
anchors_xml old new > "$WORK/both.xml"
anchors_xml old,2020-01-01T00:00:00Z,2026-07-15T00:00:00Z new > "$WORK/new.xml"
anchors_xml old new,2026-08-11T00:00:00Z > "$WORK/old.xml"
anchors_xml old,2020-01-01T00:00:00Z,2026-08-01T00:00:00Z > "$WORK/over.xml"
anchors_xml revoked > "$WORK/revoked.xml"
for zone in base published both switched revocation after; do
	accept $zone both.xml
done
for zone in both switched revocation after; do
	accept $zone new.xml
done
for zone in base published both; do
	accept $zone old.xml
	refuse 'no anchor is valid at 2026-08-01 00:00 UTC: old \(key [0-9]*\) until 2026-08-01 ' \
		$zone over.xml
done
refuse "$NONE: give" base new.xml
refuse "which no trust anchor names" published new.xml
refuse "$NONE: give" after old.xml
refuse "$NONE but key $(tag_of old), which is revoked" revocation old.xml
refuse "$NONE but key $(tag_of revoked), which is revoked" revocation revoked.xml

echo "ZSK: published before and after it signs, and two that sign"
sign zsk-before 10 'old zsk zsk-next zsk-last' 'old zsk'
sign zsk-double 11 'old zsk zsk-next zsk-last' 'old zsk zsk-next'
sign zsk-after 12 'old zsk zsk-next' 'old zsk-next'
for zone in before double after; do
	accept zsk-$zone old.ds
done
[ "$(grep -c 'RRSIG.DS' "$WORK/zsk-double")" -eq 4 ] || fail "not two signatures of each DS"
# The signatures of a ZSK that is gone are left, beside others.
sign zsk-gone 13 'old zsk-next' 'old zsk zsk-next'
accept zsk-gone old.ds
sign zsk-unknown 14 'old zsk' 'old zsk-next'
refuse "RRSIG of '.*' is by key $(tag_of zsk-next) of algorithm 13, which the zone does not have" \
	zsk-unknown old.ds

echo "ZSK: one RRset alone"
# swap FROM TO: in zone FROM the RRSIG of 'two. DS' is the one of zone TO.
swap() {
	{ grep -v '^two\..*RRSIG.DS' "$WORK/$1" && grep '^two\..*RRSIG.DS' "$WORK/$2"; } > "$WORK/swapped"
}
ZONEMD=ignore
swap zsk-before zsk-after # the key is there: it may sign
accept swapped old.ds
swap base zsk-after
refuse "swapped:[0-9]+: RRSIG of 'two\. DS' is by key $(tag_of zsk-next) of .*, which the zone" \
	swapped old.ds
grep -v '^two\..*RRSIG.DS' "$WORK/base" > "$WORK/swapped"
refuse "'two\. DS' has no RRSIG" swapped old.ds
ZONEMD=require

echo "algorithm: RSA, RSA and ECDSA, ECDSA"
make_key rsa -k "${RSA[@]}"
make_key rsa-zsk "${RSA[@]}"
sign rsa-only 20 'rsa rsa-zsk' 'rsa rsa-zsk'
sign algorithms 21 'rsa rsa-zsk new zsk' 'rsa rsa-zsk new zsk'
accept rsa-only rsa.ds
accept algorithms rsa.ds
accept algorithms new.ds
accept algorithms new.ds rsa.ds
refuse "$NONE: give" algorithms old.ds
refuse "$NONE: give" rsa-only new.ds
# RFC 6840 5.11: signatures of one algorithm suffice, whatever other keys there are.
sign algorithm-early 22 'rsa rsa-zsk new zsk' 'rsa rsa-zsk new'
accept algorithm-early new.ds
accept algorithm-early rsa.ds

echo "# $accepted zones with anchors accepted, $refused refused"
