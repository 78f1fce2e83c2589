#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checksums: IPv4, IPv6, odd, even, VLAN, each with offloads on and off; wrong ones get no answer.
. tests/netns/lib.sh

netns_pair
open_client
runs=0
for tiers in tc xdp,tc; do
	start_rootxdp --tiers $tiers
	for client in on off; do
		for server in on off; do
			in_client ethtool -K "$CLIENT_IF" tx $client > "$WORK/ethtool" 2>&1
			in_server ethtool -K "$SERVER_IF" tx $server > "$WORK/ethtool" 2>&1
			in_client "$B/tests/netns/checksum" "$CLIENT_IF" $CLIENT4 $CLIENT6 \
				$SERVER4 $SERVER6 > "$WORK/checksum" 2>&1 || {
				head -n 40 "$WORK/checksum"
				fail "tiers $tiers, offload: client $client, server $server"
			}
			echo "tiers $tiers, offload: client $client, server $server: $(tail -n 1 "$WORK/checksum")"
			runs=$((runs + 1))
		done
	done
	[ "$(counter tc pass_udp_checksum)" -ge 640 ] || fail "tc saw no wrong checksums"
	stop rootxdp
done
echo "# $runs combinations of tiers and offloads, all checksums right"
