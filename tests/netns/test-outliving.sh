#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a mirror outlives: its zone file, its fallback, its network device, a full disk; and what it
# does not: the zone's time.
. tests/netns/lib.sh

STATE=$WORK/state
TWO=(--trust-anchors "$DATA/all-ksk.ds" --validate-at 2018-08-02T12:00:00Z --zonemd ignore)

# answer [OPTION...]: the RCODE of ". SOA".
answer() {
	in_client dig "@$SERVER4" +norec +tries=1 +time=2 "$@" . SOA 2> /dev/null |
		sed -n 's/.*status: \([A-Z]*\),.*/\1/p'
}

# serial: that the kernel answers with.
serial() {
	in_client dig "@$SERVER4" +norec +short +tries=1 +time=2 +notcp . SOA | cut -d' ' -f3
}

# within SECONDS COMMAND...: until it is true.
within() {
	local tries=$(($1 * 10))
	shift
	until "$@"; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.1
	done
}
is() {
	[ "$("${@:2}")" = "$1" ]
}

# run_rootxdp ARG...: with a zone of one's own.
run_rootxdp() {
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --pin "$PIN" "$@"
	wait_line rootxdp '^ready '
}

netns_pair
open_client

echo "a new zone file is noticed"
cp "$DATA/root.zone.2018080101" "$WORK/zone"
run_rootxdp --zone "$WORK/zone" "${TWO[@]}" --state "$STATE"
[ "$(serial)" = 2018080101 ] || fail "serial $(serial)"
cp "$DATA/root.zone.2018080200" "$WORK/next"
mv "$WORK/next" "$WORK/zone"
wait_line rootxdp '^reloaded serial=2018080200' 15
[ "$(serial)" = 2018080200 ] || fail "after the change: serial $(serial)"
head -n 5000 "$DATA/root.zone.2018080101" > "$WORK/half"
mv "$WORK/half" "$WORK/zone"
wait_line rootxdp "$WORK/zone" 15
[ "$(serial)" = 2018080200 ] || fail "half a zone was taken: serial $(serial)"
/usr/bin/python3 -c '
import json, sys
state = json.load(open(sys.argv[1]))
assert state["serial"] == 2018080200 and state["source"] == sys.argv[2], state' \
	"$STATE/state.json" "$WORK/zone" || fail "state.json"
cmp "$STATE/root.zone" "$DATA/root.zone.2018080200" || fail "the zone is not kept"

echo "the zone is kept: after a kill, without its file"
before=$(counter tc answered)
stop rootxdp KILL
rm "$WORK/zone"
[ "$(serial)" = 2018080200 ] || fail "after the loader's death: serial $(serial)"
run_rootxdp --zone "$WORK/zone" "${TWO[@]}" --state "$STATE"
grep -q "beginning with the zone kept in $STATE: serial 2018080200 from $WORK/zone" "$WORK/rootxdp.log" ||
	fail "not the kept zone"
[ "$(serial)" = 2018080200 ] || fail "the kept zone: serial $(serial)"
is NOERROR answer +tcp || fail "the fallback does not answer from the kept zone"
[ "$(counter tc answered)" -gt "$before" ] || fail "counters began anew: $(counter tc answered), not over $before"
cp "$DATA/root.zone.2018080200" "$WORK/zone"

echo "a kept zone that is older than the kernel's is not begun with"
stop rootxdp KILL
cp "$DATA/root.zone.2018080101" "$STATE/root.zone"
sed -i 's/2018080200/2018080101/' "$STATE/state.json"
run_rootxdp --zone "$WORK/zone" "${TWO[@]}" --state "$STATE"
grep -q "not used: the kernel answers from serial 2018080200" "$WORK/rootxdp.log" || fail "an older kept zone"
[ "$(serial)" = 2018080200 ] || fail "an older kept zone: serial $(serial)"

echo "an end in the middle of a reload"
for pause in 0.02 0.1 0.3; do
	kill -HUP "${PID_OF[rootxdp]}"
	sleep $pause
	stop rootxdp
	[ "$STOPPED" -eq 0 ] || fail "SIGTERM $pause s after SIGHUP: exit status $STOPPED"
	run_rootxdp --zone "$WORK/zone" "${TWO[@]}" --state "$STATE"
done

