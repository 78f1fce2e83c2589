#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernel = fallback: 120,000 queries to both, the replies compared byte for byte; both tiers.
. tests/netns/lib.sh

COUNT=${COUNT:-120000}

# answered TIER: so far.
answered() {
	counter "$1" answered
}

# differ NAME ARG...: compares, and leaves the number of queries for the kernel in FOR_KERNEL.
differ() {
	local name=$1
	shift
	in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 -f "$CLIENT4" -f "$CLIENT6" \
		"${ZONE_ARGS[@]}" "$@" \
		> "$WORK/$name.txt" 2>&1 || {
		head -n 200 "$WORK/$name.txt"
		fail "$name: $(tail -n 1 "$WORK/$name.txt")"
	}
	echo "$name: $(tail -n 1 "$WORK/$name.txt")"
	FOR_KERNEL=$(tail -n 1 "$WORK/$name.txt" | sed 's/.*(\([0-9]*\) for the kernel.*/\1/')
}

# variant NAME [OPTION...]: a zone or size of its own, against the engine, on both tiers.
variant() {
	local name=$1
	shift
	start_rootxdp --tiers xdp,tc "$@"
	differ "$name-sockets" --engine --count $((COUNT / 6)) --seed 2 "$@"
	differ "$name-live" --engine --count $((COUNT / 6)) --seed 3 "$@" "${LIVE[@]}"
	at_least "$(answered xdp)" "$FOR_KERNEL" "$name: answered by XDP"
	at_least "$(answered tc)" $((FOR_KERNEL / 4)) "$name: answered by tc"
	stop rootxdp
}

# at_least NUMBER LEAST WHAT
at_least() {
	[ "$1" -ge "$2" ] || fail "$3: $1, not at least $2"
}

REFERENCE=(-r "$REFERENCE4" -r "$REFERENCE6" --count "$COUNT")
LIVE=(--live "$CLIENT_IF" --window 1024)

# Who both say that they are.
ZONE_ARGS+=(--nsid 0x667261312d --identity ns1.fra.example --version-text "rootxdp, tested")

# Cookies, of two secrets.
printf '%s\n' e5e973e5a6b2a43f48e7dc849e37bfcf 445536bcd2513298075a5d379663c962 > "$WORK/secrets"
chmod 600 "$WORK/secrets"
ZONE_ARGS+=(--cookie-secrets "$WORK/secrets")

netns_pair
open_client
start_reference

# tc alone answers every kind.
start_rootxdp --tiers tc
differ tc "${REFERENCE[@]}"
tc=$(answered tc)
at_least "$tc" "$FOR_KERNEL" "answered by tc alone"
at_least 0 "$(answered xdp)" "answered by XDP, which is off"
stop rootxdp

# Both tiers, ordinary sockets: on a veth XDP has little room, so it answers what is hardly longer
# than the query (TC=1, small answers), and tc the rest.
start_rootxdp --tiers xdp,tc
differ both "${REFERENCE[@]}"
both_tc=$(answered tc) both_xdp=$(answered xdp)
echo "  answered by tc $both_tc, by XDP $both_xdp"
at_least $((both_tc + both_xdp)) "$FOR_KERNEL" "answered by the kernel"
at_least "$both_tc" $((FOR_KERNEL / 2)) "answered by tc"

# Both tiers, live frames: XDP answers everything.
differ live "${REFERENCE[@]}" "${LIVE[@]}"
xdp=$(($(answered xdp) - both_xdp))
echo "  answered by tc $(($(answered tc) - both_tc)), by XDP $xdp"
at_least $xdp "$FOR_KERNEL" "answered by XDP"

# The tool sees a difference when there is one: the engine on an older zone.
if in_client "$B/tests/netns/differ" -s $SERVER4 --engine --zone $DATA/root.zone.2018080101 \
	--trust-anchors $DATA/all-ksk.ds --validate-at 2018-08-02T00:00:00Z --zonemd ignore \
	--count 1000 > "$WORK/other" 2>&1; then
	fail "no difference seen between two zones: $(tail -n 1 "$WORK/other")"
fi

stop rootxdp
stop reference

# Other sizes (1452 is the most at an MTU of 1500), and other zones.
variant size512 --max-udp-size 512
variant size1452 --max-udp-size 1452
ZONE_ARGS=(--zone "$DATA/root.zone.2018080101" --trust-anchors "$DATA/all-ksk.ds"
	--validate-at 2018-08-02T00:00:00Z --zonemd ignore)
variant zone2018
variant cookies2018 --cookie-secrets "$WORK/secrets"
variant identity2018 --identity "$(printf 'i%.0s' {1..255})" --nsid "$(printf 'n%.0s' {1..128})"

echo "# 3 x $COUNT queries, 0 differences; tc alone $tc; both: tc $both_tc, XDP $both_xdp; live: XDP $xdp"
