#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# RFC 8806's place: on lo, through tc, for clients on the same host.
. tests/netns/lib.sh

LO4=127.0.0.53 LO6=::1
COUNT=${COUNT:-60000}

netns_make "$SERVER_NS"
start rootxdp "$SERVER_NS" "$B/rootxdp" run -i lo -a $LO4 -a $LO6 "${ZONE_ARGS[@]}" --tiers tc --pin "$PIN"
wait_line rootxdp '^ready '

in_server "$B/tests/netns/differ" -s $LO4 -s $LO6 --engine "${ZONE_ARGS[@]}" --count "$COUNT" \
	> "$WORK/differ.txt" || {
	head -n 100 "$WORK/differ.txt"
	fail "$(tail -n 1 "$WORK/differ.txt")"
}
result=$(tail -n 1 "$WORK/differ.txt")
echo "$result"
for_kernel=$(sed 's/.*(\([0-9]*\) for the kernel.*/\1/' <<< "$result")
answered=$(counter tc answered)
[ "$answered" -ge "$for_kernel" ] || fail "tc answered $answered of $for_kernel"
[ "$(counter xdp answered)" -eq 0 ] || fail "XDP is off and has counted"

# An ordinary client, and TCP past the kernel to the fallback.
in_server kdig +dnssec @$LO4 com. DS > "$WORK/kdig"
grep -q 'status: NOERROR' "$WORK/kdig" && grep -q 'RRSIG.DS' <(tr '\t ' '..' < "$WORK/kdig") ||
	fail "kdig @$LO4 com. DS: $(cat "$WORK/kdig")"
in_server kdig +tcp @$LO6 . SOA | grep -q "$SERIAL" || fail "no answer over TCP"

echo "# lo: $COUNT queries, 0 differences, tc answered $answered"
