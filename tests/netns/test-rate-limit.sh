#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rate limits under a spoofed flood from one prefix: other prefixes lose nothing, honest clients in
# it get TC=1 and succeed by TCP, cookies and exempt prefixes are not limited; in either tier, and
# one limit for the host on all CPUs. The fallback limits by the same rules.
#
# alone: its bursts have to be over before a bucket has filled again
. tests/netns/lib.sh

FLOOD=${FLOOD:-200000}
RATE=200
HONEST=198.51.100.77      # in the prefix that floods
OTHER=203.0.113.5         # in another
HONEST6=fd98:0:0:17::77   # the same /56 as the flood's fd98:0:0:1::1
OTHER6=fd98:0:0:100::5

limited() {
	in_client /usr/bin/python3 tests/netns/limited.py "$@"
}

# of WORD LINE...: the number behind WORD.
of() {
	local word=$1
	shift
	sed "s/.*$word \([0-9]*\).*/\1/" <<< "$*"
}

# flood FROM FROM6 [OPTION...]: the root mix, NXDOMAIN only, spoofed.
flood() {
	local from=$1 from6=$2
	shift 2
	in_client "$B/tools/mix/replay" -i "$CLIENT_IF" --to $SERVER4 --to $SERVER6 --from "$from" \
		--from "$from6" --kind nxdomain-do "$@" "$ZONE"
}

# flood_all [OPTION...]: FLOOD queries from both CPUs at once, in the background; flood_over waits for
# them, and leaves the time that they took in SECONDS_TAKEN.
flood_all() {
	FLOOD_BEGAN=$EPOCHREALTIME
	flood 198.51.100.1 fd98:0:0:1::1 --count $((FLOOD / 2)) --seed 1 "$@" > "$WORK/flood1" &
	FLOOD_PIDS=($!)
	flood 198.51.100.2 fd98:0:0:1::2 --count $((FLOOD / 2)) --seed 2 "$@" > "$WORK/flood2" &
	FLOOD_PIDS+=($!)
}
flood_over() {
	wait "${FLOOD_PIDS[@]}"
	SECONDS_TAKEN=$(awk -v from="$FLOOD_BEGAN" -v to="$EPOCHREALTIME" \
		'BEGIN { printf "%.2f", to - from }')
}

# at_most NUMBER MOST WHAT, at_least NUMBER LEAST WHAT
at_most() {
	[ "$1" -le "$2" ] || fail "$3: $1, more than $2"
}
at_least() {
	[ "$1" -ge "$2" ] || fail "$3: $1, less than $2"
}

# counted TIER: of all that the tier has seen, in COUNTED: answered in full, slipped, dropped.
counted() {
	local answered slipped
	answered=$(counter "$1" answered) slipped=$(counter "$1" limit_slipped)
	COUNTED=("$((answered - slipped))" "$slipped" "$(counter "$1" limit_dropped)")
}

# steady NAME SERVER SOURCE: a client of another prefix asks half as much as it may.
steady() {
	start "$1" "$CLIENT_NS" /usr/bin/python3 tests/netns/limited.py steady "$2" "$3" $((RATE / 2))
}

# nothing_lost NAME: what the steady client has to say at the end.
nothing_lost() {
	local line
	stop "$1"
	line=$(tail -n 1 "$WORK/$1.log")
	[ "$(of asked "$line")" -ge 20 ] || fail "$1: $line"
	[ "$(of answered "$line")" -eq "$(of asked "$line")" ] || fail "$1 lost replies: $line"
	STEADY=$((STEADY + $(of asked "$line")))
}

# flooded TIER NAMES [OPTION...]: the flood arrives at the tier. Clients of other prefixes ask meanwhile,
# and an honest one of its own asks for so many names.
flooded() {
	local tier=$1 names=$2 most before
	shift 2
	counted "$tier"
	before=("${COUNTED[@]}")
	STEADY=0
	steady other $SERVER4 $OTHER
	steady other6 $SERVER6 $OTHER6
	sleep 0.3
	flood_all "$@"
	sleep 0.3
	# An honest client of the prefix, whose bucket is empty by now: TC=1 helps it.
	HONEST_LINE=$(limited patient $SERVER4 $HONEST "$names") || fail "$tier: an honest client gave up"
	flood_over
	[ "$(of tcp "$HONEST_LINE")" -ge 1 ] || fail "$tier: an honest client: $HONEST_LINE"
	nothing_lost other
	nothing_lost other6
	counted "$tier"
	FULL=$((COUNTED[0] - before[0] - STEADY))
	SLIPPED=$((COUNTED[1] - before[1])) DROPPED=$((COUNTED[2] - before[2]))
	# A second's worth at the start, then RATE a second; the honest client's few are among them.
	most=$(awk -v s="$SECONDS_TAKEN" -v r=$RATE 'BEGIN { printf "%d", r * (s + 1) + 120 + r / 10 }')
	at_least $FULL $RATE "$tier: answered in full"
	at_most $FULL "$most" "$tier: answered in full in $SECONDS_TAKEN s"
	# Two senders at once may overrun the veth's ring; what the tier saw is what counts.
	at_least $((FULL + SLIPPED + DROPPED)) $((FLOOD * 9 / 10)) "$tier: counted"
	# What both tiers limit they count together; the honest client's queries come to tc.
	at_most $((SLIPPED > DROPPED ? SLIPPED - DROPPED : DROPPED - SLIPPED)) 100 "$tier: slip of 2"
	echo "$tier: flood of $FLOOD in $SECONDS_TAKEN s: $FULL in full, $SLIPPED slipped, $DROPPED dropped;" \
		"others: $STEADY asked, none lost; honest: $HONEST_LINE"
}

