#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Real time is set, in a guest that has its own: forward past the first signature's end and back, with
# the loader alive and killed before. Within two seconds the kernel passes all, or answers again. SOA
# expire goes by a clock that nobody can set.
. tools/vm/guest.sh
. tests/unit/signed_zones.sh
set -E
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR
# shellcheck disable=SC2034 # signed_zones.sh works there
WORK=$GUEST_WORK
KEYS='ksk zsk' ROWS=0

skip() {
	echo "$*"
	exit 77
}

# put FILE: into the guest's /zone, by lines that its serial port bears.
put() {
	local part
	guest ": > /run/$1"
	for part in $(base64 -w 200 "$WORK/$1"); do
		guest "echo $part >> /run/$1"
	done
	guest "base64 -d /run/$1 > /zone/$1"
}

# rcode: of '. SOA' over UDP, or nothing.
rcode() {
	in_client dig @$SERVER4 +norec +notcp +tries=1 +time=2 . SOA 2> /dev/null |
		sed -n 's/.*status: \([A-Z]*\),.*/\1/p'
}

# log_says PATTERN: in the loader's log, within 30 s.
log_says() {
	guest "await rootxdp '$1' 30" > "$WORK/line" || fail "$ROW: the log does not say '$1'"
}

run() {
	guest "start rootxdp rootxdp run -i eth0 -a $SERVER4 --zone /zone/$1 --trust-anchors /zone/ksk.ds"
	guest "await rootxdp '^ready ' 240" | grep -q 'xdp=native' || fail "not ready"
}

# row NAME TIME: real time is set to that. Then expect: answers, or SERVFAIL, or nothing.
row() {
	ROW=$1
	guest "date -u -s '$2'" > "$WORK/line"
	sleep 2
	ANSWERED=$(guest_counter xdp answered) PASSED=$(guest_counter xdp pass_deadline)
}

# answers, ends: of 20 queries that are sent two seconds later or more, every one.
answers() {
	local number
	for number in {1..20}; do
		[ "$(rcode)" = NOERROR ] || fail "$ROW: query $number is not answered"
	done
	[ $(($(guest_counter xdp answered) - ANSWERED)) -ge 20 ] || fail "$ROW: not by the kernel"
	report "20 of 20 answered by XDP" "$1"
}

ends() {
	local number wanted=$1
	for number in {1..20}; do
		[ "$(rcode)" = "$wanted" ] || fail "$ROW: query $number: $(rcode), not ${wanted:-nothing}"
		[ -n "$wanted" ] || [ "$number" -lt 3 ] || break # each waits for two seconds
	done
	[ $(($(guest_counter xdp pass_deadline) - PASSED)) -ge "$number" ] || fail "$ROW: the kernel does not pass"
	report "$number of $number passed by XDP: ${wanted:-no fallback}" EXPIRED
}

# report SEEN STATUS: a line of the table, and what status has to say: EXPIRED, WARNING or -.
report() {
	local status
	status=$(guest rootxdp status | grep -oE '^(EXPIRED|WARNING)' || true)
	[ "${status:--}" = "$2" ] || fail "$ROW: status says '$status', not $2"
	printf '%-46s | %-34s | %s\n' "$ROW" "$1" "${status:-ok}"
	ROWS=$((ROWS + 1))
}

[ "$(id -u)" -eq 0 ] || skip "a tap and a namespace need root"
[ -c /dev/net/tun ] || skip "/dev/net/tun is missing: there are no taps for qemu here"
command -v qemu-system-x86_64 > /dev/null || skip "qemu-system-x86_64 is missing"

make_key ksk -k -a ECDSAP256SHA256
make_key zsk -a ECDSAP256SHA256
sign_zone long 1 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
EXPIRE=20 sign_zone short 2 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
guest_boot
for file in long short ksk.ds; do
	put $file
done

# Signatures are from 1 July to 1 September; 31 days of them are left.
guest "date -u -s '2026-08-01 00:00:00'" > "$WORK/line"
run long
for loader in alive killed; do
	SERVFAIL=SERVFAIL
	if [ $loader = killed ]; then
		guest stop rootxdp KILL || true
		SERVFAIL= # the fallback ends with its loader
	fi
	row "forward by 9 days, loader $loader" '2026-08-10 00:00:00'
	answers -
	row "forward past half of it, loader $loader" '2026-08-25 00:00:00'
	answers WARNING
	[ $loader = killed ] || log_says 'zone 1: half of its time is over, its first signature ends at 2026-09-01 00:00'
	row "forward past the end, loader $loader" '2026-09-01 00:00:01'
	ends "$SERVFAIL"
	[ $loader = killed ] || log_says 'zone 1 ended at 2026-09-01 00:00'
	row "back before the end, loader $loader" '2026-08-10 00:00:00'
	answers -
	[ $loader = killed ] || log_says 'zone 1: its time begins anew'
	row "back by two years, loader $loader" '2024-08-01 00:00:00'
	answers -
done

guest "date -u -s '2026-08-01 00:00:00'" > "$WORK/line"
guest rootxdp unload > "$WORK/line"
run short
guest stop rootxdp KILL || true
sleep 21
row "SOA expire over, back by a year, loader killed" '2025-08-01 00:00:00'
ends ''
guest_off
echo "# $ROWS rows: clocks set forward and back"
