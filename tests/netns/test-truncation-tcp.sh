#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# TC=1 comes from the kernel, and TCP then gives the whole answer: IPv4 and IPv6.
. tests/netns/lib.sh

# ask FILE ARG...: kdig's answer.
ask() {
	local file=$1
	shift
	in_client kdig +noedns +retry=1 +timeout=2 "$@" > "$WORK/$file" || fail "kdig $*: $(cat "$WORK/$file")"
}

# records FILE SECTION: how many there are.
records() {
	sed -n "s/.*$2: \([0-9]*\).*/\1/p" "$WORK/$1" | head -n 1
}

# check SERVER
check() {
	local truncated before
	before=$(counter tc answer_truncated)
	before=$((before + $(counter xdp answer_truncated)))

	# Without falling back to TCP: an empty reply with TC=1.
	ask udp +ignore +notcp +bufsize=512 +dnssec @"$1" nonexistent-tld. A
	grep -q 'status: NXDOMAIN' "$WORK/udp" || fail "@$1: the RCODE of a truncated reply: $(cat "$WORK/udp")"
	grep -q '^;; Flags:.* tc' "$WORK/udp" || fail "@$1: no TC in $(cat "$WORK/udp")"
	[ "$(records udp AUTHORITY)" -eq 0 ] || fail "@$1: a truncated reply with records: $(cat "$WORK/udp")"
	truncated=$(($(counter tc answer_truncated) + $(counter xdp answer_truncated) - before))
	[ $truncated -eq 1 ] || fail "@$1: the kernel truncated $truncated replies, not 1"

	# As clients do it: TCP after TC=1.
	ask tcp +noignore +bufsize=512 +dnssec @"$1" nonexistent-tld. A
	grep -q '(TCP)' "$WORK/tcp" || fail "@$1: no TCP after TC=1: $(cat "$WORK/tcp")"
	! grep -q '^;; Flags:.* tc' "$WORK/tcp" || fail "@$1: TC=1 over TCP"
	[ "$(records tcp AUTHORITY)" -eq 6 ] || fail "@$1: not SOA, two NSECs and their RRSIGs: $(cat "$WORK/tcp")"

	# TCP alone: everything there is, more than any UDP reply could hold.
	ask priming +tcp +bufsize=512 +dnssec @"$1" . NS
	[ "$(records priming ANSWER)" -eq 14 ] && [ "$(records priming ADDITIONAL)" -ge 26 ] ||
		fail "@$1: priming over TCP: $(cat "$WORK/priming")"
}

netns_pair
open_client
start_rootxdp --tiers xdp,tc
check $SERVER4
check $SERVER6
echo "# TC=1 from the kernel, whole answers over TCP, IPv4 and IPv6"
