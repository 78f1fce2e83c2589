#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What goes wrong is said in one line with its way out, with the right exit code, and leaves nothing.
. tests/netns/lib.sh

netns_pair
RUN=(run -i "$SERVER_IF" -a "$SERVER4" "${ZONE_ARGS[@]}" --pin "$PIN")
cases=0

# expect STATUS PATTERN [ARG...]: rootxdp ARG... exits with STATUS and says PATTERN on stderr.
expect() {
	local wanted=$1 pattern=$2 status=0
	shift 2
	in_server timeout 20 "$B/rootxdp" "$@" > "$WORK/out" 2> "$WORK/err" || status=$?
	[ "$status" -eq "$wanted" ] || fail "rootxdp $*: exit $status, not $wanted: $(cat "$WORK/err")"
	grep -qE -- "$pattern" "$WORK/err" || fail "rootxdp $*: not '$pattern' but: $(cat "$WORK/err")"
	[ ! -s "$WORK/out" ] || fail "rootxdp $*: it said something on stdout: $(cat "$WORK/out")"
	[ ! -e "$PIN" ] || fail "rootxdp $*: pins are left"
	! says clsact in_server tc qdisc show || fail "rootxdp $*: a qdisc is left"
	cases=$((cases + 1))
}

# --- wrong usage: 2
expect 2 "unknown command 'foo'.*rootxdp help" foo
expect 2 "did you mean 'lookup'" lookupp
expect 2 "unknown option '--nope'.*rootxdp help" --nope
expect 2 "unknown option '-q'" stats -q
expect 2 "'--zone' does not go with 'stats'.*stats --help" stats --zone x
expect 2 "'-i' needs a value" run -i
expect 2 "'--json' takes no value" stats --json=yes
expect 2 "an interface: -i IF" run
expect 2 "an address: -a IP" run -i lo
expect 2 "a zone: --zone FILE" run -i lo -a 127.0.0.1
expect 2 "'300.1.1.1' must be a unicast address" run -a 300.1.1.1
expect 2 "'224.0.0.1' must be a unicast" run -a 224.0.0.1
expect 2 "'::' must be a unicast" run -a ::
expect 2 "'fe80::1' must be .*not fe80" run -a fe80::1
expect 2 "'never' must be a time such as" verify x --validate-at never
expect 2 "'maybe' must be require, if-present or ignore" verify x --zonemd maybe
expect 2 "'fast' must be auto, xdp, tc or xdp,tc" run --tiers fast
expect 2 "'511' must be a number of bytes from 512 to 4096" run --max-udp-size 511
expect 2 "'5000' must be a number" run --max-udp-size 5000
expect 2 "--identity '' must be a text of 1 to 255 bytes" run --identity ''
expect 2 "--version-text 'v+' must be a text of 1 to 255" run --version-text "$(printf 'v%.0s' {1..256})"
expect 2 "--nsid 'n+' must be a text of 1 to 128 bytes" run --nsid "$(printf 'n%.0s' {1..129})"
expect 2 "--nsid '0xabc' must have after 0x an even number of hex" run --nsid 0xabc
expect 2 "'--nsid' does not go with 'verify'" verify x --nsid y
expect 2 "'relative' must be an absolute path" stats --pin relative
expect 2 "no dot" stats --pin /sys/fs/bpf/a.b
expect 2 "usage: rootxdp verify FILE" verify
expect 2 "usage: rootxdp lookup NAME TYPE" lookup com
expect 2 "'NONSENSE' is no query type" lookup com NONSENSE
expect 2 "is no domain name" lookup "$(printf 'a%.0s' {1..64})" NS

# --- help and version: stdout, 0
for words in help "help help" "help run" "run --help" --help "stats -h" version --version; do
	# shellcheck disable=SC2086
	"$B/rootxdp" $words > "$WORK/out" 2> "$WORK/err" || fail "rootxdp $words: exit $?"
	[ -s "$WORK/out" ] && [ ! -s "$WORK/err" ] || fail "rootxdp $words: not on stdout"
done

# --- nothing loaded: 1
for command in stats status "lookup com NS"; do
	# shellcheck disable=SC2086
	expect 1 "not loaded at $PIN: start it with 'rootxdp run'" $command --pin "$PIN"
done

# --- run's own: 1
expect 1 "no interface 'nope'" run -i nope -a $SERVER4 "${ZONE_ARGS[@]}" --pin "$PIN"
in_server ip link set "$SERVER_IF" mtu 1300
expect 1 "--max-udp-size 1253 .*MTU of 1300 leaves 1252" "${RUN[@]}" --max-udp-size 1253
in_server ip link set "$SERVER_IF" mtu 1500
expect 1 "no-such-file" run -i "$SERVER_IF" -a $SERVER4 --zone no-such-file --pin "$PIN"
expect 1 "expired 2026-08-21|expired" run -i "$SERVER_IF" -a $SERVER4 --zone $ZONE \
	--trust-anchors $ANCHORS --validate-at 2026-09-30T00:00:00Z --pin "$PIN"
