# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests in namespaces share; sourced. It makes a work folder, and cleans up at exit.
#
#	. tests/netns/lib.sh
#	netns_pair                           server and client namespace, joined by a veth
#	start_rootxdp --tiers tc             the loader in the server's namespace, until it is ready
#	in_client kdig @$SERVER4 com. NS
#	[ "$(counter tc answered)" -gt 0 ] || fail "tc answered nothing"
#
# Everything that a test makes has the test's process id in its name (namespaces, pins) or lies in
# a namespace of its own, so any number of tests may run at once.
set -euo pipefail

B="${B:-build}"
DATA=tests/data
ZONE=$DATA/root.zone.2026073102
SERIAL=2026073102
ANCHORS=$DATA/root.ds
VALIDATE_AT=2026-08-01T00:00:00Z
ZONE_ARGS=(--zone "$ZONE" --trust-anchors "$ANCHORS" --validate-at "$VALIDATE_AT")

SERVER_NS=rxn-$$-s
CLIENT_NS=rxn-$$-c
SERVER_IF=rxn-s
CLIENT_IF=rxn-c
SERVER4=10.53.0.1 SERVER6=fd53::1         # answered by the kernel, and by the fallback behind it
REFERENCE4=10.53.0.2 REFERENCE6=fd53::2   # on the same device; never answered by the kernel
CLIENT4=10.53.0.9 CLIENT6=fd53::9
PIN=/sys/fs/bpf/rxn-$$

WORK=$(mktemp -d "/tmp/rxn-$$.XXXXXX")
declare -A PID_OF=()
NAMESPACES=()

