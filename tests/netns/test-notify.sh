#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# NOTIFY: NSD, Knot and BIND as primaries tell of a new zone, with and without TSIG; the loader fetches
# and switches at once. Others are refused.
. tests/netns/lib.sh

SECRET=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0
OLD=2018080101 NEW=2018080200
TWO=(--trust-anchors "$DATA/all-ksk.ds" --validate-at 2018-08-02T12:00:00Z --zonemd ignore)
PRIMARY4=10.53.0.9 KNOT4=10.53.0.10 BIND4=10.53.0.11
PORT=5301

serial() {
	in_client dig "@$SERVER4" +norec +short +tries=1 +time=2 "$@" . SOA | cut -d' ' -f3
}

netns_pair
in_client ip address add $KNOT4/24 dev "$CLIENT_IF"
in_client ip address add $BIND4/24 dev "$CLIENT_IF"
echo "transfer.example. hmac-sha256 $SECRET" > "$WORK/key"
echo "transfer.example. hmac-sha256 d3Jvbmdzd3Jvbmdzd3Jvbmdzd3Jvbmdz" > "$WORK/wrong"
echo "other.example. hmac-sha256 $SECRET" > "$WORK/other"
chmod 600 "$WORK/key"
for server in nsd knot bind; do
	cp "$DATA/root.zone.$OLD" "$WORK/$server.zone"
done

cat > "$WORK/knot.conf" << END
server:
  listen: [ $KNOT4@$PORT ]
  rundir: $WORK
database:
  storage: $WORK/knot
remote:
  - id: mirror
    address: $SERVER4
    via: $KNOT4
acl:
  - id: anybody
    action: transfer
zone:
  - domain: .
    file: $WORK/knot.zone
    acl: anybody
    notify: mirror
    semantic-checks: off
    zonefile-sync: -1
    journal-content: none
END
cat > "$WORK/named.conf" << END
key control { algorithm hmac-sha256; secret "$SECRET"; };
controls { inet 127.0.0.1 port 9953 allow { any; } keys { control; }; };
options {
  directory "$WORK"; pid-file none; recursion no; session-keyfile "$WORK/session.key"; dnssec-validation no;
  listen-on port $PORT { $BIND4; }; listen-on-v6 { none; };
  allow-transfer { any; }; notify explicit; also-notify { $SERVER4; }; notify-source $BIND4;
};
zone "." { type primary; file "$WORK/bind.zone"; check-names ignore; };
END
cat > "$WORK/rndc.conf" << END
key control { algorithm hmac-sha256; secret "$SECRET"; };
options { default-key control; default-server 127.0.0.1; default-port 9953; };
END

# told_by NAME NS COMMAND...: a primary that has the new zone says so, and it is switched to.
told_by() {
	local name=$1 ready=$2
	shift 2
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --pin "$PIN" \
		"${TWO[@]}" "${ASKS[@]}"
	wait_line rootxdp "^ready serial=$OLD" 30
	cp "$DATA/root.zone.$NEW" "$WORK/$name.next"
	mv "$WORK/$name.next" "$WORK/$name.zone"
	"$@"
	wait_line rootxdp "^reloaded serial=$NEW" "$ready"
	[ "$(serial +notcp)" = $NEW ] || fail "$name: the kernel has $(serial +notcp)"
	[ "$(serial +tcp)" = $NEW ] || fail "$name: the fallback has $(serial +tcp)"
	if [ "$name" != nsd ]; then
		stop rootxdp
	fi
	stop "$name"
}

start_nsd nsd "$CLIENT_NS" $PRIMARY4@$PORT << END
key:
  name: transfer.example
  algorithm: hmac-sha256
  secret: $SECRET
zone:
  name: "."
  zonefile: "$WORK/nsd.zone"
  provide-xfr: 0.0.0.0/0 transfer.example
  notify: $SERVER4 transfer.example
  outgoing-interface: $PRIMARY4
END
sleep 1
ASKS=(--source "axfr:$PRIMARY4@$PORT,key=$WORK/key" --notify-from "$PRIMARY4,key=$WORK/key"
	--notify-from "$KNOT4")
told_by nsd 30 kill -HUP "${PID_OF[nsd]}"

echo "by hand"
# expect WANTED FROM [KEY [SECONDS [ZONE]]]: of a NOTIFY made by hand, over UDP and over TCP.
expect() {
	local wanted=$1 from=$2 key=${3:-} got
	shift 2
	got=$(in_client /usr/bin/python3 tests/netns/notifier.py $SERVER4 "$from" \
		"${key:+$WORK/$key}" "${@:2}")
	[ "$got" = "$wanted"$'\n'"$wanted" ] ||
		fail "NOTIFY from $from $*: '$got', not '$wanted' twice"
}
expect 'NOERROR AA -' $KNOT4
expect 'NOERROR AA signed' $PRIMARY4 key
expect 'NOERROR AA signed' $PRIMARY4 key 290
expect 'REFUSED - -' $PRIMARY4
expect 'NOTAUTH - PeerBadSignature' $PRIMARY4 wrong
expect 'NOTAUTH - PeerBadKey' $PRIMARY4 other
expect 'NOTAUTH - PeerBadTime' $PRIMARY4 key -400
expect 'NOTAUTH - PeerBadTime' $PRIMARY4 key 400
expect 'NOTAUTH - PeerBadKey' $KNOT4 key
expect 'NOTAUTH - -' $KNOT4 '' 0 example.
expect 'NOTAUTH - signed' $PRIMARY4 key 0 example.
expect 'REFUSED - -' $BIND4
expect 'REFUSED - -' $BIND4 key
stop rootxdp

start knot "$CLIENT_NS" /usr/sbin/knotd -c "$WORK/knot.conf"
wait_port "$CLIENT_NS" $KNOT4 $PORT tcp
wait_line knot 'loaded, serial' 30
ASKS=(--source "axfr:$KNOT4@$PORT" --notify-from "$KNOT4")
told_by knot 30 in_client knotc -s "$WORK/knot.sock" zone-reload .

start bind "$CLIENT_NS" /usr/sbin/named -g -c "$WORK/named.conf"
wait_port "$CLIENT_NS" $BIND4 $PORT tcp
wait_line bind 'running' 30
ASKS=(--source "axfr:$BIND4@$PORT" --notify-from "$BIND4")
told_by bind 30 in_client rndc -c "$WORK/rndc.conf" reload .

for wrong in "nobody:must be ADDRESS" "$KNOT4,key=/no/file:No such file" "$KNOT4,what=x:must be ADDRESS"; do
	says "--notify-from '${wrong%%:*}'.*${wrong#*:}" \
		bash -c "'$B/rootxdp' run -i lo -a 127.0.0.1 --zone x --notify-from '${wrong%%:*}' 2>&1" ||
		fail "wrong: $wrong"
done
echo "# NSD with TSIG, Knot and BIND; UDP and TCP"
