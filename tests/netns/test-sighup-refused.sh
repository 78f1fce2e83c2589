#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGHUP at bad moments: a configuration that fails when some interfaces have it already, a source
# that answers when its configuration is over; and kernel and fallback change together.
. tests/netns/lib.sh

CONFIG=$WORK/rootxdp.yaml
PORT=8053
URL=http://$CLIENT4:$PORT

# write ZONE [LINE...]: the configuration file, with these entries below zone, and lines besides.
write() {
	cat > "$CONFIG.next" << END
interfaces: [${INTERFACES:-$SERVER_IF}]
addresses: [$SERVER4, "$SERVER6"]
pin: $PIN
validate-at: $VALIDATE_AT
zone: {trust-anchors: $PWD/$ANCHORS, $1}
END
	shift
	printf '%s\n' "$@" >> "$CONFIG.next"
	mv "$CONFIG.next" "$CONFIG"
}

# hang_up PATTERN: SIGHUP, until the loader says PATTERN.
hang_up() {
	: > "$WORK/rootxdp.log"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp "$1" 30
}

# attached: what hangs on the interfaces, and the tc program's id there.
attached() {
	local device
	for device in "$SERVER_IF" rxn-two lo; do
		in_server ip link show dev "$device" | grep -o 'prog/xdp' || true
		in_server tc qdisc show dev "$device" | grep -o clsact || true
		in_server tc filter show dev "$device" ingress | grep -o 'rootxdp_tc:.*direct-action.* id' || true
	done
	ls "$PIN"
}

both() {
	local transport
	for transport in +notcp +tcp; do
		says "^\"$1\"\$" in_client dig "@$SERVER4" +norec +short +tries=1 +time=2 "$transport" \
			id.server CH TXT || fail "$2: it does not say $1 ($transport)"
	done
}

netns_pair
ip link add rxn-two netns "$SERVER_NS" type veth peer name rxn-other netns "$CLIENT_NS"
in_server ip link set rxn-two up

# A web server that is slow with /slow: it waits until there is the file 'go'.
mkdir "$WORK/web"
cp "$ZONE" "$WORK/web/good"
awk '$4 !~ /^(RRSIG|NSEC|DNSKEY|ZONEMD|DS)$/' "$ZONE" |
	sed 's/2026073102/2026073109/' > "$WORK/web/slow"
cat > "$WORK/slow.py" << 'END'
import http.server, os, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked", self.path, flush=True)
        while self.path == "/slow" and not os.path.exists("go"):
            time.sleep(0.02)
        with open("web" + self.path, "rb") as file:
            zone = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(zone)))
        self.end_headers()
        self.wfile.write(zone)
    def log_message(self, *_):
        pass
os.chdir(sys.argv[3])
http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
END
start web "$CLIENT_NS" /usr/bin/python3 "$WORK/slow.py" $CLIENT4 $PORT "$WORK"
wait_port "$CLIENT_NS" $CLIENT4 $PORT tcp

GOOD="sources: [{web: '$URL/good'}]"
SLOW="sources: [{web: '$URL/slow'}]"
write "$GOOD" 'tiers: tc' 'identity: one'
start rootxdp "$SERVER_NS" "$B/rootxdp" run --config "$CONFIG"
wait_line rootxdp '^ready '
both one start

echo "what is not applied leaves nothing attached"
before=$(attached)
for tiers in xdp xdp,tc; do
	# lo has no native XDP, and is the last of three.
	INTERFACES="$SERVER_IF, rxn-two, lo" write "$GOOD" "tiers: $tiers" 'identity: two'
	hang_up "$CONFIG is not applied: the configuration in force stays"
	grep -q "interface 'lo': its driver .* has no native XDP" "$WORK/rootxdp.log" ||
		fail "why is not said"
	now=$(attached)
	[ "$now" = "$before" ] || fail "$tiers: attached: $now; before: $before"
	both one "$tiers"
done
INTERFACES="$SERVER_IF, rxn-two" write "$GOOD" 'tiers: tc' 'identity: two'
hang_up "^configured file=$CONFIG"
both two "the next that is right"

echo "kernel and fallback change together"
start steps "$CLIENT_NS" tests/netns/in_step.py $SERVER4
for identity in three four five; do
	write "$GOOD" 'tiers: tc' "identity: $identity"
	hang_up "^configured file=$CONFIG"
	both "$identity" "one of some"
done
stop steps
read -r rounds apart seconds < "$WORK/steps.log"
# Milliseconds each time. If the fallback came first it would be a tenth of all rounds.
[ "$rounds" -gt 50 ] && [ $((apart * 100)) -lt "$rounds" ] || fail "apart: $(cat "$WORK/steps.log")"

echo "what was fetched under a configuration that is over"
wait_line rootxdp '^reloaded ' 30
write "unsigned: true, $SLOW" 'tiers: tc' 'identity: five'
hang_up "^configured file=$CONFIG"
wait_line web '^asked /slow' 20
write "unsigned: false, $SLOW" 'tiers: tc' 'identity: five'
hang_up "^configured file=$CONFIG"
: > "$WORK/go"
wait_line rootxdp "$URL/slow: the zone is not signed" 30
! grep -q '^reloaded ' "$WORK/rootxdp.log" ||
	fail "an unsigned zone was taken: $(cat "$WORK/rootxdp.log")"
says "^serial  *$SERIAL\$" "$B/rootxdp" status --pin "$PIN" || fail "not the zone of before"

echo "another state directory has the zone, though no source has"
write "unsigned: false, $SLOW" 'tiers: tc' 'identity: five' "state: $WORK/state"
hang_up "^configured file=$CONFIG"
wait_line rootxdp "$URL/slow: the zone is not signed" 30
stop rootxdp
[ ! -e "$PIN" ] || fail "pins are left"
start rootxdp "$SERVER_NS" "$B/rootxdp" run --config "$CONFIG"
wait_line rootxdp "beginning with the zone kept in $WORK/state: serial $SERIAL"
wait_line rootxdp '^ready '
stop rootxdp
[ ! -e "$PIN" ] || fail "pins are left"
echo "# $rounds rounds, kernel and fallback apart in $apart of them, within $seconds s"
