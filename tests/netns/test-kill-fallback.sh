#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 of the loader, of its fallback, and of both, at random moments: what the kernel answers is
# never lost, the fallback is back when the loader is ready, and nothing is left in the kernel.
. tests/netns/lib.sh

KILLS=${KILLS:-12}
RANDOM=$((SEED = ${SEED:-$$ % 32768}))
netns_pair
open_client
RUN=(--tiers 'xdp,tc' --state "$WORK/state")

# note_objects: remembers the ids of what is pinned, and of nothing else: others test beside us.
note_objects() {
	local pin kind
	for pin in "$PIN"/*; do
		case $pin in */xdp-*) kind="link" ;; */program_*) kind=prog ;; *) kind=map ;; esac
		echo "$kind $(bpftool -j "$kind" show pinned "$pin" | sed 's/^{"id":\([0-9]*\).*/\1/')"
	done > "$WORK/pinned"
	sort -u "$WORK/pinned" "$WORK/seen" -o "$WORK/seen"
}

# there_are FILE: those of the objects in it that are in the kernel.
there_are() {
	local kind id
	while read -r kind id; do
		! bpftool "$kind" show id "$id" > "$WORK/shown" 2>&1 || echo "$kind $id"
	done < "$1"
}

# only_pinned: of all that was ever pinned only what is pinned now; the kernel frees with a delay.
only_pinned() {
	local tries=100
	while there_are "$WORK/seen" > "$WORK/left" && ! cmp -s "$WORK/left" <(sort -u "$WORK/pinned"); do
		[ $((tries--)) -gt 0 ] || fail "$1: leaked: $(diff <(sort -u "$WORK/pinned") "$WORK/left")"
		sleep 0.1
	done
}

fallback_answers() {
	says NOERROR in_client dig "@$SERVER4" +norec +tcp +tries=1 +time=2 . SOA
}

kill_fallback() {
	pkill -KILL -P "${PID_OF[rootxdp]}" || true # there may be none yet, or none any more
}

: > "$WORK/seen"
start_rootxdp "${RUN[@]}"
note_objects
fallback_answers || fail "no fallback"
start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4
for ((kill = 1; kill <= KILLS; kill++)); do
	what=$((RANDOM % 4))
	case $what in
	0) kill_fallback ;;
	1) stop rootxdp KILL ;;
	2) kill_fallback; stop rootxdp KILL ;;
	3) # in a start, both of whose processes are young
		stop rootxdp KILL
		start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 \
			"${ZONE_ARGS[@]}" --pin "$PIN" "${RUN[@]}"
		sleep "0.$(printf %03d $((RANDOM % 700)))"
		[ $((RANDOM % 2)) -eq 0 ] || kill_fallback
		sleep "0.0$((RANDOM % 10))"
		stop rootxdp KILL
		;;
	esac
	if [ $what -ne 0 ]; then
		start_rootxdp "${RUN[@]}"
		note_objects
	fi
	tries=300
	until fallback_answers; do # a loader that is ready has one; one whose fallback died, soon
		[ $what -eq 0 ] && [ $((tries--)) -gt 0 ] || fail "kill $kill ($what, seed $SEED): no fallback"
		sleep 0.1
	done
	sleep "0.$((RANDOM % 3))"
done
only_pinned "while it runs (seed $SEED)"
"$B/rootxdp" attest --pin "$PIN" --trust-anchors "$ANCHORS" > "$WORK/attest.log" 2>&1 || fail "attest"
stop asker
read -r _ asked _ answered _ failed _ < "$WORK/asker.log"
[ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$asked" -gt 1000 ] ||
	fail "seed $SEED: $(cat "$WORK/asker.log")"
stop rootxdp KILL
"$B/rootxdp" unload --pin "$PIN" > "$WORK/unload"
[ ! -e "$PIN" ] || fail "pins are left: $(ls "$PIN")"
: > "$WORK/pinned"
only_pinned "after unload (seed $SEED)"
! says . in_server ss -Hln 'sport = 53' || fail "a fallback is left"
echo "# $KILLS kills (seed $SEED), $asked queries to the kernel, none lost; of $(grep -c . "$WORK/seen") objects none left"
