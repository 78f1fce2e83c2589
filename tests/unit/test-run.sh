#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/run itself: it counts rightly, keeps what a test says together, runs as many at once as it
# is told and those that want it alone, fails when one test does, and ends all when it is stopped.
set -euo pipefail

WORK=$(mktemp -d /tmp/rootxdp-run.XXXXXX)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 143' TERM INT
unset B

fail() {
	echo "FAILED: $*" >&2
	[ ! -e "$WORK/out" ] || sed 's/^/  out: /' "$WORK/out" >&2
	exit 1
}

# make_test ROOM/NAME LINE...: a script of these lines.
make_test() {
	local file=$WORK/tests/$1
	shift
	mkdir -p "${file%/*}"
	{ echo '#!/bin/bash'; printf '%s\n' "$@"; } > "$file"
	chmod +x "$file"
}

# runs STATUS ARG...: tests/run ends with that; what it says is in out.
runs() {
	local wanted=$1 status=0
	shift
	"$WORK/tests/run" "$@" > "$WORK/out" 2>&1 || status=$?
	[ $status -eq "$wanted" ] || fail "$*: exit $status, not $wanted"
}

# has PATTERN [TIMES]: so many lines match.
has() {
	[ "$(grep -cE -- "$1" "$WORK/out")" -eq "${2:-1}" ] || fail "not ${2:-1} lines '$1'"
}

# meets NAME OTHER: lines of a test that goes on only when the other has come as well.
meets() {
	printf '%s\n' ": > $WORK/$1.came" \
		"until [ -e $WORK/$2.came ]; do sleep 0.01; done"
}

mkdir -p "$WORK/tests"
cp tests/run "$WORK/tests/run"

# --- counting; a failure's output stays together though three write by turns
for number in 1 2 3; do
	make_test "mixed/test-fails-$number.sh" ": > $WORK/wrote-0-$number" \
		'for line in {1..20}; do' 'for other in 1 2 3; do' \
		"until [ -e $WORK/wrote-\$((line - 1))-\$other ]; do sleep 0.01; done" 'done' \
		"echo \"line \$line of $number\"" ": > $WORK/wrote-\$line-$number" 'done' \
		"exit $number"
done
make_test mixed/test-passes.sh 'echo "# nothing"' 'echo "# what it saw"' \
	"trap 'exit 0' INT" 'kill -INT $$' 'exit 1'
make_test mixed/test-skips.sh 'echo reason' 'exit 77'
make_test ../build/tests/mixed/test_quiet 'echo "it should not be seen"'
runs 1 -j 3 mixed
has '^2 passed, 3 failed, 1 skipped; [0-9]+ s$'
has '^ok    build/tests/mixed/test_quiet +[0-9]+ s$'
has '^ok    tests/mixed/test-passes.sh +[0-9]+ s  what it saw$'
has '^skip  tests/mixed/test-skips.sh +reason$'
! grep -q 'should not' "$WORK/out" || fail "the output of a test that passed"
for number in 1 2 3; do
	has "^FAIL  tests/mixed/test-fails-$number.sh +exit $number\$"
	grep -A 20 "^FAIL .*fails-$number" "$WORK/out" | tail -n 20 > "$WORK/said"
	cmp -s "$WORK/said" <(printf "      | line %d of $number\n" {1..20}) || fail "mixed output"
done
(trap '' INT && runs 0 tests/mixed/test-passes.sh) # itself it ignores SIGINT, its tests do not
has '^1 passed, 0 failed, 0 skipped;'
runs 1 tests/mixed/test-skips.sh
has '^0 passed, 0 failed, 1 skipped;'
runs 1 nosuchroom
has '^0 passed, 0 failed, 0 skipped;'
runs 2 -j none
has '^tests/run: -j wants a number'

# --- at once: two can only pass together
mapfile -t lines < <(meets one two)
make_test pair/test-one.sh "${lines[@]}"
mapfile -t lines < <(meets two one)
make_test pair/test-two.sh "${lines[@]}"
runs 0 -j 2 pair
has '^2 passed, 0 failed'

# --- alone: behind all others, and with nothing else
make_test apart/test-a.sh '# alone: for this test' "[ -e $WORK/others ] || exit 1" \
	": > $WORK/busy" 'sleep 0.1' "rm $WORK/busy"
make_test apart/test-b.sh "[ ! -e $WORK/busy ]"
make_test apart/test-c.sh 'sleep 0.1' ": > $WORK/others" "[ ! -e $WORK/busy ]"
make_test ../build/tests/apart/test_d "[ -e $WORK/others ] || exit 1" \
	": > $WORK/busy" 'sleep 0.1' "rm $WORK/busy"
echo '/* alone: for this test */' > "$WORK/tests/apart/test_d.c"
runs 0 -j 4 apart
has '^4 passed, 0 failed'
grep -oE 'test[-_][abcd]' "$WORK/out" | tail -n 2 | sort > "$WORK/last"
cmp -s "$WORK/last" <(printf 'test-a\ntest_d\n') ||
	fail "those that run alone are not the last"

# --- stopped: each test is told, cleans up, and is waited for
for signal in INT TERM; do
	wanted=143
	[ $signal = TERM ] || wanted=130
	for name in x y; do
		make_test "$signal/test-$name.sh" \
			"trap ': > $WORK/cleaned-$signal-$name; exit 143' TERM" \
			": > $WORK/began-$signal-$name" 'while :; do sleep 0.05; done'
	done
	env --default-signal=INT "$WORK/tests/run" -j 2 $signal > "$WORK/out" 2>&1 &
	run=$!
	until [ -e "$WORK/began-$signal-x" ] && [ -e "$WORK/began-$signal-y" ]; do
		kill -0 $run 2> /dev/null || fail "it did not begin two"
		sleep 0.01
	done
	kill -$signal $run
	status=0
	wait $run || status=$?
	[ $status -eq $wanted ] || fail "$signal: exit $status"
	[ -e "$WORK/cleaned-$signal-x" ] && [ -e "$WORK/cleaned-$signal-y" ] ||
		fail "$signal: not cleaned up"
	has '^stopped: '
done
echo "# counts, output, two at once, alone, stopped"