# Ends the test as failed, showing the logs of the programs that it started.
fail() {
	local log
	echo "FAILED: $*" >&2
	for log in "$WORK"/*.log; do
		[ -s "$log" ] && { echo "--- $(basename "$log")"; tail -n 15 "$log"; } >&2
	done
	exit 1
}

# Ends the test as skipped, with the reason.
skip() {
	echo "$*"
	exit 77
}

clean_up() {
	local name ns
	set +e
	for name in "${!PID_OF[@]}"; do
		stop "$name"
	done
	[ ! -d "$PIN" ] || "$B/rootxdp" unload --pin "$PIN" > "$WORK/unload" 2>&1 || cat "$WORK/unload"
	for ns in "${NAMESPACES[@]}"; do
		ip netns del "$ns"
	done
	rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 143' TERM INT

[ "$(id -u)" -eq 0 ] || skip "namespaces need root"

# netns_make NS: a namespace with nothing but lo, up.
netns_make() {
	ip netns add "$1"
	NAMESPACES+=("$1")
	nsenter --net="/run/netns/$1" ip link set lo up
}

# netns_pair: the server's and the client's namespace with addresses on a veth between them.
netns_pair() {
	netns_make "$SERVER_NS"
	netns_make "$CLIENT_NS"
	ip link add "$SERVER_IF" netns "$SERVER_NS" type veth peer name "$CLIENT_IF" netns "$CLIENT_NS"
	local address
	for address in $SERVER4 $REFERENCE4; do
		in_server ip address add "$address/24" dev "$SERVER_IF"
	done
	for address in $SERVER6 $REFERENCE6; do
		in_server ip address add "$address/64" dev "$SERVER_IF" nodad
	done
	in_client ip address add $CLIENT4/24 dev "$CLIENT_IF"
	in_client ip address add $CLIENT6/64 dev "$CLIENT_IF" nodad
	in_server ip link set "$SERVER_IF" up
	in_client ip link set "$CLIENT_IF" up
}

# `ip netns exec` would hide /sys/fs/bpf.
in_server() {
	nsenter --net="/run/netns/$SERVER_NS" "$@"
}

in_client() {
	nsenter --net="/run/netns/$CLIENT_NS" "$@"
}

# start NAME NS PROGRAM [ARG...]: in the background, in namespace NS; its output is $WORK/NAME.log.
start() {
	local name=$1 ns=$2
	shift 2
	: > "$WORK/$name.log"
	nsenter --net="/run/netns/$ns" "$@" >> "$WORK/$name.log" 2>&1 < /dev/null &
	PID_OF[$name]=$!
}

# stop NAME [SIGNAL]: ends what start began, and waits for it; killed when it takes over 10 s.
# Its exit status is left in STOPPED.
STOPPED=
stop() {
	local pid=${PID_OF[$1]} tries
	unset "PID_OF[$1]"
	kill "-${2:-TERM}" "$pid" 2> /dev/null || true
	for ((tries = 0; tries < 200; tries++)); do
		kill -0 "$pid" 2> /dev/null || break
		sleep 0.05
	done
	kill -KILL "$pid" 2> /dev/null || true
	STOPPED=0
	wait "$pid" 2> /dev/null || STOPPED=$?
}

# wait_line NAME PATTERN [SECONDS]: until the output of NAME has a line that matches (20 s).
wait_line() {
	local name=$1 pattern=$2 tries=$((${3:-20} * 20))
	while ! grep -qE -- "$pattern" "$WORK/$name.log"; do
		kill -0 "${PID_OF[$name]}" 2> /dev/null || fail "$name ended before it said '$pattern'"
		[ $((tries--)) -gt 0 ] || fail "$name did not say '$pattern' in ${3:-20} s"
		sleep 0.05
	done
}

# wait_port NS IP PORT PROTOCOL: until something in NS listens there (10 s).
wait_port() {
	local tries=200
	until nsenter --net="/run/netns/$1" ss -Hln "--$4" "src [$2]:$3" 2> /dev/null | grep -q .; do
		[ $((tries--)) -gt 0 ] || fail "nothing listens on $2 port $3 ($4)"
		sleep 0.05
	done
}

# says PATTERN COMMAND...: does its output have a line that matches? (No pipe into grep -q: that
# ends early, and the writer with a broken pipe.)
says() {
	local pattern=$1 text
	shift
	text=$("$@" 2> /dev/null) || true
	grep -qE -- "$pattern" <<< "$text"
}

# open_client: lets the client's veth take what the server's XDP sends back; without an XDP program
# of its own a veth gets none of it.
open_client() {
	in_client ip link set dev "$CLIENT_IF" xdpdrv obj "$B/tools/live/live.bpf.o" program live_receive
}

# start_rootxdp [OPTION...]: on the server's veth and addresses, with the bundled zone, until ready.
start_rootxdp() {
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 \
		"${ZONE_ARGS[@]}" --pin "$PIN" "$@"
	wait_line rootxdp '^ready '
}

# start_reference: the fallback alone on addresses that the kernel leaves to it.
start_reference() {
	start reference "$SERVER_NS" "$B/rootxdp-fallback" -a $REFERENCE4 -a $REFERENCE6 "${ZONE_ARGS[@]}" "$@"
	wait_port "$SERVER_NS" $REFERENCE4 53 udp
	wait_port "$SERVER_NS" $REFERENCE6 53 tcp
}

# start_nsd NAME NS IP[@PORT]...: NSD on these addresses in namespace NS, until it has started. From
# standard input comes what it is told besides: its zones, and more for `server:`.
start_nsd() {
	local name=$1 ns=$2 folder=$WORK/$1
	shift 2
	mkdir -p "$folder"
	{
		printf '%s\n' 'server:' 'username: ""' 'chroot: ""' 'database: ""' 'xfrdfile: ""' \
			'pidfile: ""' "zonesdir: \"$folder\"" "xfrdir: \"$folder\"" \
			"zonelistfile: \"$folder/zone.list\"" 'server-count: 1' 'rrl-ratelimit: 0' 'verbosity: 1'
		printf 'ip-address: %s\n' "$@"
		printf '%s\n' 'remote-control:' 'control-enable: no'
		cat
	} > "$folder/nsd.conf"
	start "$name" "$ns" /usr/sbin/nsd -d -c "$folder/nsd.conf"
	wait_line "$name" 'nsd started'
}

# counter TIER NAME: what `rootxdp stats` counted: answered, passed, dropped, other, or a verdict.
counter() {
	"$B/rootxdp" stats -j --pin "$PIN" | /usr/bin/python3 -c '
import json, sys
tier = json.load(sys.stdin)["tiers"][sys.argv[1]]
print(tier[sys.argv[2]] if sys.argv[2] in tier else tier["verdicts"][sys.argv[2]])' "$1" "$2"
}
