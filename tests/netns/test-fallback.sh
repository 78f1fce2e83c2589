#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fallback's own program, with sanitizers: privileges, addresses, signals, refusals, memory.
cd "$(dirname "$0")/../.."
. tests/netns/lib.sh

FALLBACK=$B/asan/rootxdp-fallback
netns_pair

# Two folders below one that only root may enter, as a checkout in /root is.
mkdir "$WORK/zone" "$WORK/keys"
chmod 755 "$WORK/zone" "$WORK/keys"
cp $DATA/all-ksk.ds "$WORK/keys/anchors"
cp $DATA/root.zone.2018080101 "$WORK/zone/root.zone"
chmod 644 "$WORK"/zone/* "$WORK"/keys/*
ARGS=(--zone "$WORK/zone/root.zone" --trust-anchors "$WORK/keys/anchors" --zonemd ignore
	--validate-at 2018-08-02T10:00:00Z)

# refused STATUS PATTERN ARG...: the fallback ends at once with STATUS and says PATTERN on stderr.
refused() {
	local status=$1 pattern=$2 got=0
	shift 2
	in_server "$FALLBACK" "$@" > "$WORK/refused.out" 2> "$WORK/refused.log" || got=$?
	[ $got -eq "$status" ] || fail "exit $got instead of $status: $*"
	grep -qE -- "$pattern" "$WORK/refused.log" || fail "did not say '$pattern': $*"
	[ ! -s "$WORK/refused.out" ] || fail "wrote to stdout: $*"
}

# asks NS SERVER [KDIG-OPTION...]: a referral comes back.
asks() {
	local ns=$1 server=$2
	shift 2
	nsenter --net="/run/netns/$ns" kdig "@$server" com. NS +dnssec +timeout=5 +retry=1 "$@" \
		> "$WORK/kdig.log" 2>&1 || fail "kdig @$server $*"
	grep -q 'status: NOERROR' "$WORK/kdig.log" || fail "@$server $* gave no answer"
	grep -q 'a.gtld-servers.net.' "$WORK/kdig.log" || fail "@$server $* gave no referral"
}

# status_is FIELD VALUE: of the running fallback's /proc status, blanks squeezed.
status_is() {
	local got
	got=$(awk -v field="$1:" '$1 == field { $1 = ""; sub(/^ /, ""); print }' \
		"/proc/${PID_OF[fallback]}/status")
	[ "$got" = "$2" ] || fail "$1 is '$got' instead of '$2'"
}

echo "options"
in_server "$FALLBACK" --help > "$WORK/help" || fail "--help did not exit 0"
grep -q -- '--tcp-idle' "$WORK/help" || fail "--help does not name --tcp-idle"
refused 2 "'--nonsense'" --nonsense
refused 2 'no address' --zone x
refused 2 'no zone' -a $SERVER4
refused 2 "'example' is not an IPv4 or IPv6 address" -a example --zone x
refused 2 'stands for every address' -a :: --zone x
refused 2 "'511' is not a number from 512 to 4096" -a $SERVER4 --zone x --max-udp-size 511
refused 2 "--identity: '' must be a text of 1 to 255" -a $SERVER4 --zone x --identity ''
refused 2 "--version-text: '' must be a text" -a $SERVER4 --zone x --version-text ''
refused 2 "--nsid: '0xfoo1' must have after 0x" -a $SERVER4 --zone x --nsid 0xfoo1
refused 2 "'often' is not require" -a $SERVER4 --zone x --zonemd often
refused 2 "'tomorrow' is not a time" -a $SERVER4 --zone x --validate-at tomorrow
refused 2 "'more': no operands" -a $SERVER4 --zone x more
refused 1 '192.0.2.1 is not an address of this host' -a 192.0.2.1 "${ARGS[@]}"
refused 1 "fallback: $WORK/keys/none: cannot be opened" -a $SERVER4 "${ARGS[@]}" \
	--trust-anchors "$WORK/keys/none"
refused 1 "fallback: /no-such-zone: cannot be opened" -a $SERVER4 --zone /no-such-zone
refused 1 "no such user" -a $SERVER4 "${ARGS[@]}" --user no-such-user
refused 1 '/none/root.zone: No such file' -a $SERVER4 --zone /none/root.zone
refused 1 'expired 2018' -a $SERVER4 "${ARGS[@]}" --validate-at 2026-08-01T00:00:00Z

echo "privileges"
start fallback "$SERVER_NS" "$FALLBACK" -a $SERVER4 -a $SERVER6 -a 127.0.0.1 -a ::1 "${ARGS[@]}"
wait_line fallback '^ready serial=2018080101$' 60
nobody=$(id -u nobody) nogroup=$(id -g nobody)
status_is Uid "$nobody $nobody $nobody $nobody"
status_is Gid "$nogroup $nogroup $nogroup $nogroup"
status_is Groups ''
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	status_is $set 0000000000000000
done
status_is NoNewPrivs 1

echo "answers"
for server in $SERVER4 $SERVER6; do
	asks "$CLIENT_NS" "$server"
	asks "$CLIENT_NS" "$server" +tcp
done
for server in 127.0.0.1 ::1; do
	asks "$SERVER_NS" "$server"
	asks "$SERVER_NS" "$server" +tcp
done
in_client kdig @$SERVER4 +tcp +keepopen . SOA com. DS . DNSKEY > "$WORK/kdig.log" 2>&1 ||
	fail "several queries on a connection"
[ "$(grep -c 'status: NOERROR' "$WORK/kdig.log")" -eq 3 ] || fail "not 3 answers on a connection"

echo "in use"
refused 1 "$SERVER4 port 53/UDP is in use.*ss -lunp" -a $SERVER4 "${ARGS[@]}"

echo "reload"
cp $DATA/root.zone.2018080200 "$WORK/zone/next" && mv "$WORK/zone/next" "$WORK/zone/root.zone"
chmod 600 "$WORK/zone/root.zone"
kill -HUP "${PID_OF[fallback]}"
wait_line fallback "stays at serial 2018080101: $WORK/zone/root.zone: user 'nobody'.* may not read" 60
chmod 644 "$WORK/zone/root.zone"
kill -HUP "${PID_OF[fallback]}"
wait_line fallback '^reloaded serial=2018080200$' 60
in_client kdig @$SERVER4 . SOA | grep -q 2018080200 || fail "the new zone is not served"
cp $DATA/root.zone.2018080101 "$WORK/zone/root.zone"
kill -HUP "${PID_OF[fallback]}"
wait_line fallback 'stays at serial 2018080200: .*older than 2018080200' 60
head -n 500 $DATA/root.zone.2018080200 > "$WORK/zone/root.zone"
kill -HUP "${PID_OF[fallback]}"
wait_line fallback 'stays at serial 2018080200: .*root.zone:' 60
asks "$CLIENT_NS" $SERVER4

echo "end"
# With a connection that is still open.
start holder "$CLIENT_NS" bash -c "exec 3<> /dev/tcp/$SERVER4/53; echo open; exec sleep 60"
wait_line holder open
stop fallback
fallback_status=$STOPPED
stop holder
[ "$fallback_status" -eq 0 ] || fail "SIGTERM: exit $fallback_status"
! grep -qE 'Sanitizer|runtime error' "$WORK/fallback.log" || fail "a sanitizer reported something"

echo "restart at once, memory"
cp $DATA/root.zone.2018080101 "$WORK/zone/root.zone"
start fallback "$SERVER_NS" "$B/rootxdp-fallback" -a $SERVER4 "${ARGS[@]}"
wait_line fallback '^ready ' 60
cp $DATA/root.zone.2018080200 "$WORK/zone/root.zone"
kill -HUP "${PID_OF[fallback]}"
wait_line fallback '^reloaded ' 60
peak=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/${PID_OF[fallback]}/status")
[ "$peak" -le 65536 ] || fail "the server took $peak KB"
stop fallback INT
[ "$STOPPED" -eq 0 ] || fail "SIGINT: exit $STOPPED"
echo "# $((peak / 1024)) MB at most, during a reload"
