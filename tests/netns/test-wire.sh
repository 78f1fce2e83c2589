#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Raw packets of all kinds: who answers each (kernel, fallback, nobody), and the replies' headers.
. tests/netns/lib.sh

netns_pair
open_client
mac=$(in_server ip -o link show "$SERVER_IF" | sed 's/.*link\/ether \([0-9a-f:]*\).*/\1/')
start_rootxdp --tiers xdp,tc
in_client /usr/bin/python3 tests/netns/wire.py "$CLIENT_IF" $CLIENT4 $CLIENT6 $SERVER4 $SERVER6 \
	"$mac" > "$WORK/wire" 2>&1 || {
	cat "$WORK/wire"
	fail "packets answered otherwise than they should be"
}
xdp=$(counter xdp answered) tc=$(counter tc answered)
seen=$(sed -n 's/.* packets, \([0-9]*\) answered by the kernel/\1/p' "$WORK/wire")
[ $((xdp + tc)) -eq "$seen" ] || fail "$seen answered by the kernel, but XDP counts $xdp and tc $tc"
[ "$xdp" -gt 0 ] && [ "$tc" -gt 0 ] || fail "a tier had nothing to answer: XDP $xdp, tc $tc"
echo "# $(tail -n 1 "$WORK/wire"): XDP $xdp, tc $tc"
