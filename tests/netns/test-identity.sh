#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# NSID and CHAOS identity as dig and kdig see them: from either tier and the fallback, the same.
. tests/netns/lib.sh

netns_pair
open_client
TEXT='who "1" \ü'
SAYS=(--identity "$TEXT" --version-text 9.9.9 --nsid 0x4142ff)

# chaos NAME SERVER [OPTION...]: the TXT that dig shows.
chaos() {
	local name=$1 server=$2
	shift 2
	in_client dig "@$server" +norec +tries=1 +time=2 +short "$@" CH TXT "$name"
}

# is_ours SERVER [OPTION...]: every name and NSID as configured, in every kind of reply.
is_ours() {
	local name
	for name in id.server HOSTNAME.bind; do
		[ "$(chaos $name "$@")" = '"who \"1\" \\\195\188"' ] || fail "$* $name: $(chaos $name "$@")"
	done
	for name in version.bind Version.Server; do
		[ "$(chaos $name "$@")" = '"9.9.9"' ] || fail "$* $name: $(chaos $name "$@")"
	done
	for name in "com. NS" "www.example. A +dnssec" ". DNSKEY +dnssec +ignore" "-c CH -t TXT id.server" \
		"-c CH -t TXT nobody.server" "com. NS +edns=1 +noednsneg"; do
		# shellcheck disable=SC2086
		says 'NSID: 41 42 ff' in_client dig "@$1" +norec +tries=1 +time=2 +nsid "${@:2}" $name ||
			fail "$*: no NSID with $name"
	done
	says 'NSID: .*4142FF' in_client kdig "@$1" +nsid +timeout=2 +retry=0 "${@:2}" com. NS ||
		fail "$*: kdig shows no NSID"
	! says NSID in_client dig "@$1" +norec +tries=1 +time=2 "${@:2}" com. NS || fail "$*: NSID unasked"
	says 'status: REFUSED' in_client dig "@$1" +norec +tries=1 +time=2 "${@:2}" CH TXT authors.bind ||
		fail "$*: another CHAOS name"
}

for tier in tc xdp; do
	start_rootxdp --tiers $tier "${SAYS[@]}"
	for server in $SERVER4 $SERVER6; do
		is_ours $server +notcp
		is_ours $server +tcp
	done
	if [ $tier = tc ]; then
		for verdict in answer_chaos:8 answer_refused:2 answer_badvers:2; do
			[ "$(counter tc "${verdict%:*}")" -ge "${verdict#*:}" ] || fail "tc: ${verdict%:*}"
		done
		[ "$(counter tc passed)" -eq 0 ] || fail "tc passed something"
	fi
	says '^identity      who "1" .092.195.188$' "$B/rootxdp" status --pin "$PIN" || fail "status: identity"
	says '^version       9.9.9$' "$B/rootxdp" status --pin "$PIN" || fail "status: version"
	says '^nsid          AB.255$' "$B/rootxdp" status --pin "$PIN" || fail "status: NSID"
	"$B/rootxdp" status -j --pin "$PIN" | /usr/bin/python3 -c '
import json, sys
assert json.load(sys.stdin)["identity"] == {
    "identity": "who \"1\" \\092\\195\\188", "version": "9.9.9", "nsid": "AB\\255"}' || fail "status -j"
	if [ $tier = tc ]; then
		# A killed loader's kernel goes on with what it was given; the next one says who it is.
		stop rootxdp KILL
		[ "$(chaos version.bind $SERVER4 +notcp)" = '"9.9.9"' ] || fail "after the loader's death"
		start_rootxdp --tiers tc --version-text two
		[ "$(chaos version.bind $SERVER4 +notcp)" = '"two"' ] || fail "taken over"
		says REFUSED in_client dig @$SERVER4 +norec +notcp CH TXT id.server || fail "old identity"
	fi
	stop rootxdp
done
echo "# dig, kdig; UDP by tc and XDP's way, TCP"
