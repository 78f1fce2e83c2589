#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand switches between two zones, as fast as they go, under load: no query is lost, and each
# reply is wholly of one zone, in either tier.
. tests/netns/lib.sh

SWITCHES=${SWITCHES:-1000}
OLD=$DATA/root.zone.2018080101 NEW=$DATA/root.zone.2018080200
WHEN=2018-08-02T12:00:00Z
ZONE_ARGS=(--zone "$OLD" --trust-anchors "$DATA/all-ksk.ds" --validate-at "$WHEN" --zonemd ignore)

netns_pair
open_client
start_rootxdp --tiers xdp,tc

# ask NAME SEED [OPTION...]: queries until the switches are over; each reply must be one zone's.
ask() {
	local name=$1 seed=$2 line
	shift 2
	while [ ! -e "$WORK/over" ]; do
		in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 --engine "${ZONE_ARGS[@]}" \
			--or-zone "$NEW" --count 20000 --seed $((seed++)) "$@" \
			> "$WORK/$name.txt" 2>&1 || { cat "$WORK/$name.txt" >> "$WORK/failed"; return 1; }
		line=$(tail -n 2 "$WORK/$name.txt" | head -n 1)
		echo "$name: $(tail -n 1 "$WORK/$name.txt"), $line" >> "$WORK/$name.all"
	done
}

ask sockets 1 &
SOCKETS=$!
ask live 1000 --live "$CLIENT_IF" -f $CLIENT4 -f $CLIENT6 --window 1024 &
LIVE=$!
"$B/tests/netns/switcher" "$PIN" "$SWITCHES" "$DATA/all-ksk.ds" "$WHEN" "$NEW" "$OLD" > "$WORK/switches" ||
	fail "the switcher ended"
touch "$WORK/over"
wait $SOCKETS || fail "sockets: $(tail -n 60 "$WORK/failed")"
wait $LIVE || fail "live frames: $(tail -n 60 "$WORK/failed")"
[ "$(counter xdp answered)" -gt 20000 ] || fail "XDP was hardly asked: $(counter xdp answered)"
[ "$(counter tc answered)" -gt 20000 ] || fail "tc was hardly asked: $(counter tc answered)"
for name in sockets live; do
	grep -q "replies from the other zone" "$WORK/$name.all" || fail "$name: all replies from one zone"
done
stop rootxdp
echo "# $(cat "$WORK/switches"); $(grep -c . "$WORK/sockets.all") x 20000 queries by sockets, $(
	grep -c . "$WORK/live.all") x 20000 live frames, none lost, none mixed"
