#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Zones from primaries and from the web: NSD, Knot and BIND as primaries, plain, with TSIG, over TLS; and
# primaries and web servers that fail, each with the message that says so.
. tests/netns/lib.sh

SECRET=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0
NSD=5301 KNOT=5302 BIND=5303 BIND_TLS=8853 BAD=7000 WEB=8080 WEBS=8443
CASES=0

fetch() {
	nsenter --net="/run/netns/$SERVER_NS" "$B/tests/netns/fetch" "$@"
}

# good WHAT SOURCE [LIMITS...]: the whole zone comes, and is authentic.
good() {
	local what=$1
	shift
	fetch "$@" > "$WORK/zone" 2> "$WORK/said" || fail "$what: $(cat "$WORK/said")"
	"$B/rootxdp" verify "$WORK/zone" --trust-anchors "$ANCHORS" --validate-at "$VALIDATE_AT" \
		> "$WORK/verified" 2>&1 || fail "$what: $(cat "$WORK/verified")"
	CASES=$((CASES + 1))
}

# bad WHAT PATTERN SOURCE [LIMITS...]: it fails, in one line that says why.
bad() {
	local what=$1 pattern=$2
	shift 2
	! fetch "$@" > "$WORK/zone" 2> "$WORK/said" || fail "$what: fetched all the same"
	[ "$(wc -l < "$WORK/said")" -eq 1 ] || fail "$what: not one line: $(cat "$WORK/said")"
	grep -qE -- "$pattern" "$WORK/said" || fail "$what: '$(cat "$WORK/said")', not '$pattern'"
	CASES=$((CASES + 1))
}

# certificate NAME DAYS SUBJECT: a key and a certificate of our CA.
certificate() {
	openssl req -newkey rsa:2048 -nodes -keyout "$WORK/$1.key" -out "$WORK/$1.csr" -subj "/CN=$3" 2> /dev/null
	openssl x509 -req -in "$WORK/$1.csr" -CA "$WORK/ca.pem" -CAkey "$WORK/ca.key" -CAcreateserial -days "$2" \
		-extfile <(echo "subjectAltName=DNS:$3") -out "$WORK/$1.pem" 2> /dev/null
}

pin_of() {
	openssl x509 -in "$1" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary |
		base64
}

netns_pair
echo "transfer.example hmac-sha256 $SECRET" > "$WORK/key"
echo "transfer.example hmac-sha256 d3Jvbmdzd3Jvbmdzd3Jvbmdzd3Jvbmdz" > "$WORK/wrong"
echo "nobody.example hmac-sha256 $SECRET" > "$WORK/unknown"
echo "transfer.example hmac-md5 $SECRET" > "$WORK/md5"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$WORK/ca.key" -out "$WORK/ca.pem" -days 2 -subj /CN=ca 2> /dev/null
certificate primary 2 primary.example
certificate old -1 primary.example

start_nsd nsd "$CLIENT_NS" $CLIENT4@$NSD $CLIENT6@$NSD << END
key:
  name: transfer.example
  algorithm: hmac-sha256
  secret: $SECRET
zone:
  name: "."
  zonefile: "$PWD/$ZONE"
  provide-xfr: 0.0.0.0/0 transfer.example
  provide-xfr: ::/0 NOKEY
END
cat > "$WORK/knot.conf" << END
server:
  listen: [ $CLIENT4@$KNOT, $CLIENT6@$KNOT ]
  rundir: $WORK
database:
  storage: $WORK/knot
key:
  - id: transfer.example
    algorithm: hmac-sha256
    secret: $SECRET
acl:
  - id: signed
    key: transfer.example
    action: transfer
zone:
  - domain: .
    file: $PWD/$ZONE
    acl: signed
    semantic-checks: off
    zonefile-sync: -1
    journal-content: none
END
start knot "$CLIENT_NS" /usr/sbin/knotd -c "$WORK/knot.conf"
cat > "$WORK/named.conf" << END
tls ours { cert-file "$WORK/primary.pem"; key-file "$WORK/primary.key"; protocols { TLSv1.3; }; };
key transfer.example { algorithm hmac-sha256; secret "$SECRET"; };
options {
  directory "$WORK"; pid-file none; recursion no; notify no; dnssec-validation no; session-keyfile "$WORK/session.key";
  listen-on port $BIND { $CLIENT4; };
  listen-on port $BIND_TLS tls ours { $CLIENT4; };
  listen-on-v6 port $BIND { $CLIENT6; };
  allow-transfer { key transfer.example; $SERVER6; $REFERENCE6; };
};
zone "." { type primary; file "$PWD/$ZONE"; check-names ignore; };
END
start bind "$CLIENT_NS" /usr/sbin/named -g -c "$WORK/named.conf"
start primaries "$CLIENT_NS" tests/netns/primaries.py $CLIENT4 $BAD "$ZONE"
wait_line primaries '^ready' 60
for port in $NSD $KNOT $BIND; do
	wait_port "$CLIENT_NS" $CLIENT4 $port tcp
