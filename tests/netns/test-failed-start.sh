#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A start that fails after another loader's death, early or late, and one that waits for a zone, leave
# the kernel as it was: the same maps with the same contents, programs and links, and its answers.
. tests/netns/lib.sh

netns_pair
open_client
echo e5e973e5a6b2a43f48e7dc849e37bfcf > "$WORK/secrets"
echo 445536bcd2513298075a5d379663c962 > "$WORK/others"
WITH=(--tiers 'xdp,tc' --identity one --nsid n --rate-limit 1000000 --cookie-secrets "$WORK/secrets")
start_rootxdp "${WITH[@]}" --fallback none
stop rootxdp KILL

# Clients are served all the time.
start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4

id() {
	bpftool -j map show pinned "$PIN/$1" | sed 's/^{"id":\([0-9]*\).*/\1/'
}
standby() {
	local active
	active=$(bpftool -j map lookup pinned "$PIN/active" key 0 0 0 0 | sed 's/.*"value":\["0x0\([01]\)".*/\1/')
	echo $((1 - active))
}

# kernel: what it answers from, but for what packets change: counters, buckets, the deadline's clock.
kernel() {
	local pin other
	other=$(standby)
	for pin in "$PIN"/*; do
		echo "${pin##*/}"
		case ${pin##*/} in
		program_*) bpftool -j prog show pinned "$pin" | sed 's/,.*//' ;;
		xdp-*) bpftool -j link show pinned "$pin" ;;
		*)
			bpftool -j map show pinned "$pin" | sed 's/,.*//'
			case ${pin##*/} in
			stats | buckets | zone_* | *_"$other") ;; # what stands by may be half filled
			*) bpftool map dump pinned "$pin" | md5sum ;;
			esac
			;;
		esac
	done
	in_server tc filter show dev "$SERVER_IF" ingress
	in_server ip link show "$SERVER_IF"
}

# unchanged WHAT
unchanged() {
	kernel > "$WORK/now"
	cmp -s "$WORK/before" "$WORK/now" || fail "$1: $(diff "$WORK/before" "$WORK/now" | head -n 20)"
	says '"one"' in_client dig "@$SERVER4" +norec +short +notcp +tries=1 id.server CH TXT || fail "$1: identity"
	CASES=$((CASES + 1))
}

# fails NAME PATTERN [OPTION...]: such a start ends with 1, says PATTERN, and changes nothing.
fails() {
	local name=$1 pattern=$2
	shift 2
	start failing "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --pin "$PIN" "$@"
	local tries=600
	while kill -0 "${PID_OF[failing]}" 2> "$WORK/killed"; do
		[ $((tries--)) -gt 0 ] || fail "$name: it runs"
		sleep 0.05
	done
	stop failing
	[ "$STOPPED" -eq 1 ] || fail "$name: exit $STOPPED"
	grep -qE -- "$pattern" "$WORK/failing.log" || fail "$name: did not say '$pattern'"
	unchanged "$name"
}

kernel > "$WORK/before"
CASES=0
OTHER=(--tiers 'xdp,tc' --identity two --rate-limit 1000000 --cookie-secrets "$WORK/others")
SAME=(--tiers 'xdp,tc' --identity one --nsid n --rate-limit 1000000 --cookie-secrets "$WORK/others")

# Somebody has the port; UDP is free. It is found out when the maps are filled and proven.
start thief "$SERVER_NS" /usr/bin/python3 -c '
import socket, sys, time
taken = socket.create_server((sys.argv[1], 53))
print("taken", flush=True)
time.sleep(600)' $SERVER4
wait_line thief taken
fails "no port for the fallback, the same options" 'did not start' "${ZONE_ARGS[@]}" "${SAME[@]}"
fails "no port for the fallback, other options" 'did not start' "${ZONE_ARGS[@]}" "${OTHER[@]}"
stop thief

head -n 500 "$ZONE" > "$WORK/half"
fails "half a zone" "$WORK/half" "${SAME[@]}" --fallback none --zone "$WORK/half" --validate-at $VALIDATE_AT
fails "an expired zone" 'expired' "${SAME[@]}" --fallback none --zone "$ZONE" --validate-at 2027-08-01T00:00:00Z
fails "no such interface" nosuch0 "${ZONE_ARGS[@]}" "${SAME[@]}" --fallback none -i nosuch0

# The primary is away, and nothing is kept: it waits, and does not touch anything.
start waiting "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --pin "$PIN" "${OTHER[@]}" \
	--source "axfr:$CLIENT4@5399" --fallback none
wait_line waiting 'no source has a zone: asking again in 2 s'
unchanged "waiting for a zone"
wait_line waiting 'no source has a zone: asking again in 4 s'
unchanged "waiting on"
stop waiting
[ -d "$PIN" ] || fail "a loader that ended waiting took the pins with it"
unchanged "waited in vain"

# What stands by can't be filled, somebody writes into it: maps of one's own take its place.
spoilt=$(id "replies_$(standby)")
names=$("$B/rootxdp" status -j --pin "$PIN" | sed -n 's/.*"names": \([0-9]*\).*/\1/p')
key=$((64 + (names - 1) * 5))
cat > "$WORK/spoil" <<- END
	while /usr/sbin/bpftool map update id $spoilt \\
		key $((key & 255)) $((key >> 8)) 0 0 value $(printf '0 %.0s' {1..32}); do
		[ -e $WORK/spoiling ] || echo spoiling
		: > $WORK/spoiling
	done
END
start spoiler "$SERVER_NS" bash "$WORK/spoil"
wait_line spoiler spoiling
start_rootxdp "${SAME[@]}" --fallback none
stop spoiler
grep -qE 'does not hold|is not used' "$WORK/rootxdp.log" || fail "nothing said of the spoilt set"
[ "$(id "replies_$(standby)")" != "$spoilt" ] || fail "the spoilt maps are in use"
stop rootxdp KILL

# And then a start that is fine: all that it was told holds.
: > "$WORK/rootxdp.log"
start_rootxdp "${OTHER[@]}"
says '"two"' in_client dig "@$SERVER4" +norec +short +notcp +tries=1 id.server CH TXT || fail "the new identity"
says NOERROR in_client dig "@$SERVER4" +norec +tcp +tries=1 +time=2 . SOA || fail "no fallback"
stop asker
read -r _ asked _ answered _ failed _ < "$WORK/asker.log"
[ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$asked" -gt 100 ] || fail "lost: $(cat "$WORK/asker.log")"
stop rootxdp
[ ! -e "$PIN" ] || fail "pins are left"
echo "# $CASES times as before; $asked queries, none lost"
