# SPDX-License-Identifier: GPL-2.0-or-later
# The veths that `bench` measures on; sourced, after tools/demo/stage.sh.

LANES_MAC=02:53:00:00:00:01   # as in traffic.h, and the addresses too
LANES_IPV4=192.0.2.1 LANES_IPV6=2001:db8::1

# make_lane NS NAME [OPTION...]: a pair of veths, NAME and c-NAME. Nothing but what bench sends may
# be on the wire: no ARP, no IPv6 neighbours. The options are the veth's.
make_lane() {
	local ns=$1 name=$2 end
	shift 2
	ip -n "$ns" link add "$name" "$@" type veth peer name "c-$name" "$@"
	ip -n "$ns" link set "$name" address $LANES_MAC
	for end in "$name" "c-$name"; do
		ip -n "$ns" link set "$end" arp off addrgenmode none
		ip -n "$ns" link set "$end" up
	done
}

# make_lanes NS NAME...: a network namespace with the server's addresses, and so many pairs.
make_lanes() {
	local ns=$1 name
	shift
	ip netns add "$ns"
	ip -n "$ns" link set lo up
	ip -n "$ns" addr add $LANES_IPV4/32 dev lo
	ip -n "$ns" addr add $LANES_IPV6/128 dev lo nodad
	for name in "$@"; do
		make_lane "$ns" "$name"
	done
}
