#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Jumbo frames: replies of up to 4096 bytes through tc; and aggregates (UDP_SEGMENT) go to the fallback.
. tests/netns/lib.sh

COUNT=${COUNT:-40000}

netns_pair
in_server ip link set "$SERVER_IF" mtu 9000
in_client ip link set "$CLIENT_IF" mtu 9000
start_rootxdp --tiers tc --max-udp-size 4096

in_client "$B/tests/netns/differ" -s $SERVER4 -s $SERVER6 --engine "${ZONE_ARGS[@]}" \
	--max-udp-size 4096 --count "$COUNT" --seed 4 > "$WORK/differ" || {
	head -n 100 "$WORK/differ"
	fail "$(tail -n 1 "$WORK/differ")"
}
tail -n 1 "$WORK/differ"
answered=$(counter tc answered)
[ "$answered" -ge $((COUNT * 8 / 10)) ] || fail "tc answered $answered of $COUNT"

# Five queries in one aggregate, which the kernel leaves whole on a veth; each gets its answer.
for server in $SERVER4 $SERVER6; do
	in_client /usr/bin/python3 - "$server" <<- 'END' || fail "an aggregate of queries to $server"
		import socket
		import struct
		import sys

		SOL_UDP, UDP_SEGMENT = 17, 103
		family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
		client = socket.socket(family, socket.SOCK_DGRAM)
		client.connect((sys.argv[1], 53))
		client.settimeout(2)
		queries = [struct.pack("!6H", i, 0, 1, 0, 0, 0) + b"\3com\0\0\2\0\1" for i in range(5)]
		client.sendmsg([b"".join(queries)],
		               [(SOL_UDP, UDP_SEGMENT, struct.pack("H", len(queries[0])))])
		replies = sorted(client.recv(4096)[:2] for _ in queries)
		sys.exit(replies != [query[:2] for query in queries])
	END
done
[ "$(counter tc pass_aggregate)" -eq 2 ] || fail "tc saw $(counter tc pass_aggregate) aggregates, not 2"
[ "$(counter tc answered)" -eq "$answered" ] || fail "tc answered an aggregate"
echo "# replies of up to 4096 bytes: $COUNT queries, 0 differences; aggregates passed and answered"
