#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9, at random moments of a loader's life, under load and in the middle of switches: no query
# is lost, each reply is wholly of one zone, and the next loader goes on with the maps of the last.
. tests/netns/lib.sh

KILLS=${KILLS:-50}
RANDOM=$((SEED = ${SEED:-$$ % 32768}))
OLD=$DATA/root.zone.2018080101 NEW=$DATA/root.zone.2018080200
TWO=(--trust-anchors "$DATA/all-ksk.ds" --validate-at 2018-08-02T12:00:00Z --zonemd ignore)
FILE=$WORK/zone
ZONE_ARGS=(--zone "$FILE" "${TWO[@]}")

netns_pair
open_client
cp "$OLD" "$FILE"

# What the kernel passes is not what this is about: that goes to a server that nobody kills.
start behind "$SERVER_NS" "$B/rootxdp-fallback" -a $SERVER4 -a $SERVER6 --zone "$OLD" "${TWO[@]}"
wait_port "$SERVER_NS" $SERVER6 53 udp
RUN=(--tiers 'xdp,tc' --allow-older --fallback none --state "$WORK/state")
start_rootxdp "${RUN[@]}"

# pins: the ids of what is pinned, but for the programs, which every loader brings.
pins() {
	local pin
	for pin in "$PIN"/*; do
		case $pin in */xdp-* | */program_*) continue ;; esac
		echo "${pin##*/} $(bpftool -j map show pinned "$pin" | sed 's/^{"id":\([0-9]*\).*/\1/')"
	done
}

# ask NAME SEED [OPTION...]: queries until all is over; each reply must be one zone's.
ask() {
	local name=$1 seed=$2
	shift 2
	while [ ! -e "$WORK/over" ]; do
		in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 --engine --zone "$OLD" \
			"${TWO[@]}" --or-zone "$NEW" --count 20000 --seed $((seed++)) "$@" \
			> "$WORK/$name.txt" 2>&1 || { cat "$WORK/$name.txt" >> "$WORK/failed"; return 1; }
		echo "$name" >> "$WORK/$name.all"
	done
}

before=$(pins)
ask sockets 1 &
SOCKETS=$!
ask live 1000 --live "$CLIENT_IF" -f $CLIENT4 -f $CLIENT6 --window 1024 &
LIVE=$!

# A loader's start takes about a second, a switch less: the moments are spread over both.
starts=0 switches=0 attested=0
for ((kill = 1; kill <= KILLS; kill++)); do
	if ((RANDOM % 3)); then
		cp "$([ $((RANDOM % 2)) -eq 0 ] && echo "$OLD" || echo "$NEW")" "$FILE.next"
		mv "$FILE.next" "$FILE"
		kill -HUP "${PID_OF[rootxdp]}"
		switches=$((switches + 1))
	else
		stop rootxdp KILL
		start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 \
			"${ZONE_ARGS[@]}" --pin "$PIN" "${RUN[@]}"
		starts=$((starts + 1))
	fi
	sleep "0.$(printf %03d $((RANDOM % 900)))"
	stop rootxdp KILL
	start_rootxdp "${RUN[@]}"
	[ ! -e "$WORK/failed" ] || fail "after kill $kill (seed $SEED): $(tail -n 60 "$WORK/failed")"
	((kill % 10)) && continue
	"$B/rootxdp" attest --pin "$PIN" "${TWO[@]}" > "$WORK/attest.log" 2>&1 || fail "attest after kill $kill"
	attested=$((attested + 1))
done
touch "$WORK/over"
wait $SOCKETS || fail "sockets (seed $SEED): $(tail -n 60 "$WORK/failed")"
wait $LIVE || fail "live frames (seed $SEED): $(tail -n 60 "$WORK/failed")"
[ "$(counter xdp answered)" -gt 20000 ] || fail "XDP was hardly asked: $(counter xdp answered)"
[ "$(counter tc answered)" -gt 20000 ] || fail "tc was hardly asked: $(counter tc answered)"

[ "$before" = "$(pins)" ] || fail "other maps than before: $(diff <(echo "$before") <(pins))"
stop rootxdp
[ ! -e "$PIN" ] || fail "pins are left: $(ls "$PIN")"
! says clsact in_server tc qdisc show || fail "a clsact qdisc is left"
! says 'prog/xdp' in_server ip link show || fail "an XDP program is left"
echo "# $KILLS kills (seed $SEED), $starts in a start, $switches in a switch;" \
	"$(grep -c . "$WORK/sockets.all") x 20000 queries by sockets, $(grep -c . "$WORK/live.all") x" \
	"20000 live frames, none lost, none mixed; $attested attestations"