netns_pair
open_client
for address in $HONEST $OTHER 192.0.2.5; do
	in_client ip address add "$address/32" dev lo
done
for address in $HONEST6 $OTHER6; do
	in_client ip address add "$address/128" dev lo nodad
done
in_server ip route add default via $CLIENT4
in_server ip -6 route add default via $CLIENT6
printf '%s\n' e5e973e5a6b2a43f48e7dc849e37bfcf > "$WORK/secrets"

# Off by default: the flood is answered.
start_rootxdp --tiers xdp,tc
flood_all
flood_over
at_least "$(counter xdp answered)" $((FLOOD * 9 / 10)) "answered without a limit"
[ "$(counter xdp dropped)" -eq 0 ] || fail "dropped without a limit"
stop rootxdp

start_rootxdp --tiers xdp,tc --rate-limit $RATE --cookie-secrets "$WORK/secrets" \
	--rate-limit-exempt 192.0.2.0/24
flooded xdp 100
XDP="XDP $FULL in full, $SLIPPED TC=1, $DROPPED dropped"
# Sockets' packets have no room in a veth's XDP: tc answered, or limited, those and no other.
counted tc
[ $((COUNTED[0] + COUNTED[1] + COUNTED[2])) -eq "$(counter xdp pass_room)" ] ||
	fail "tc limited what XDP had: ${COUNTED[*]}, not $(counter xdp pass_room)"
stop rootxdp

start_rootxdp --tiers tc --rate-limit $RATE --cookie-secrets "$WORK/secrets" \
	--rate-limit-exempt 192.0.2.0/24
FLOOD=$((FLOOD * 4))
flooded tc 20 --packets

# Bursts: as much as the limit allows and no more, but for whom it is not meant.
line=$(limited burst $SERVER4 $OTHER 1000)
at_least "$(of answered "$line")" $RATE "burst"
at_most "$(of answered "$line")" $((RATE + RATE / 2)) "burst"
at_most "$(of lost "$line")" $((1000 / 2)) "burst, lost"
line=$(limited burst $SERVER6 $OTHER6 1000)
at_least "$(of answered "$line")" $RATE "burst, IPv6"
at_most "$(of answered "$line")" $((RATE + RATE / 2)) "burst, IPv6"
line=$(limited cookie $SERVER4 $OTHER 1000)
[ "$(of answered "$line")" -eq 1000 ] || fail "with a cookie: $line"
line=$(limited cookie $SERVER6 $OTHER6 1000)
[ "$(of answered "$line")" -eq 1000 ] || fail "with a cookie, IPv6: $line"
line=$(limited burst $SERVER4 192.0.2.5 1000)
[ "$(of answered "$line")" -eq 1000 ] || fail "exempt: $line"

# One IPv6 prefix is a /56: who is in it shares the bucket.
flood 198.51.100.1 fd98:0:0:1::1 --count 2000 --kind mix --packets > "$WORK/flood6"
line=$(limited burst $SERVER6 $HONEST6 600)
at_most "$(of answered "$line")" 500 "IPv6 /56"
stop rootxdp

# Slip 1 sends TC=1 always, slip 0 never.
for slip in 1 0; do
	start_rootxdp --tiers tc --rate-limit 10 --slip $slip
	line=$(limited burst $SERVER4 $OTHER 200)
	[ "$(of truncated "$line")" -eq $((slip * (200 - $(of answered "$line")))) ] || fail "slip $slip: $line"
	stop rootxdp
done

# The fallback by itself.
start_reference --rate-limit 20 --slip 2 --rate-limit-exempt 192.0.2.0/24 --cookie-secrets "$WORK/secrets"
line=$(limited burst $REFERENCE4 $OTHER 500)
at_least "$(of answered "$line")" 20 "the fallback"
at_most "$(of answered "$line")" 60 "the fallback"
at_least "$(of truncated "$line")" 150 "the fallback's slips"
limited patient $REFERENCE4 $OTHER 5 > /dev/null || fail "an honest client of the fallback"
line=$(limited burst $REFERENCE4 192.0.2.5 500)
[ "$(of answered "$line")" -eq 500 ] || fail "the fallback: exempt: $line"
line=$(limited cookie $REFERENCE6 $OTHER6 500)
[ "$(of answered "$line")" -eq 500 ] || fail "the fallback: with a cookie: $line"
stop reference

echo "# floods from a /24: $XDP; tc $FULL, $SLIPPED, $DROPPED; other prefixes lost nothing"
