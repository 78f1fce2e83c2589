#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The root query mix over UDP: at least 99.9 % of the queries end in the kernel, in either tier.
#
# alone: it sends as fast as it can, and a kernel that is kept from reading loses frames in the veth
. tests/netns/lib.sh

COUNT=${COUNT:-500000}

# replay NAME TIER [OPTION...]: sends the mix, and waits until the tier has counted all of it.
replay() {
	local name=$1 tier=$2 tries=200 before
	shift 2
	before=$(seen "$tier")
	in_client "$B/tools/mix/replay" -i "$CLIENT_IF" --to $SERVER4 --to $SERVER6 --from $CLIENT4 \
		--from $CLIENT6 --count "$COUNT" "$@" "$ZONE" > "$WORK/$name" || fail "$name: replay"
	[ "$(cut -d' ' -f2 "$WORK/$name")" = "$COUNT," ] || fail "$name: $(cat "$WORK/$name")"
	until [ $(($(seen "$tier") - before)) -ge "$COUNT" ]; do
		[ $((tries--)) -gt 0 ] ||
			fail "$name: $tier saw $(($(seen "$tier") - before)) of $COUNT queries"
		sleep 0.05
	done
}

# seen TIER: queries for us so far.
seen() {
	echo $(($(counter "$1" answered) + $(counter "$1" passed) + $(counter "$1" dropped)))
}

# judge NAME TIER: of QUERY messages the kernel answers 99.9 %; of others it passes UPDATE alone.
judge() {
	local name=$1 tier=$2 answered queries share verdict
	answered=$(counter "$tier" answered)
	queries=$(sed 's/.*QUERY //' "$WORK/$name")
	share=$(awk -v a="$answered" -v q="$queries" 'BEGIN { printf "%.4f", 100 * a / q }')
	echo "$name: $COUNT sent, $queries queries, answered by $tier $answered: $share % of queries, $(
		awk -v a="$answered" -v n="$COUNT" 'BEGIN { printf "%.4f", 100 * a / n }') % of all"
	[ $((answered * 1000)) -ge $((queries * 999)) ] || fail "$name: only $share % answered by $tier"
	[ $((answered * 1000)) -ge $((COUNT * 998)) ] || fail "$name: not even UPDATE explains it"
	[ "$(counter "$tier" pass_opcode)" -eq $((COUNT - queries)) ] || fail "$name: UPDATE passed"
	[ "$(counter "$tier" passed)" -eq $((COUNT - queries)) ] || fail "$name: others passed"
	for verdict in answer_referral answer_ds answer_nodata answer_nxdomain answer_apex answer_chaos \
		answer_formerr answer_truncated; do
		[ "$(counter "$tier" $verdict)" -gt 0 ] || fail "$name: no $verdict"
	done
	SHARE="$SHARE, $tier $share %"
}

SHARE=
netns_pair
open_client
printf '%s\n' e5e973e5a6b2a43f48e7dc849e37bfcf > "$WORK/secrets"
OURS=(--cookie-secrets "$WORK/secrets" --identity ns1.fra.example --nsid fra-1)

start_rootxdp --tiers xdp,tc "${OURS[@]}"
replay live xdp
judge live xdp
stop rootxdp

start_rootxdp --tiers tc "${OURS[@]}"
replay packets tc --packets --seed 2
judge packets tc
stop rootxdp

echo "# $COUNT queries of the root mix for each tier; answered there: ${SHARE#, }"
