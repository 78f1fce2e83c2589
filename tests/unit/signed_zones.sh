# SPDX-License-Identifier: GPL-2.0-or-later
# Small root zones that ldns-signzone signs, with any keys; sourced. All of it lies in $WORK.
#
#	make_key ksk -k -a ECDSAP256SHA256        KSK 'ksk': ksk.key, ksk.private, ksk.ds
#	make_key zsk -a RSASHA256 -b 2048         ZSK 'zsk'
#	sign_zone base 1 'ksk zsk' 'ksk zsk'      zone 'base' of serial 1: keys in it, keys that sign
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # used, and set, where this is sourced

SIGNED_AT=2026-08-01T00:00:00Z # signatures are from a month before this to a month after it

# make_key NAME OPTION...: with these options of ldns-keygen.
make_key() {
	local name=$1 base ending
	shift
	base=$(cd "$WORK" && ldns-keygen "$@" .)
	for ending in key private; do
		mv "$WORK/$base.$ending" "$WORK/$name.$ending"
	done
	rm -f "$WORK/$base.ds"
	make_ds "$name"
}

make_ds() {
	ldns-key2ds -f -n -2 "$WORK/$1.key" > "$WORK/$1.ds"
}

# revoke_key NAME NEW: the same key under another name, revoked.
revoke_key() {
	cp "$WORK/$1.key" "$WORK/$2.key"
	cp "$WORK/$1.private" "$WORK/$2.private"
	ldns-revoke "$WORK/$2.key" > "$WORK/revoking" || return
	make_ds "$2"
}

# tag_of NAME: its key tag.
tag_of() {
	sed -n 's/.*id = \([0-9]*\) .*/\1/p' "$WORK/$1.key"
}

# dnskey_of NAME: its record.
dnskey_of() {
	sed 's/.*DNSKEY/. 86400 IN DNSKEY/' "$WORK/$1.key"
}

# sign_zone NAME SERIAL KEYS SIGNERS: the DNSKEYs that it has, and the keys that sign it.
sign_zone() {
	local key signers
	{
		printf '%s\n' ". 86400 IN SOA a.nic.one. host.nic.one. $2 1800 900 ${EXPIRE:-604800} 86400" \
			'. 518400 IN NS a.nic.one.' \
			'one. 172800 IN NS a.nic.one.' 'a.nic.one. 172800 IN A 192.0.2.1' \
			'two. 172800 IN NS ns.two.' 'two. 172800 IN NS a.nic.one.' \
			"two. 86400 IN DS 1 13 2 $(printf '1%.0s' {1..64})" \
			'ns.two. 172800 IN AAAA 2001:db8::2' \
			"xn--p1ai. 172800 IN NS ns.two." \
			"xn--p1ai. 86400 IN DS 2 8 2 $(printf '2%.0s' {1..64})"
		for key in $3; do
			dnskey_of "$key"
		done
	} > "$WORK/$1.unsigned"
	read -ra signers <<< "$4"
	# -d: no other DNSKEYs than these.
	(cd "$WORK" && ldns-signzone -d -z simple:sha384 -i 20260701000000 -e 20260901000000 \
		-f "$1" "$1.unsigned" "${signers[@]}") > "$WORK/signing" 2>&1 || return
	chmod 644 "$WORK/$1"
}

# anchors_xml KEY[,FROM[,UNTIL]]...: their root-anchors.xml (RFC 9718), by default valid all year.
anchors_xml() {
	local name from until key_digest
	echo '<TrustAnchor id="made" source="here"><Zone>.</Zone>'
	for key_digest in "$@"; do
		IFS=, read -r name from until <<< "$key_digest"
		printf '<KeyDigest id="%s" validFrom="%s"' "$name" "${from:-2026-01-01T00:00:00+00:00}"
		[ -z "$until" ] || printf ' validUntil="%s"' "$until"
		echo '>'
		sed 's,.*DS[[:space:]]*\([0-9]*\) \([0-9]*\) \([0-9]*\) \(.*\),<KeyTag>\1</KeyTag>\
<Algorithm>\2</Algorithm><DigestType>\3</DigestType><Digest>\4</Digest>,' "$WORK/$name.ds"
		sed 's,.*DNSKEY[[:space:]]*\([0-9]*\) 3 [0-9]* \([^ ]*\) .*,<PublicKey>\2</PublicKey>\
<Flags>\1</Flags></KeyDigest>,' "$WORK/$name.key"
	done
	echo '</TrustAnchor>'
}
