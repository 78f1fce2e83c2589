#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is made of benchmark results: tables, comparisons; and how `run` joins the parts, of which
# stand-ins are run here: nothing is measured.
set -euo pipefail
cd "$(dirname "$0")/../.."
unset PYTHONDONTWRITEBYTECODE # they see to it that the tree stays clean
OLD=tests/data/bench-old.json NEW=tests/data/bench-new.json

WORK=$(mktemp -d /tmp/rootxdp-tables.XXXXXX)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 143' TERM INT

fail() {
	echo "FAILED: $*"
	cat "$WORK"/out "$WORK"/err
	exit 1
}

# expect STATUS COMMAND...: what it says is in $WORK/out and $WORK/err.
expect() {
	local status=$1 got=0
	shift
	"$@" > "$WORK/out" 2> "$WORK/err" || got=$?
	[ $got -eq "$status" ] || fail "exit $got instead of $status: $*"
	! grep -q Traceback "$WORK/err" || fail "$* broke"
}

# has PATTERN...: each is in a line of what was said; blanks count as one, those before it not.
has() {
	local pattern
	tr -s ' ' < "$WORK/out" | sed 's/^ //' > "$WORK/words"
	for pattern in "$@"; do
		grep -qE -- "$pattern" "$WORK/words" || fail "no line '$pattern'"
	done
}

echo "table as text"
expect 0 tools/bench/table $OLD
has '^Example CPU, 2 CPUs, Linux 6.18, 2026-11-25T10:00:00Z, commit abc1234$' \
	'^xdp query +bytes ours \(range\) limited floor ratio empty$' \
	'^root mix 805 300 \(280-320\) 400 100 3.00 6$' \
	'^\. SOA 103 160 \(150-170\) 220 40 4.00 12$' \
	'verifier: xdp 60000, tc 61000\.$' 'both sets of a zone: 12\.6 MB\.$' \
	'^Devices agree: xdp 1,245,184 queries, 1,245,184 replies; tc .* 1,081,344 replies\.$' \
	'^server CPU us answered flood: replies answered CPU us x ours$' \
	'^nsd 3\.30 \(3\.20-3\.50\) 99\.9 % of 200k 60k \(55-64\) 6\.00 % of 1000k 6\.50 2\.54$' \
	'^rootxdp_tc 1\.30 \(1\.20-1\.40\) 100 % of 200k 900k 90\.0 % of 1000k 1\.10 1\.00$' \
	'^nsd 0\.39$' '^Replies have 809 to 814 bytes' '^Versions: nsd 4\.6\.1, rootxdp 0\.2\.$' \
	'^The generators. devices counted what these did: 5,000 queries, 10 of which ' \
	'^xdp, ns 1x 10x ratio floor: 1x 10x ratio$' '^ds-do 200 250 1\.25 50 60 1\.20$' \
	'^ds-do 300 330 1\.10 80 92 1\.15$' '^10x 14,380$' \
	'^Root mix on xdp, ns, with the range: 1x 300 \(290-310\), 10x 350 \(340-360\)\.$' \
	'^Of the mix on xdp, the search takes: 1x 75 ns \(25 %\), 10x 105 ns \(30 %\)\.$' \
	'^from file to answer seconds: 0\.64 \(0\.60-0\.80\)$' \
	'^loader 52\.0 MB$' '^maps names 0: 92,000$'
! grep -q '|' "$WORK/out" || fail "Markdown in text"

echo "table as Markdown, from standard input"
expect 0 tools/bench/table --markdown < $OLD
has '^\| ns per query \| reply, bytes \| XDP \| its floor \| ratio \| tc \| its floor \| ratio \|' \
	'^\|---\|--:\|--:\|--:\|--:\|--:\|--:\|--:\|$' \
	'^\| \. SOA \| 103 \| 120 \| 20 \| 6\.00 \| 160 \| 40 \| 4\.00 \|$' \
	'^\| \*\*root mix\*\* \| 805 \| \*\*300\*\* \| 100 \| \*\*3\.00\*\* \| \*\*390\*\* \| 130 \|' \
	'^Root mix with a rate limit on that nobody reaches: xdp 400 ns, tc 480 ns\.$' \
	'^\| rootxdp_tc \| 1\.30 \(1\.20-1\.40\) \| 100 % of 200k \| 900k \| 90\.0 % of 1000k \| 1' \
	'^\| tc, ns \| 1x \| 10x \| ratio \| floor: 1x \| 10x \| ratio \|$' \
	'^\| zone \| TLDs \|$' '^\|--:\|--:\|$'

echo "tables of the figures in the repository"
expect 0 tools/bench/table tools/bench/figures.json
sed -n '/^Peers/,/^Queues/p' "$WORK/out" | awk 'length > 100' > "$WORK/wide"
[ ! -s "$WORK/wide" ] || fail "more than 100 columns: $(cat "$WORK/wide")"
tools/bench/table --markdown tools/bench/figures.json |
	diff - <(tail -n +6 tools/bench/FIGURES.md) > "$WORK/out" ||
	fail "FIGURES.md is of other figures, or of another table"

echo "tables of devices that counted other frames"
sed 's/"agrees": true/"agrees": false/; s/"replies_counted": 1200/"replies_counted": 1208/
	s/"queries_counted": 3000/"queries_counted": 2999/' $OLD > "$WORK/other"
expect 0 tools/bench/table "$WORK/other"
has '^Devices DISAGREE: xdp 1,245,184 queries, 1,245,184 replies; tc ' \
	'^The generators. devices counted OTHER frames than they did ' \
	'nsd: replies \+8; rootxdp_tc: queries -1\.$'