expect 1 "not on a BPF file system" run -i "$SERVER_IF" -a $SERVER4 "${ZONE_ARGS[@]}" \
	--pin "/tmp/rxn-$$-pins/of/mine"
[ ! -e "/tmp/rxn-$$-pins" ] || fail "a pin directory is left in /tmp"
expect 1 "no native XDP: use --tiers tc" run -i lo -a 127.0.0.1 "${ZONE_ARGS[@]}" --tiers xdp --pin "$PIN"

# --- an address that the fallback can't have
start other "$SERVER_NS" "$B/rootxdp-fallback" -a $SERVER4 "${ZONE_ARGS[@]}"
wait_line other '^ready '
expect 1 "$SERVER4.*in use" "${RUN[@]}"
expect 1 "--fallback none" "${RUN[@]}"
start_rootxdp --fallback none
says NOERROR in_client dig @$SERVER4 +norec +tcp +tries=1 +time=2 com. NS || fail "the other server"
stop rootxdp
stop other
expect 1 "10.53.0.77" run -i "$SERVER_IF" -a 10.53.0.77 "${ZONE_ARGS[@]}" --pin "$PIN"

# --- foreign programs: refused by name, with the way out, and untouched
in_server ip link set dev "$SERVER_IF" xdpgeneric obj "$B/tests/netns/foreign.bpf.o" sec xdp
expect 1 "another XDP program, 'foreign_xdp' \(id [0-9]+\): 'ip link set dev $SERVER_IF xdp" "${RUN[@]}" --tiers xdp,tc
says xdpgeneric in_server ip link show "$SERVER_IF" || fail "the foreign XDP program is gone"
start_rootxdp --tiers tc
stop rootxdp
in_server ip link set dev "$SERVER_IF" xdpgeneric off
in_server tc qdisc add dev "$SERVER_IF" clsact
in_server tc filter add dev "$SERVER_IF" ingress prio 53 handle 1 bpf da obj "$B/tests/netns/foreign.bpf.o" sec tc
status=0
in_server "$B/rootxdp" "${RUN[@]}" 2> "$WORK/err" || status=$?
[ $status -eq 1 ] && grep -q "another tc program, 'foreign_tc' (id .*prio 53' removes it" "$WORK/err" ||
	fail "foreign filter: exit $status, $(cat "$WORK/err")"
in_server tc qdisc del dev "$SERVER_IF" clsact

# --- two loaders on one interface: the second is refused, the first goes on
start_rootxdp --fallback none --tiers tc
status=0
in_server timeout 20 "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 "${ZONE_ARGS[@]}" --pin "$PIN-2" \
	--fallback none > "$WORK/out" 2> "$WORK/err" || status=$?
[ $status -eq 1 ] && grep -q "tc program of another loader, 'rootxdp_tc' (id .*unload --pin" "$WORK/err" ||
	fail "second loader: exit $status, $(cat "$WORK/err")"
[ ! -e "$PIN-2" ] || fail "the second loader left pins"
says NOERROR in_client dig @$SERVER4 +norec +notcp +tries=1 +time=2 com. NS || fail "the first loader's tc"
stop rootxdp

# --- VLAN tags that XDP can't see (not every kernel has VLAN devices)
if in_server ip link add link "$SERVER_IF" name rxn-v type vlan id 5 2> /dev/null; then
	in_server ethtool -K "$SERVER_IF" rxvlan on
	expect 1 "ethtool -K $SERVER_IF rxvlan off" "${RUN[@]}" --tiers xdp
	start_rootxdp --tiers xdp,tc
	grep -q 'xdp=off tc=on' "$WORK/rootxdp.log" || fail "VLAN: XDP is on"
	stop rootxdp
	in_server ip link del rxn-v
fi

# --- not root
chmod 755 "$WORK"
for command in stats status unload "run -i lo -a 127.0.0.1 --zone x"; do
	# shellcheck disable=SC2086
	setpriv --reuid=65534 --regid=65534 --clear-groups "$B/rootxdp" $command --pin "$PIN" \
		2> "$WORK/err" && fail "$command as nobody"
	grep -q 'needs root: use sudo' "$WORK/err" || fail "$command as nobody: $(cat "$WORK/err")"
done

echo "# $cases errors, each with its message and exit code"
