#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A restarted loader goes on with the maps of the last one where these are as its options say, and
# replaces them where they are not: under load, and no query is lost.
. tests/netns/lib.sh

netns_pair
RUN=(--tiers tc --fallback none)
start_rootxdp "${RUN[@]}"

id() {
	bpftool -j map show pinned "$PIN/$1" | sed 's/^{"id":\([0-9]*\).*/\1/'
}
# ids: of all pinned maps, but of the counters, which all loaders share.
ids() {
	local pin
	for pin in "$PIN"/*; do
		case ${pin##*/} in xdp-* | program_* | stats) continue ;; esac
		id "${pin##*/}"
	done | tr '\n' ' '
}
set_in_use() {
	bpftool -j map lookup pinned "$PIN/active" key 0 0 0 0 | sed 's/.*"value":\["0x0\([01]\)".*/\1/'
}

start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4

# again HOW NAME [OPTION...]: kills the loader and starts it with other options: adopts or replaces.
again() {
	local how=$1 name=$2 before counted set_before
	shift 2
	before=$(ids) set_before=$(set_in_use) stats=$(id stats)
	counted=$(counter tc answered 2> /dev/null) || counted=0 # where pins were broken on purpose
	stop rootxdp KILL 2> /dev/null
	start_rootxdp "${RUN[@]}" "$@"
	case $how in
	adopts)
		[ "$before" = "$(ids)" ] || fail "$name: other maps"
		[ "$(set_in_use)" != "$set_before" ] || fail "$name: the set in use was not left"
		;;
	replaces) [ "$before" != "$(ids)" ] || fail "$name: the same maps" ;;
	esac
	[ "$(id stats)" = "$stats" ] || [ "$name" = layout ] || fail "$name: other counters"
	[ "$(counter tc answered)" -ge "$counted" ] || [ "$name" = layout ] || fail "$name: counters began anew"
	CASES=$((CASES + 1))
}
CASES=0

# says_nsid TEXT: does the kernel give that NSID?
says_nsid() {
	says "NSID: .*\"$1\"" in_client dig "@$SERVER4" +norec +nsid +tries=1 +time=2 . SOA
}

again adopts "the same options"
again adopts "and once more"
again replaces "a rate limit" --rate-limit 1000000 --rate-limit-exempt 10.0.0.0/8
again adopts "that rate limit" --rate-limit 1000000 --rate-limit-exempt 10.0.0.0/8
again replaces "a longer prefix" --rate-limit 1000000 --rate-limit-exempt 10.0.0.0/9
again replaces "no rate limit"
again replaces "a larger size" --max-udp-size 1400
again replaces "an NSID" --nsid one
says_nsid one || fail "the NSID is not given"
again adopts "that NSID" --nsid one
again replaces "another NSID" --nsid two
says_nsid two || fail "the other NSID is not given"
again replaces "a name to pass" --pass arpa
again replaces "another name to pass" --pass example
again replaces "another address" -a 10.53.0.77
again adopts "that address" -a 10.53.0.77
again replaces "without it"
echo e5e973e5a6b2a43f48e7dc849e37bfcf > "$WORK/secrets"
again adopts "cookies" --cookie-secrets "$WORK/secrets"
says 'COOKIE: .*(good)' in_client dig "@$SERVER4" +norec +tries=1 +time=2 . SOA || fail "no cookies"
again adopts "no cookies"

# As by a loader that was killed while it pinned.
other=$PIN/other
bpftool map pin id "$(id names_1)" "$other"
mv "$other" "$PIN/names_0"
again replaces "pins of two programs"
rm "$PIN/cuts_1"
again replaces "a pin that is missing"

# As by another version.
read -ra value <<< "$(bpftool -j map lookup pinned "$PIN/settings" key 0 0 0 0 |
	/usr/bin/python3 -c 'import json, sys; print(*json.load(sys.stdin)["value"])')"
value[0]=0x63
bpftool map update pinned "$PIN/settings" key 0 0 0 0 value "${value[@]}"
again replaces layout
again adopts "the same options again"

stop asker
read -r _ asked _ answered _ failed _ < "$WORK/asker.log"
[ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$asked" -gt 1000 ] ||
	fail "restarts under load: $(cat "$WORK/asker.log")"
echo "# $CASES restarts, $asked queries, none lost"
