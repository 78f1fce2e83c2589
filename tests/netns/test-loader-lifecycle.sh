#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A loader's life: ready, asked by its tools, stopped, kept, killed and taken over; nothing is left.
. tests/netns/lib.sh

LOCK=/run/rootxdp-sys-fs-bpf-rxn-$$.lock
netns_pair
open_client

# nothing_left: no pins, no filter, no qdisc, no XDP program, no lock, no fallback.
nothing_left() {
	[ ! -e "$PIN" ] || fail "$1: pins are left: $(ls "$PIN")"
	[ ! -e "$LOCK" ] || fail "$1: the lock file is left"
	! says clsact in_server tc qdisc show || fail "$1: a clsact qdisc is left"
	! says 'prog/xdp' in_server ip link show || fail "$1: an XDP program is left"
	! says . in_server ss -Hlnu 'sport = 53' || fail "$1: a fallback is left"
}

kernel_answers() {
	in_client dig @$SERVER4 +norec +tries=1 +time=2 "${2:-com.}" NS > "$WORK/dig" &&
		grep -q 'status: NOERROR' "$WORK/dig" || fail "$1: no answer"
}

# --- ready, one line, and everything that ready promises
start_rootxdp --tiers xdp,tc
[ "$(grep -c . "$WORK/rootxdp.log")" -eq 1 ] || fail "more than one line: $(cat "$WORK/rootxdp.log")"
grep -qxE "ready serial=$SERIAL replies=[0-9]+ xdp=native tc=on" "$WORK/rootxdp.log" || fail "ready line"
kernel_answers ready
says NOERROR in_client dig @$SERVER4 +norec +tcp +tries=1 +time=2 com. NS || fail "no fallback"
for pin in addresses interfaces settings identity stats active zone zone_0 zone_1 shelves xdp-$SERVER_IF; do
	[ -e "$PIN/$pin" ] || fail "$pin is not pinned"
done

# --- its tools
"$B/rootxdp" stats -j --pin "$PIN" > "$WORK/stats.json"
"$B/rootxdp" -j --pin "$PIN" status > "$WORK/status.json"
/usr/bin/python3 - "$WORK" "$PIN" "$SERIAL" "${PID_OF[rootxdp]}" <<'END' || fail "JSON"
import json, re, sys
work, pin, serial, pid = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
stats = json.load(open(f"{work}/stats.json"))
names = re.findall(r"V\((\w+), (\w+),", open("bpf/verdict.h").read())
assert stats["schema"] == 1 and stats["serial"] == serial
assert set(stats["tiers"]) == {"xdp", "tc"}
for tier in stats["tiers"].values():
    assert list(tier["verdicts"]) == [name for name, _ in names if name != "name"]
    for fate in "answered", "passed", "dropped", "other":
        assert tier[fate] == sum(tier["verdicts"][n] for n, f in names if f == fate), fate
assert stats["tiers"]["tc"]["answered"] >= 1
status = json.load(open(f"{work}/status.json"))
assert status["schema"] == 1 and status["serial"] == serial and status["names"] == 1439
assert status["loader"] == {"running": True, "pid": pid}, status["loader"]
assert [i["name"] for i in status["interfaces"]] == ["rxn-s"]
assert status["interfaces"][0]["xdp"] == "native" and status["interfaces"][0]["tc"] == "on"
assert set(status["addresses"]) == {"10.53.0.1", "fd53::1"}
assert status["programs"]["xdp"]["id"] and status["programs"]["tc"]["tag"]
# Seven days, of which the seconds are counted by two clocks.
assert status["deadline"]["utc"] in ("2026-08-08 00:00 UTC", "2026-08-07 23:59 UTC"), status["deadline"]
assert 604800 - 600 < status["deadline"]["seconds_left"] <= 604800, status["deadline"]
assert status["pin"] == pin and status["max_udp_size"] == 1232 and status["replies"] > 7000
END
"$B/rootxdp" lookup com NS --dnssec --pin "$PIN" > "$WORK/lookup"
in_client dig @$SERVER4 +norec +dnssec +nocookie com. NS > "$WORK/dig"
for file in lookup dig; do
	grep -vE '^(;|$)' "$WORK/$file" | tr -s ' \t' ' ' | tr 'A-F' 'a-f' | sed 's/\(ds .*[0-9a-f]\) \([0-9a-f]*\)$/\1\2/' |
		tr -d ' ' | sort > "$WORK/$file.rrs"
done
[ "$(wc -l < "$WORK/lookup.rrs")" -ge 41 ] || fail "lookup: too few records"
cmp -s "$WORK/lookup.rrs" "$WORK/dig.rrs" || fail "lookup and dig differ: $(diff "$WORK/lookup.rrs" "$WORK/dig.rrs" | head -4)"
! says ' $' "$B/rootxdp" lookup . NSEC --pin "$PIN" || fail "lookup: a blank at a line's end"
says pass_transfer "$B/rootxdp" lookup . AXFR --pin "$PIN" || fail "lookup of a passed query"

# --- a second loader, and unload, are refused while it lives
if in_server "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 "${ZONE_ARGS[@]}" --pin "$PIN" 2> "$WORK/second"; then
	fail "a second loader started"