done
wait_line knot 'zone file parsed|loaded, serial' 30
sleep 1

echo "primaries that people run"
good "NSD, TSIG" axfr:$CLIENT4@$NSD,key="$WORK/key"
good "NSD, IPv6, plain" axfr:$CLIENT6@$NSD
good "Knot, TSIG" axfr:$CLIENT4@$KNOT,key="$WORK/key"
good "BIND, TSIG" axfr:$CLIENT4@$BIND,key="$WORK/key"
good "BIND, IPv6, plain" axfr:$CLIENT6@$BIND
good "BIND, TLS by name" axfr:$CLIENT4@$BIND_TLS,key="$WORK/key",tls=primary.example,ca="$WORK/ca.pem"
good "BIND, TLS by pin" axfr:$CLIENT4@$BIND_TLS,key="$WORK/key",pin="$(pin_of "$WORK/primary.pem")"
bad "NSD without TSIG" 'refused' axfr:$CLIENT4@$NSD
bad "NSD, another secret" 'BADSIG|wrong MAC|NOTAUTH' axfr:$CLIENT4@$NSD,key="$WORK/wrong"
bad "Knot, another secret" 'BADSIG|wrong MAC|NOTAUTH' axfr:$CLIENT4@$KNOT,key="$WORK/wrong"
bad "BIND, another secret" 'BADSIG|wrong MAC|NOTAUTH' axfr:$CLIENT4@$BIND,key="$WORK/wrong"
bad "BIND, another key" 'BADKEY|NOTAUTH' axfr:$CLIENT4@$BIND,key="$WORK/unknown"
bad "TLS, another name" 'TLS: .*[Hh]ostname mismatch' axfr:$CLIENT4@$BIND_TLS,key="$WORK/key",tls=other.example,ca="$WORK/ca.pem"
bad "TLS, another CA" 'TLS: .*(issuer|self.signed)' axfr:$CLIENT4@$BIND_TLS,key="$WORK/key",tls=primary.example
bad "TLS, another pin" 'none of those that are pinned' axfr:$CLIENT4@$BIND_TLS,key="$WORK/key",pin="$(pin_of "$WORK/ca.pem")"
bad "TLS where there is none" 'TLS|closed|nothing came' axfr:$CLIENT4@$BIND,key="$WORK/key",tls=primary.example,ca="$WORK/ca.pem"
bad "nobody" 'nobody listens' axfr:$CLIENT4@5999
bad "no host" 'no reply|nothing came|No route' axfr:10.53.0.77 300 1000

echo "primaries that fail"
# port NAME: where that one listens.
port() {
	awk -v name="$1" '$2 == name { print $1 }' "$WORK/primaries.log"
}
good Primary "axfr:$CLIENT4@$(port Primary)"
good Signed "axfr:$CLIENT4@$(port Signed),key=$WORK/key"
while read -r name key pattern; do
	[ "$key" = - ] && key='' || key=,key=$WORK/$key
	bad "$name" "$pattern" "axfr:$CLIENT4@$(port "$name")$key" 500 4000 20000000
done << 'END'
Refuses      -    refused: does it allow transfers to us. .after 0 records
Fails        -    SERVFAIL .after 0 records
Stalls       -    nothing came for 500 ms .after [0-9]+ records
Cuts         -    (the connection was closed|nothing came).* .after [0-9]+ records
OtherId      -    no reply to ours .after [0-9]+ records
Garbage      -    malformed
Loops        -    malformed
OtherZone    -    the first record is not the SOA of '.': it serves another zone
Changes      -    the last SOA is not the first one
Endless      -    (over 20000000 bytes|it takes too long)
Unsigned     key  without TSIG, though we asked with our key
WrongMac     key  wrong MAC
Late         key  its clock and ours differ
END

echo "the web"
mkdir "$WORK/web"
cp "$ZONE" "$WORK/web/root.zone"
gzip -k "$WORK/web/root.zone"
: > "$WORK/web/empty"
cat > "$WORK/web.py" << 'END'
import http.server, ssl, sys, time
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/loop":
            self.send_response(302); self.send_header("Location", "/loop"); self.end_headers()
        elif self.path == "/plain":
            self.send_response(302); self.send_header("Location", sys.argv[3]); self.end_headers()
        elif self.path == "/stall":
            self.send_response(200); self.send_header("Content-Length", "1000000"); self.end_headers()
            self.wfile.write(b"." * 1000); self.wfile.flush(); time.sleep(30)
        elif self.path == "/short":
            self.send_response(200); self.send_header("Content-Length", "1000000"); self.end_headers()
            self.wfile.write(b"." * 1000)
        elif self.path == "/gzip":
            data = open("root.zone.gz", "rb").read()
            self.send_response(200); self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(data))); self.end_headers(); self.wfile.write(data)
        else:
            super().do_GET()
