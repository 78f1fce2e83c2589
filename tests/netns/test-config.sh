#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# rootxdp run --config: it answers as the file says, the command line goes first, and the fallback
# gets what is its, a secret too.
. tests/netns/lib.sh

SECRET=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0
CONFIG=$WORK/rootxdp.yaml

# chaos NAME [TRANSPORT]: the identity that the server gives.
chaos() {
	in_client dig "@$SERVER4" +norec +short +tries=1 +time=2 "${@:2}" "$1" CH TXT
}

# run [OPTION...]: the loader with the configuration, until it is ready.
run() {
	start rootxdp "$SERVER_NS" "$B/rootxdp" run --config "$CONFIG" "$@"
	wait_line rootxdp '^ready '
}

# refused STATUS PATTERN [OPTION...]
refused() {
	local wanted=$1 pattern=$2 status=0
	shift 2
	in_server timeout 20 "$B/rootxdp" run --config "$CONFIG" "$@" > "$WORK/out" 2> "$WORK/err" || status=$?
	[ "$status" -eq "$wanted" ] || fail "exit $status, not $wanted: $(cat "$WORK/err")"
	grep -qE -- "$pattern" "$WORK/err" || fail "not '$pattern' but: $(cat "$WORK/err")"
	[ ! -e "$PIN" ] || fail "pins are left"
}

# notify KEY: the RCODE (or what TSIG has against it) of the answer to a NOTIFY from the client's address, over TCP.
notify() {
	in_client /usr/bin/python3 - "$SERVER4" "$1" "$SECRET" << 'PYTHON'
import sys, dns.message, dns.query, dns.rcode, dns.tsigkeyring
message = dns.message.make_query(".", "SOA")
message.flags = dns.flags.AA
message.set_opcode(dns.opcode.NOTIFY)
if sys.argv[2]:
    message.use_tsig(dns.tsigkeyring.from_text({sys.argv[2]: sys.argv[3]}))
try:
    print(dns.rcode.to_text(dns.query.tcp(message, sys.argv[1], timeout=5).rcode()))
except dns.tsig.PeerError as error:
    print(type(error).__name__)
PYTHON
}

netns_pair
cat > "$CONFIG" << END
interfaces: [$SERVER_IF]
addresses: [$SERVER4, "$SERVER6"]
zone:
  sources:
    - file: $PWD/$ZONE
  trust-anchors: $PWD/$ANCHORS
keys:
  - name: notify.example
    secret: $SECRET
notify:
  from: [{ address: $CLIENT4, key: notify.example }]
identity: file.example
version-text: from the file
rate-limit: { rate: 100000, exempt: [$CLIENT4] }
pass: [arpa]
pin: $PIN
validate-at: $VALIDATE_AT
END
chmod 600 "$CONFIG"

echo "as the file says"
run
open_client
[ "$(in_client dig "@$SERVER4" +norec +short . SOA | cut -d ' ' -f 3)" = $SERIAL ] || fail "no answer"
in_client dig "@$SERVER6" +norec com. NS | grep -q 'AUTHORITY: 13' || fail "no referral"
answered=$(($(counter xdp answered) + $(counter tc answered)))
[ $answered -ge 2 ] || fail "the kernel answered $answered queries"
in_client dig "@$SERVER4" +norec +short x.arpa. A > "$WORK/out"
[ $(($(counter xdp pass_subtree) + $(counter tc pass_subtree))) -ge 1 ] || fail "nothing was left to the fallback"
[ "$(chaos id.server.)" = '"file.example"' ] || fail "another identity: $(chaos id.server.)"
[ "$(chaos id.server. +tcp)" = '"file.example"' ] || fail "the fallback has another identity"
[ "$(notify notify.example.)" = NOERROR ] || fail "the key of the file is not the fallback's"
[ "$(notify other.example.)" = PeerBadKey ] || fail "another key, and it was heard"
[ "$(notify '')" = REFUSED ] || fail "no key, and it was heard"
child=$(pgrep -P "${PID_OF[rootxdp]}" rootxdp-fallb)
! grep -q "$SECRET" "/proc/$child/cmdline" || fail "a secret in the open"
! grep -q "$SECRET" "$WORK/rootxdp.log" || fail "a secret in the log"
! grep -q note: "$WORK/rootxdp.log" || fail "something to say of the file"

echo "a fallback that is started again has the key"
kill -KILL "$child"
wait_line rootxdp 'rootxdp-fallback started again'
wait_port "$SERVER_NS" $SERVER4 53 tcp
[ "$(notify notify.example.)" = NOERROR ] || fail "the key is lost"
stop rootxdp
[ "$STOPPED" -eq 0 ] || fail "exit $STOPPED"

echo "the command line goes first"
run --identity line.example -a $SERVER4
[ "$(chaos id.server.)" = '"line.example"' ] || fail "another identity: $(chaos id.server.)"
[ "$(chaos version.server.)" = '"from the file"' ] || fail "another version: $(chaos version.server.)"
[ "$(chaos id.server. +tcp)" = '"line.example"' ] || fail "the fallback has another identity"
! says "$SERIAL" in_client dig "@$SERVER6" +norec +short +tries=1 +time=1 . SOA ||
	fail "the file's address was not replaced"
stop rootxdp
refused 1 'no-such-zone' --zone "$WORK/no-such-zone"
refused 1 'no-such-zone' --source "file:$WORK/no-such-zone"

echo "files that are wrong"
refused 2 "option '--config' needs a value" --config
cp "$CONFIG" "$WORK/good"
sed -i 's/^identity:.*/identity: [a]\ntiers: fast/' "$CONFIG"
refused 2 "rootxdp.yaml:[0-9]+: tiers: 'fast' must be" --tiers tc
refused 2 "rootxdp.yaml:[0-9]+: identity: must be one value"
sed "s|secret:.*|file: $WORK/no-such-key|" "$WORK/good" > "$CONFIG"
refused 2 "^rootxdp: .*rootxdp.yaml:[0-9]+: keys\[0\].file: '.*no-such-key': No such file"
sed "s|^identity|unsigned: true\nidentity|" "$WORK/good" > "$CONFIG"
refused 2 "unsigned: is no key here"
sed 's/^interfaces.*//' "$WORK/good" > "$CONFIG"
refused 2 "run needs an interface"
chmod 644 "$CONFIG"
cp "$WORK/good" "$CONFIG"
run
wait_line rootxdp 'note: .*keys\[0\].secret: everybody may read this file'
