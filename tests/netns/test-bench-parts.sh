#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The benchmark's parts that are not about speed: memory stays below its targets; a zone of ten
# times the root's TLDs is loaded, proven and answered from by both tiers; two queues answer all.
. tests/netns/lib.sh

# number FILE EXPRESSION: a Python expression over the JSON, `of`.
number() {
	/usr/bin/python3 -c 'import json, sys
print(eval(sys.argv[2], {"of": json.load(open(sys.argv[1]))}))' "$1" "$2"
}

# at_most WHAT BYTES MEGABYTES
at_most() {
	[ "$2" -gt 0 ] && [ "$2" -le $(($3 * 1000000)) ] || fail "$1: $2 bytes, the target is $3 MB"
}

# --- memory ----------------------------------------------------------------------------------

tools/bench/memory > "$WORK/memory" 2> "$WORK/memory.log" || fail "tools/bench/memory"
at_most "maps" "$(number "$WORK/memory" 'of["maps"]["total_bytes"]')" 16
for when in after_start after_reload; do
	for process in loader fallback; do
		at_most "$process $when" \
			"$(number "$WORK/memory" "of['$when']['$process']['peak_bytes']")" 64
	done
done

# --- a larger zone ---------------------------------------------------------------------------

# bench ends with an error when a query is not answered, or a reply has not the length it must have.
tools/bench/growth --times 10 --rounds 1 --queries 1024 --zones "$WORK/zones" \
	> "$WORK/growth" 2> "$WORK/growth.log" || fail "tools/bench/growth"
[ "$(number "$WORK/growth" 'of["zones"][0]["delegations"]')" = 14380 ] ||
	fail "the larger zone has other delegations than were wanted"

# --- queues ----------------------------------------------------------------------------------

if [ "$(nproc)" -ge 2 ]; then
	tools/bench/queues --rounds 1 --frames 8192 > "$WORK/queues" 2> "$WORK/queues.log" ||
		fail "tools/bench/queues"
	[ "$(number "$WORK/queues" 'of["cases"][2]["ours"]["answered_share"]["median"]')" = 1.0 ] ||
		fail "two queues, fed by a CPU each, did not answer all"
	[ "$(number "$WORK/queues" '[case["interface_agrees"] for case in of["cases"]]')" = \
		"[True, True, True]" ] || fail "the devices counted something else"
fi

echo "# maps $(number "$WORK/memory" 'of["maps"]["total_bytes"]') bytes"