echo "table of what is none"
expect 2 tools/bench/table "$WORK/nothing"
expect 2 tools/bench/table tests/data/root.ds
echo '{"other": 1}' > "$WORK/other"
expect 2 tools/bench/table "$WORK/other"
echo '{"programs": {"tiers": {"xdp": {"kinds": [{}]}}}}' > "$WORK/other"
expect 2 tools/bench/table "$WORK/other"
[ "$(wc -l < "$WORK/err")" -eq 1 ] || fail "not one line"

echo "compare"
expect 0 tools/bench/compare $OLD $NEW
has '^mix 300 200 0\.67 better 3\.00 2\.00 0\.67 better$' '^soa 120 120 1\.00 6\.00 6\.00 1\.00$' \
	'^soa 160 184 1\.15 WORSE 4\.00 4\.60 1\.15 WORSE$' \
	'^xdp mix limited ns 400 300 0\.75 better$' \
	'^peers rootxdp tc flood replies per second 900,000 600,000 0\.67 WORSE$' \
	'^load time from file to answer seconds 0\.64 0\.66 1\.03$' \
	'^growth ratio 10x 1\.17 1\.17 1\.00$' \
	'^xdp verifier instructions 60,000 60,000 1\.00$' \
	'^only in OLD: peers rootxdp tc flood answered percent and 8 more$' \
	'^21 figures: 3 worse by more than 5 %, 3 better$'
! grep -qE 'nsd (cpu|flood)|interface|WARNING' "$WORK/out" ||
	fail "somebody else's figures, none at all, or a warning"

echo "compare --fail-over"
expect 1 tools/bench/compare --fail-over 14 $OLD $NEW
has '^over 14 %: tc soa ratio: worse by 15\.0 %$' '^over 14 %: peers .*: worse by 50\.0 %$'
expect 1 tools/bench/compare --fail-over 49 $OLD $NEW
[ "$(grep -c '^over ' "$WORK/out")" -eq 1 ] || fail "not one figure"
expect 0 tools/bench/compare --fail-over 51 $OLD $NEW
expect 0 tools/bench/compare --fail-over 0 $OLD $OLD

echo "compare what can't be"
sed 's/Example/Another/; s/11-25/11-24/; s/2026073102/2026073101/' $OLD > "$WORK/other"
expect 0 tools/bench/compare "$WORK/other" $NEW
has '^WARNING: different machines \(cpu\): Another CPU and Example CPU$' \
	'^WARNING: different days: 2026-11-24 and 2026-11-25$' \
	'^WARNING: different zones: 2026073101 and 2026073102$'
expect 2 tools/bench/compare $OLD "$WORK/nothing"
expect 2 tools/bench/compare $OLD

# --- run: with parts that measure nothing --------------------------------------------------------

[ "$(id -u)" -eq 0 ] || { echo "run wants root, as what it runs does"; exit 77; }
BENCH=$WORK/tools/bench
mkdir -p "$BENCH"
cp tools/bench/{run,table,document.py,grid.py} tools/bench/table_*.py "$BENCH"

# part NAME COMMAND: a stand-in.
part() {
	printf '#!/bin/bash\n%s\n' "$2" > "$BENCH/$1"
	chmod +x "$BENCH/$1"
}

echo "run: joins the parts"
part load_time 'echo "{\"times\": 9}"'
part memory "echo \"{\\\"given\\\": \\\"\$*\\\"}\""
expect 0 "$BENCH/run" --json --rounds 3 --save "$WORK/saved"
cmp "$WORK/out" "$WORK/saved" || fail "it saved something else"
python3 - "$WORK/out" <<- 'END' || fail "a bad document"
	import json, sys
	document = json.load(open(sys.argv[1]))
	assert document["load_time"] == {"times": 9}, document
	assert document["memory"] == {"given": ""}, document
	assert document["machine"]["cpus"] >= 1 and document["date"].endswith("Z"), document
	END
expect 0 "$BENCH/run"
has '^Load time$' '^times: 9$' '^Memory$'
expect 0 "$BENCH/run" --markdown --only load_time
has '^### Load time$' '^- times: 9$'
! grep -q Memory "$WORK/out" || fail "a part too many"

echo "run: parts that fail"
part peers 'echo "{\"servers\": []}"; exit 3'
part growth 'echo nonsense'
expect 1 "$BENCH/run" --json
grep -q '"load_time"' "$WORK/out" || fail "the others are lost"
! grep -qE '"(peers|growth)"' "$WORK/out" || fail "what failed is told"
grep -q 'peers ended with 3' "$WORK/err" || fail "why are there no peers?"
grep -q 'growth printed no JSON' "$WORK/err" || fail "why is there no growth?"
expect 1 "$BENCH/run" --only peers,growth
[ ! -s "$WORK/out" ] || fail "a table of nothing"
expect 2 "$BENCH/run" --only queues
expect 2 "$BENCH/run" --only nonsense
expect 2 "$BENCH/run" --nonsense
expect 0 "$BENCH/run" --help

echo "run: ended"
part memory "trap 'kill \$!; echo > $WORK/cleaned; exit 143' TERM
	sleep 60 & echo > $WORK/begun; wait"
"$BENCH/run" --only memory > "$WORK/out" 2> "$WORK/err" &
RUN=$!
for _ in {1..600}; do
	[ ! -e "$WORK/begun" ] || break
	sleep 0.05
done
kill $RUN
wait $RUN && fail "it ended well" || [ $? -eq 143 ] || fail "another status"
[ -e "$WORK/cleaned" ] || fail "its part could not clean up"
[ ! -e "$BENCH/__pycache__" ] && [ ! -e tools/bench/__pycache__ ] || fail "compiled Python is left"
echo "# tables, comparisons and run's joining of parts"