echo "the fallback is started again"
pkill -KILL -P "${PID_OF[rootxdp]}" -f rootxdp-fallback || fail "no fallback to kill"
within 10 is NOERROR answer +tcp || fail "no fallback after its death"
grep -q "rootxdp-fallback started again" "$WORK/rootxdp.log" || fail "nothing said of the restart"
pkill -KILL -P "${PID_OF[rootxdp]}" -f rootxdp-fallback || fail "no second fallback to kill"
within 10 is NOERROR answer +tcp || fail "no fallback after its second death"
pkill -KILL -P "${PID_OF[rootxdp]}" -f rootxdp-fallback
sleep 0.25 # it starts about now, and must not lose what it is told
kill -HUP "${PID_OF[rootxdp]}"
within 10 is NOERROR answer +tcp || fail "no fallback after its third death"
within 10 test "$(grep -c '^rootxdp: note: rootxdp-fallback started again' "$WORK/rootxdp.log")" -le 4 ||
	fail "it died of a signal: $(grep fallback "$WORK/rootxdp.log")"

echo "a device is made anew"
in_server ip link del "$SERVER_IF"
! is 2018080200 serial || fail "answered without a device"
ip link add "$SERVER_IF" netns "$SERVER_NS" type veth peer name "$CLIENT_IF" netns "$CLIENT_NS"
in_server ip address add $SERVER4/24 dev "$SERVER_IF"
in_server ip address add $SERVER6/64 dev "$SERVER_IF" nodad
in_client ip address add $CLIENT4/24 dev "$CLIENT_IF"
in_client ip address add $CLIENT6/64 dev "$CLIENT_IF" nodad
in_server ip link set "$SERVER_IF" up
in_client ip link set "$CLIENT_IF" up
before=$(counter tc answered)
within 10 is 2018080200 serial || fail "nobody answers on the new device"
within 10 grep -q "attached to 1 of 1" "$WORK/rootxdp.log" || fail "not attached again"
is 2018080200 serial || fail "the kernel does not answer on the new device"
[ "$(counter tc answered)" -gt "$before" ] || fail "the kernel did not answer on the new device"
in_server ip link set "$SERVER_IF" address 02:00:00:00:53:01
within 10 says "mac.*02:00:00:00:53:01" "$B/rootxdp" status -j --pin "$PIN" || fail "another MAC address"
in_client ip neigh flush all
stop rootxdp
[ ! -d "$PIN" ] || fail "pins are left"

echo "one of two devices comes back"
ip link add rxn-two netns "$SERVER_NS" type veth peer name rxn-other netns "$CLIENT_NS"
run_rootxdp -i rxn-two --zone "$WORK/zone" "${TWO[@]}"
in_server ip link del rxn-two
in_server ip link del "$SERVER_IF"
ip link add "$SERVER_IF" netns "$SERVER_NS" type veth peer name "$CLIENT_IF" netns "$CLIENT_NS"
in_server ip address add $SERVER4/24 dev "$SERVER_IF"
in_server ip address add $SERVER6/64 dev "$SERVER_IF" nodad
in_client ip address add $CLIENT4/24 dev "$CLIENT_IF"
in_server ip link set "$SERVER_IF" up
in_client ip link set "$CLIENT_IF" up
within 10 grep -q "attached to 1 of 2 interfaces" "$WORK/rootxdp.log" || fail "one of two devices"
before=$(counter tc answered)
within 10 is 2018080200 serial || fail "one of two devices: no answer"
[ "$(counter tc answered)" -gt "$before" ] || fail "one of two devices: not from the kernel"
ip link add rxn-two netns "$SERVER_NS" type veth peer name rxn-other netns "$CLIENT_NS"
within 10 grep -q "attached to 2 of 2 interfaces" "$WORK/rootxdp.log" || fail "the other one"
stop rootxdp

echo "a full disk"
mkdir "$WORK/full"
mount -t tmpfs -o size=1m none "$WORK/full"
trap 'umount "$WORK/full"; clean_up' EXIT
cp "$DATA/root.zone.2018080101" "$WORK/zone"
run_rootxdp --zone "$WORK/zone" "${TWO[@]}" --state "$WORK/full"
grep -q "can't keep the zone in $WORK/full: No space left" "$WORK/rootxdp.log" || fail "nothing said of the full disk"
cp "$DATA/root.zone.2018080200" "$WORK/zone"
wait_line rootxdp '^reloaded serial=2018080200' 15
[ "$(serial)" = 2018080200 ] || fail "a full disk: serial $(serial)"
stop rootxdp
umount "$WORK/full"
trap clean_up EXIT

echo "the first signature ends"
run_rootxdp --zone "$ZONE" --trust-anchors "$ANCHORS" --validate-at 2026-08-13T19:59:40Z
is NOERROR answer || fail "before the deadline"
within 30 is SERVFAIL answer || fail "after the deadline: $(answer)"
is SERVFAIL answer +tcp || fail "the fallback after the deadline: $(answer +tcp)"
[ "$(counter tc pass_deadline)" -gt 0 ] || fail "the kernel did not pass"
stop rootxdp

echo "# zone file, fallback, device, disk and deadline"