fi
grep -q "pid ${PID_OF[rootxdp]}" "$WORK/second" || fail "second loader: $(cat "$WORK/second")"
! "$B/rootxdp" unload --pin "$PIN" 2> /dev/null || fail "unload under a live loader"
kernel_answers "after refusals"

# --- SIGTERM and SIGINT leave nothing
stop rootxdp
[ "$STOPPED" -eq 0 ] || fail "SIGTERM: exit $STOPPED"
nothing_left SIGTERM
start_rootxdp --tiers tc
stop rootxdp INT
nothing_left SIGINT

# --- other users of the clsact qdisc stay
in_server tc qdisc add dev "$SERVER_IF" clsact
in_server tc filter add dev "$SERVER_IF" ingress prio 7 bpf da obj "$B/tests/netns/foreign.bpf.o" sec tc
start_rootxdp --tiers tc
kernel_answers "with another filter"
stop rootxdp
says 'pref 7 bpf' in_server tc filter show dev "$SERVER_IF" ingress || fail "their filter is gone"
! says rootxdp in_server tc filter show dev "$SERVER_IF" ingress || fail "our filter is left"
in_server tc filter del dev "$SERVER_IF" ingress prio 7
start_rootxdp --tiers tc
stop rootxdp
says clsact in_server tc qdisc show dev "$SERVER_IF" || fail "their empty qdisc is gone"
in_server tc qdisc del dev "$SERVER_IF" clsact

# --- what others took away, status does not show; pins some directories deeper leave none of them
start_rootxdp --tiers xdp,tc --pin "$PIN/deep/er"
says 'xdp native, tc on' "$B/rootxdp" status --pin "$PIN/deep/er" || fail "status of deep pins"
in_server tc qdisc del dev "$SERVER_IF" clsact
link=$(bpftool link show pinned "$PIN/deep/er/xdp-$SERVER_IF")
bpftool link detach id "${link%%:*}"
says 'xdp off, tc off' "$B/rootxdp" status --pin "$PIN/deep/er" || fail "status shows what is gone"
"$B/rootxdp" status --pin "$PIN/deep/er" 2>&1 > /dev/null | grep -q "'$SERVER_IF'.* is gone: restart" ||
	fail "status does not say what is gone"
stop rootxdp
nothing_left "deep pins"

# --- --keep leaves the kernel answering until unload, from any network namespace
start_rootxdp --tiers xdp,tc --keep
stop rootxdp
[ "$STOPPED" -eq 0 ] || fail "--keep: exit $STOPPED"
kernel_answers "--keep"
says 'not running' "$B/rootxdp" status --pin "$PIN" || fail "status after --keep"
"$B/rootxdp" unload --pin "$PIN" > /dev/null || fail "unload after --keep"
nothing_left "unload after --keep"
says 'nothing is loaded' "$B/rootxdp" unload --pin "$PIN" || fail "unload twice"

# --- killed: the kernel goes on; the next loader takes over without a gap, in all tiers
start_rootxdp --tiers xdp,tc
stop rootxdp KILL
kernel_answers "killed"
start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4
start_rootxdp --tiers xdp,tc
grep -q 'xdp=native tc=on' "$WORK/rootxdp.log" || fail "takeover: ready line"
sleep 0.3
stop asker
read -r _ asked _ answered _ failed _ < "$WORK/asker.log"
[ "$asked" -gt 0 ] && [ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] ||
	fail "takeover: $(cat "$WORK/asker.log")"
[ "$(in_server tc filter show dev "$SERVER_IF" ingress | grep -c 'rootxdp_tc')" -eq 1 ] || fail "two filters"

# --- killed again: the next one wants tc only, so the XDP link goes
stop rootxdp KILL
start_rootxdp --tiers tc
! says prog/xdp in_server ip link show "$SERVER_IF" || fail "a stale XDP program is left"
[ ! -e "$PIN/xdp-$SERVER_IF" ] || fail "a stale link's pin is left"
kernel_answers "tiers changed"

# --- killed, and unload removes all
stop rootxdp KILL
"$B/rootxdp" unload --pin "$PIN" > /dev/null
nothing_left "unload after kill"

# --- without bpffs, `run` mounts one, and says when nobody else will see it
start rootxdp "$SERVER_NS" unshare --mount sh -c 'umount -a -t bpf; exec "$@"' sh "$B/rootxdp" run \
	-i "$SERVER_IF" -a $SERVER4 "${ZONE_ARGS[@]}" --pin "$PIN" --tiers tc
wait_line rootxdp '^ready '
grep -q 'mount namespace of this process' "$WORK/rootxdp.log" || fail "a private bpffs is not mentioned"
[ ! -e "$PIN" ] || fail "the bpffs was not private"
kernel_answers "own bpffs"

# --- a fallback that dies is missed aloud
pkill -KILL -P "${PID_OF[rootxdp]}"
wait_line rootxdp 'rootxdp-fallback ended \(signal 9\)'
kernel_answers "without fallback"
stop rootxdp
nothing_left "own bpffs"

echo "# $asked queries during a takeover, none lost"
