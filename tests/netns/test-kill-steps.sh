#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 at one system call after the other of a loader's start: wherever it comes, the kernel goes
# on answering, the next loader takes over, and `unload` finds all that there is.
. tests/netns/lib.sh

STRIDE=${STRIDE:-23} # 1: every call that changes something
RANDOM=$((SEED = ${SEED:-$$ % 32768}))
CHANGING='BPF_(MAP_UPDATE_ELEM|MAP_UPDATE_BATCH|MAP_DELETE_ELEM|OBJ_PIN|LINK_CREATE|LINK_UPDATE|LINK_DETACH)'
STRACE=(strace -f -o "$WORK/trace") # --seccomp-bpf is faster, and injects nothing
type strace > "$WORK/strace" || skip "strace is missing"

netns_pair
open_client

# A root so small that a start takes a quarter of a second.
printf '%s\n' '. 86400 IN SOA a.nic.one. host.nic.one. 1 1800 900 604800 86400' \
	'. 86400 IN NS a.nic.one.' > "$WORK/tiny"
for tld in one three two; do
	printf '%s\n' "$tld. 86400 IN NS a.nic.$tld." "a.nic.$tld. 86400 IN A 192.0.2.1" >> "$WORK/tiny"
done
ZONE_ARGS=(--zone "$WORK/tiny" --unsigned --fallback none)

# traced NAME [OPTION...]: starts a loader under strace, whose options stand in STRACING.
traced() {
	start "$1" "$SERVER_NS" "${STRACE[@]}" "${STRACING[@]}" "$B/rootxdp" run -i "$SERVER_IF" \
		-a $SERVER4 -a $SERVER6 "${ZONE_ARGS[@]}" --pin "$PIN" "${@:2}"
}

# end_traced NAME: the loader and its strace, by kill -9, if they are there still.
end_traced() {
	pkill -KILL -P "${PID_OF[$1]}" || true
	wait "${PID_OF[$1]}" 2> "$WORK/killed" || true
	unset "PID_OF[$1]"
}

# points SHIFT [OPTION...]: every STRIDEth call of such a start that changes something, from SHIFT on,
# as "CALL NUMBER".
points() {
	STRACING=(-e 'trace=bpf,rename,unlink,sendto,write')
	traced counted "${@:2}"
	wait_line counted '^ready '
	end_traced counted
	local main
	main=$(head -n 1 "$WORK/trace" | cut -d ' ' -f 1)
	awk -v main="$main" -v changing="$CHANGING" -v stride="$STRIDE" -v shift="$1" '
		$1 != main { next }
		{ sub(/^[0-9]+ +/, ""); call = $0; sub(/\(.*/, "", call) }
		/^write\(1, "ready/ { exit }
		call !~ /^(bpf|rename|unlink|sendto)$/ { next }
		{ number[call]++ }
		call == "bpf" && $0 !~ changing { next }
		n++ % stride == shift { print call, number[call] }' "$WORK/trace"
}

# kill_at CALL NUMBER [OPTION...]: a start that is killed there.
kill_at() {
	local call=$1 number=$2 tries=400
	shift 2
	STRACING=(-e "trace=$call" -e "inject=$call:signal=KILL:when=$number")
	traced victim "$@"
	while kill -0 "${PID_OF[victim]}" 2> "$WORK/killed" && ! grep -q '^ready' "$WORK/victim.log"; do
		[ $((tries--)) -gt 0 ] || fail "$scenario: no end at $call $number"
		sleep 0.02
	done
	end_traced victim
	! grep -q '^ready' "$WORK/victim.log" || fail "$scenario: not killed at $call $number"
}

answers() {
	says 'status: NOERROR' in_client dig @$SERVER4 +norec +tries=1 +time=2 +notcp two. NS
}

nothing_left() {
	[ ! -e "$PIN" ] || fail "$1: pins are left: $(ls "$PIN")"
	! says 'rootxdp_tc' in_server tc filter show dev "$SERVER_IF" ingress || fail "$1: a filter is left"
	! says clsact in_server tc qdisc show || fail "$1: a clsact qdisc is left"
	! says 'prog/xdp' in_server ip link show || fail "$1: an XDP program is left"
}

# again NAME [OPTION...]: the loader, ready, and killed.
again() {
	start_rootxdp "${@:2}"
	answers || fail "$1: no answer from the next loader"
	stop rootxdp KILL
}

# taken_over NAME BEFORE OPTIONS: starts with OPTIONS where BEFORE has run are killed; the next one
# that runs is as BEFORE again.
taken_over() {
	local call number before options
	scenario=$1
	read -ra before <<< "$2"
	read -ra options <<< "$3"
	again "$scenario" "${before[@]}"
	points $((RANDOM % STRIDE)) "${options[@]}" > "$WORK/points"
	again "$scenario" "${before[@]}"
	[ -z "$LOAD" ] || start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4
	while read -r call number; do
		kill_at "$call" "$number" "${options[@]}"
		again "$scenario, killed at $call $number" "${before[@]}"
		KILLS=$((KILLS + 1))
	done < "$WORK/points"
	[ -z "$LOAD" ] || none_lost
	"$B/rootxdp" unload --pin "$PIN" > "$WORK/unload"
	nothing_left "$scenario"
}

none_lost() {
	stop asker
	read -r _ asked _ answered _ failed _ < "$WORK/asker.log"
	[ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$asked" -gt 20 ] ||
		fail "$scenario: $(cat "$WORK/asker.log")"
	ASKED=$((ASKED + asked))
}

# unloaded NAME BEFORE OPTIONS: the same, but that `unload` follows. BEFORE "": on nothing.
unloaded() {
	local call number before options
	scenario=$1
	read -ra before <<< "$2"
	read -ra options <<< "$3"
	[ -z "$2" ] || again "$scenario" "${before[@]}"
	points $((RANDOM % STRIDE)) "${options[@]}" > "$WORK/points"
	while read -r call number; do
		"$B/rootxdp" unload --pin "$PIN" > "$WORK/unload"
		nothing_left "$scenario"
		[ -z "$2" ] || again "$scenario" "${before[@]}"
		kill_at "$call" "$number" "${options[@]}"
		[ -z "$2" ] || answers || fail "$scenario, killed at $call $number: no answer"
		"$B/rootxdp" unload --pin "$PIN" > "$WORK/unload"
		nothing_left "$scenario, killed at $call $number"
		KILLS=$((KILLS + 1))
	done < "$WORK/points"
}

KILLS=0 ASKED=0
LOAD=yes
taken_over "the same maps" '--tiers xdp,tc' '--tiers xdp,tc'
taken_over "new maps" '--tiers xdp,tc' '--tiers xdp,tc --nsid other'
LOAD='' # what a tier that is taken away answered is lost
taken_over "without tc" '--tiers xdp,tc' '--tiers xdp'
unloaded "a first start" '' '--tiers xdp,tc'
unloaded "without XDP, on new maps" '--tiers xdp,tc' '--tiers tc --nsid other'
echo "# $KILLS kills (seed $SEED), each at another system call; $ASKED queries, none lost"
