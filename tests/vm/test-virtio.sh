#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Native XDP on virtio-net and Debian's own kernel: ordinary clients get their answers from it.
. tools/vm/guest.sh
set -E
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

COUNT=${COUNT:-20000}
ZONE_ARGS=(--zone tests/data/root.zone.2026073102 --trust-anchors tests/data/root.ds
	--validate-at 2026-08-01T00:00:00Z)
ALL_ADDRESSES="-a $SERVER4 -a $SERVER6 -a $SECOND4 -a $SECOND6"

skip() {
	echo "$*"
	exit 77
}

# elapsed: seconds since the last call.
LAST=$EPOCHREALTIME
elapsed() {
	awk -v from="$LAST" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.0f", to - from }'
	LAST=$EPOCHREALTIME
}

# same WHAT GOT WANTED
same() {
	[ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
}

# status CLIENT ARG...: asks, and prints the RCODE of the reply.
status() {
	in_client "$@" 2>&1 | awk '{ gsub(/[,;]/, "") }
		!found && match($0, /(status|rcode): [A-Z]+/) {
			found = 1; split(substr($0, RSTART, RLENGTH), part, " "); print part[2] }' || true
}

# answered_by TIER LEAST COMMAND...: runs it, and the tier's counter must grow by LEAST or more.
answered_by() {
	local tier=$1 least=$2 before after
	shift 2
	before=$(guest_counter "$tier" answered)
	"$@"
	after=$(guest_counter "$tier" answered)
	[ $((after - before)) -ge "$least" ] ||
		fail "$tier answered $((after - before)) queries, not $least: $*"
}

boots() {
	guest_boot "$NIC_OFFLOADS_OFF" "$NIC_OFFLOADS_ON"
	BOOT=$(elapsed)
	local ready
	ready=$(guest_run_rootxdp -i eth0 -i eth1 "$ALL_ADDRESSES" --tiers auto) ||
		fail "rootxdp is not ready: $(guest cat /run/rootxdp.log)"
	READY=$(elapsed)
	[[ "$ready" == "ready serial=2026073102 replies="*" xdp=native tc=on" ]] ||
		fail "ready line: $ready"
	echo "$(guest uname -r): $ready"
}

# Clients that people use. kdig and drill check IDs and questions; the kernel's socket, checksums.
clients_get_answers() {
	same "referral" "$(status kdig +timeout=5 @$SERVER4 com. NS)" NOERROR
	same "NXDOMAIN over IPv6" "$(status kdig +timeout=5 +dnssec @$SERVER6 xx-none. A)" NXDOMAIN
	same "drill DS" "$(status drill -D @$SERVER4 org. DS)" NOERROR
	same "drill over IPv6" "$(status drill @$SERVER6 www.xx-none. A)" NXDOMAIN
	same "second device" "$(status kdig +timeout=5 +dnssec @$SECOND4 . DNSKEY)" NOERROR
	same "second device, IPv6" "$(status kdig +timeout=5 +dnssec @$SECOND6 com. NS)" NOERROR
}

# The host's transmit offload: off, the host sums; on, the tap does when the guest wants whole sums.
offloads_on_and_off() {
	local offload
	for offload in on off; do
		in_client ethtool -K rxv-0 tx $offload > "$GUEST_WORK/ethtool" 2>&1 || true
		in_client ethtool -K rxv-1 tx $offload >> "$GUEST_WORK/ethtool" 2>&1 || true
		answered_by "$1" "$2" "${@:3}"
	done
}

# Byte for byte what the engine says, and every query that is the kernel's is answered by XDP.
same_as_engine() {
	local passes before after for_kernel
	before=$(guest_counter xdp answered)
	in_client "$B/tests/netns/differ" -s "$1" -s "$2" --engine "${ZONE_ARGS[@]}" --count "$COUNT" \
		> "$GUEST_WORK/differ" 2>&1 || fail "differ: $(tail -n 100 "$GUEST_WORK/differ")"
	after=$(guest_counter xdp answered)
	for_kernel=$(tail -n 1 "$GUEST_WORK/differ" | sed -n 's/.*(\([0-9]*\) for the kernel.*/\1/p')
	tail -n 1 "$GUEST_WORK/differ"
	[ "${for_kernel:-0}" -ge 5000 ] || fail "only ${for_kernel:-0} of the queries were the kernel's"
	[ $((after - before)) -ge "$for_kernel" ] ||
		fail "XDP answered $((after - before)) of $for_kernel queries"
	ANSWERED=$((after - before))
	same "answered by tc" "$(guest_counter tc answered)" 0
}

checksums() {
	in_client tests/vm/checksums.py rxv-0 52:54:00:53:00:00 10.53.0.9 $SERVER4 fd53::9 $SERVER6 ||
		fail "checksums"
}

# What is not the kernel's: TCP, and UDP that it passes.
fallback_gets_the_rest() {
	local before
	before=$(guest_counter xdp answered)
	same "over TCP" "$(status kdig +tcp +timeout=10 @$SERVER4 com. NS)" NOERROR
	same "over TCP, IPv6" "$(status drill -t @$SERVER6 com. NS)" NOERROR
	same "NOTIFY" "$(status kdig +timeout=10 @$SERVER4 . NOTIFY)" REFUSED
	same "answered by XDP" "$(guest_counter xdp answered)" "$before"
}

# says TEXT ORDER...: the order succeeds in the guest, and its output has that text.
says() {
	local text=$1 output
	shift
	output=$(guest "$@") || fail "$*: $output"
	[[ "$output" == *"$text"* ]] || fail "$*: no '$text' in: $output"
}

commands_work() {
	says '(ifindex 2, MTU 1500): xdp native, tc on' rootxdp status
	says '(ifindex 3, MTU 1500): xdp native, tc on' rootxdp status
	says answer_referral rootxdp stats
	says a.gtld-servers.net rootxdp lookup com. NS --dnssec
	says answer_referral bpftool map dump pinned /sys/fs/bpf/rootxdp/stats
}

# SIGTERM leaves nothing behind.
ends_cleanly() {
	local left
	guest stop rootxdp || fail "rootxdp ended with $? after SIGTERM"
	says 'nothing is loaded' rootxdp unload
	left=$(guest 'ls /sys/fs/bpf; bpftool prog show; bpftool map show; bpftool link show;' \
		'ip link show | grep xdp || true')
	same "left in the kernel" "$left" ""
}

# tc sees partial checksums as they are: eth1's device takes them, and no XDP switches that off.
tc_takes_partial_checksums() {
	local ready
	ready=$(guest_run_rootxdp -i eth1 "-a $SECOND4 -a $SECOND6" --tiers tc --fallback none) ||
		fail "rootxdp --tiers tc is not ready: $(guest cat /run/rootxdp.log)"
	[[ "$ready" == *" xdp=off tc=on" ]] || fail "ready line: $ready"
	offloads_on_and_off tc 2 second_device_answers
	ends_cleanly
}

second_device_answers() {
	same "second device" "$(status kdig +timeout=5 +dnssec @$SECOND4 . DNSKEY)" NOERROR
	same "second device, IPv6" "$(status kdig +timeout=5 +dnssec @$SECOND6 com. NS)" NOERROR
}

[ "$(id -u)" -eq 0 ] || skip "a tap and a namespace need root"
[ -c /dev/net/tun ] || skip "/dev/net/tun is missing: there are no taps for qemu here"
command -v qemu-system-x86_64 > /dev/null || skip "qemu-system-x86_64 is missing"

boots
offloads_on_and_off xdp 6 clients_get_answers
same_as_engine $SERVER4 $SERVER6
checksums
fallback_gets_the_rest
commands_work
ends_cleanly
tc_takes_partial_checksums
guest_off
echo "# boot $BOOT s, ready after $READY s; $COUNT queries, 0 differences, XDP answered $ANSWERED"