server = http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler)
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])
    server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
END
web() {
	local name=$1
	shift
	(cd "$WORK/web" && exec nsenter --net="/run/netns/$CLIENT_NS" /usr/bin/python3 -B "$WORK/web.py" "$@") \
		> "$WORK/$name.log" 2>&1 < /dev/null &
	PID_OF[$name]=$!
}
web http $CLIENT4 $WEB http://$CLIENT4:$WEB/root.zone
web https $CLIENT4 $WEBS http://$CLIENT4:$WEB/root.zone "$WORK/primary.pem" "$WORK/primary.key"
web expired $CLIENT4 $((WEBS + 1)) - "$WORK/old.pem" "$WORK/old.key"
for port in $WEB $WEBS $((WEBS + 1)); do
	wait_port "$CLIENT_NS" $CLIENT4 $port tcp
done
echo "$CLIENT4 primary.example" > "$WORK/hosts"
mount --bind "$WORK/hosts" /etc/hosts
trap 'umount /etc/hosts; clean_up' EXIT
good http http://$CLIENT4:$WEB/root.zone
good "http, gzip" http://$CLIENT4:$WEB/gzip
good https https://primary.example:$WEBS/root.zone,ca="$WORK/ca.pem"
bad "404" '404' http://$CLIENT4:$WEB/nothing
bad "redirects" 'redirects' http://$CLIENT4:$WEB/loop
bad "stall" '(too slow|timed out|Operation)' http://$CLIENT4:$WEB/stall 1000 4000
bad "short" '(closed|transfer closed|remaining)' http://$CLIENT4:$WEB/short
bad "empty" 'nothing in it' http://$CLIENT4:$WEB/empty
bad "too large" 'over 1000 bytes' http://$CLIENT4:$WEB/root.zone 1000 4000 1000
bad "https to http" '(not supported|disabled)' https://primary.example:$WEBS/plain,ca="$WORK/ca.pem"
bad "unknown CA" '(certificate|SSL)' https://primary.example:$WEBS/root.zone
bad "another name" "(certificate|SSL).*$CLIENT4|$CLIENT4.*(certificate|SSL)" https://$CLIENT4:$WEBS/root.zone,ca="$WORK/ca.pem"
bad "expired" 'expired' https://primary.example:$((WEBS + 1))/root.zone,ca="$WORK/ca.pem"
umount /etc/hosts
trap clean_up EXIT

echo "wrong words"
for row in "ftp://x:must be file:PATH" "axfr:nobody:must have an IPv4 or IPv6 address" \
	"axfr:$CLIENT4@0:must have a port" "axfr:$CLIENT4,what=x:not known" "axfr:$CLIENT4,key=$WORK/md5:hmac-sha256" \
	"axfr:$CLIENT4,key=/no/file:No such file" "axfr:$CLIENT4,pin=abc:44 characters"; do
	bad "${row%:*}" "${row##*:}" "${row%:*}"
done

echo "failover, and a lower serial"
start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --pin "$PIN" \
	--trust-anchors "$ANCHORS" --validate-at "$VALIDATE_AT" --state "$WORK/state" --max-refresh 3600 \
	--source "axfr:$CLIENT4@$(port Refuses)" --source "axfr:$CLIENT4@$(port Half)" \
	--source "axfr:$CLIENT4@$(port Lies)" --source axfr:$CLIENT4@$NSD,key="$WORK/key"
wait_line rootxdp '^ready ' 60
for pattern in "$(port Refuses): refused" "$(port Half)[: ].*" "promised serial $((SERIAL + 5)) and sent $SERIAL"; do
	grep -qE "$pattern" "$WORK/rootxdp.log" || fail "the log has no '$pattern'"
done
says NOERROR in_client dig @$SERVER4 +norec +tcp +tries=1 +time=2 . SOA || fail "the fallback has no zone"
grep -q "axfr:$CLIENT4@$NSD" "$WORK/state/state.json" || fail "state.json: $(cat "$WORK/state/state.json")"
stop rootxdp

echo "# $CASES sources, good and bad; NSD, Knot, BIND; TSIG, TLS 1.3, HTTPS"
