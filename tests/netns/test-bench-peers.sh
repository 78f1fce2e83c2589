#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tools/bench/peers: each server gives the zone's answers under load, and the JSON has every figure;
# nothing is left behind, neither at the end nor when it is stopped on the way. No speed is judged.
#
# alone: it loads CPU 0 with servers and CPU 1 with their queries, as much as they can take
. tests/netns/lib.sh

[ "$(nproc)" -ge 2 ] || skip "it needs two CPUs"

SERVERS=floor,rootxdp_tc,nsd,knot_xdp,rootxdp_xdp

# nothing_left PID: of a run.
nothing_left() {
	local left
	left=$(compgen -G "/run/netns/rxd-peers-$1*"; compgen -G "/sys/fs/bpf/rxd-peers-$1*"
		compgen -G "/tmp/rxd-peers-$1.*") || true
	[ -z "$left" ] || fail "left behind: $left"
}

# peers NAME [OPTION...]: in the background. A few queries are enough.
peers() {
	local name=$1
	shift
	tools/bench/peers --rounds 1 --seconds 0.4 --rate 20000 --flood 40000 --rough "$@" \
		> "$WORK/$name.json" 2> "$WORK/$name.log" < /dev/null &
	PID_OF[$name]=$!
}

# fails_with STATUS PATTERN OPTION...
fails_with() {
	local status=$1 pattern=$2 got=0
	shift 2
	tools/bench/peers "$@" > "$WORK/out" 2> "$WORK/err" || got=$?
	[ "$got" -eq "$status" ] && grep -q -- "$pattern" "$WORK/err" && [ ! -s "$WORK/out" ] ||
		fail "$*: exit $got: $(cat "$WORK/err")"
}

fails_with 2 'no such server' --servers floor,nosuch
fails_with 2 'wants a value' --rounds
fails_with 1 'the floor\|floor needs another' --servers floor --rough

peers whole --servers $SERVERS
whole=${PID_OF[whole]}
peers stopped --servers rootxdp_tc,nsd --seconds 30
stopped=${PID_OF[stopped]}

wait_line stopped 'round 1 of 1: nsd|round 1 of 1: rootxdp' 30
stop stopped
[ "$STOPPED" -eq 143 ] || fail "stopped: exit $STOPPED"
nothing_left "$stopped"

STATUS=0
wait "$whole" || STATUS=$?
unset "PID_OF[whole]"
[ $STATUS -eq 0 ] || fail "tools/bench/peers: exit $STATUS"
nothing_left "$whole"

/usr/bin/python3 - "$WORK/whole.json" ${SERVERS//,/ } << 'END' || fail "its JSON"
import json, sys

with open(sys.argv[1], encoding="ascii") as file:
    found = json.load(file)
servers = {each["server"]: each for each in found["servers"]}
assert list(servers) == sys.argv[2:], list(servers)
for name, each in servers.items():
    for figure in (each["cpu_us_per_reply"], each["flood"]["cpu_us_per_reply"]):
        assert figure["least"] <= figure["median"] <= figure["most"], each
    assert 0 < each["answered_percent"] <= 100 and each["flood"]["replies_per_second"] > 0, each
    counted = each["interface"]
    # kxdpgun may end before the last reply is there; paced waits for it.
    if name.endswith("_xdp") and name.startswith("rootxdp"):
        assert counted["agrees"] and counted["replies_counted"] > 0, each
    assert counted["queries_counted"] > 0 and \
        counted["replies_counted"] >= counted["replies_received"], each
    if name != "floor":
        assert abs(each["nxdomain_percent"] - found["expected_nxdomain_percent"]) < 5, each
        assert abs(each["nxdomain_percent"] + each["noerror_percent"] - 100) < 0.2, each
        assert each["version"][0].isdigit(), each
length = servers["rootxdp_tc"]["reply_bytes"]
assert abs(servers["floor"]["reply_bytes"] - length) < 20, servers["floor"]
assert {"rootxdp_tc_over_floor", "rootxdp_tc_over_nsd", "rootxdp_xdp_over_knot_xdp"} \
    <= set(found["ratios"]), found["ratios"]
END
echo "# ${SERVERS//,/, }: the zone's answers, from each"
