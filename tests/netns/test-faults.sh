#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fault table: what can be wrong with a zone, its source, its keeping and its keepers. In each row
# a client that asks all the time loses nothing and gets the last good zone; the log says what is
# wrong, and status which zone it is. (Clocks that are set: tests/vm/test-clock-steps.sh and
# tests/unit/test-clock.sh; its time: test-deadlines.sh; kill -9 at random moments: test-kill.sh.)
. tests/netns/lib.sh
. tests/unit/signed_zones.sh

CONFIG=$WORK/rootxdp.yaml
STATE=$WORK/state
GOOD=5
FAULTS=0
chmod 755 "$WORK"

# --- the running loader, and who asks it

# configure SOURCE [LINE...]: the source to be asked, and more.
configure() {
	cat > "$CONFIG.next" << END
interfaces: [$SERVER_IF]
addresses: [$SERVER4, "$SERVER6"]
zone:
  sources: [{ $1 }]
  trust-anchors: $WORK/anchors
  limits: { size-mb: ${SIZE_MB:-4}, idle-seconds: 1, total-seconds: 4 }
keys: [{ name: transfer.example, secret: c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0 }]
pin: $PIN
state: $STATE
validate-at: $SIGNED_AT
tiers: tc
END
	chmod 600 "$CONFIG.next"
	mv "$CONFIG.next" "$CONFIG"
}

run() {
	start rootxdp "$SERVER_NS" "$B/rootxdp" run --config "$CONFIG"
	wait_line rootxdp '^ready ' 30
}

ask() {
	FROM=$(counter tc answered)
	start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4
	start passed "$CLIENT_NS" tests/netns/passed_asker.py $SERVER4
	answered_since "$FROM" 5
}

# answered_since FROM MORE: until the kernel has answered so many more queries (10 s or more).
answered_since() {
	local tries=200
	until [ "$(counter tc answered)" -ge $(($1 + $2)) ]; do
		[ $((tries--)) -gt 0 ] || fail "$ROW: the kernel does not answer"
		sleep 0.05
	done
}

# seen SERIAL...: ends the askers; the kernel lost nothing, and had these serials alone. The fallback
# lost TCP_MOST at most, of IXFRs over UDP and of SOAs over TCP.
TCP_MOST=0
seen() {
	local wanted
	wanted=$(IFS=,; echo "$*")
	answered_since "$FROM" 40
	stop asker
	stop passed
	read -r _ udp tcp_asked tcp < "$WORK/passed.log"
	[ "$tcp_asked" -gt 0 ] && [ "$udp" -le "$TCP_MOST" ] && [ "$tcp" -le "$TCP_MOST" ] ||
		fail "$ROW: the fallback's client: $(cat "$WORK/passed.log")"
	read -r _ asked _ answered _ failed _ serials < "$WORK/asker.log"
	[ "$asked" -gt 20 ] && [ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$serials" = "$wanted" ] ||
		fail "$ROW: the client: $(cat "$WORK/asker.log")"
}

# row NAME: what the client saw, and what the log said, as a line of the table.
row() {
	printf '%-34s | %4d answers, 0 lost, 0 wrong; %4d by TCP, %d lost | serial %s | %s\n' "$ROW" \
		"$answered" "$tcp_asked" "$tcp" "$serials" \
		"$(grep -m 1 -oE -- "$1" "$WORK/rootxdp.log" | head -n 1 | cut -c 1-70)"
	FAULTS=$((FAULTS + 1))
}

# status_is SERIAL: in the kernel; and the fallback has it too.
status_is() {
	says "^serial  *$1\$" "$B/rootxdp" status --pin "$PIN" || fail "$ROW: status: $("$B/rootxdp" status --pin "$PIN" | head -n 1)"
	[ "$(in_client dig @$SERVER4 +norec +short +tcp +tries=2 . SOA | cut -d ' ' -f 3)" = "$1" ] ||
		fail "$ROW: the fallback has another zone"
}

# refused NAME PATTERN SOURCE: SIGHUP with that source; the log has PATTERN, and nothing changes.
refused() {
	ROW=$1
	configure "$3"
	: > "$WORK/rootxdp.log"
	ask
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp '^configured ' 20
	wait_line rootxdp "$2" 20
	wait_line rootxdp "^rootxdp: zone $GOOD stays: .* since 2026-0(7-31 23:59|8-01 00:..) UTC .asked in vain" 20
	seen $GOOD
	status_is $GOOD
	! says '^(EXPIRED|WARNING) ' "$B/rootxdp" status --pin "$PIN" || fail "$ROW: status warns"
	row "$2"
}

file() {
	refused "$1" "$2" "file: $WORK/$3"
}

# --- zones

# copy NAME COMMAND...: the good zone as the command makes it of that.
copy() {
	local name=$1
	shift
	"$@" < "$WORK/good" > "$WORK/$name"
	cmp -s "$WORK/good" "$WORK/$name" && fail "$name: nothing was changed"
	chmod 644 "$WORK/$name"
}

make_key ksk -k -a ECDSAP256SHA256
make_key zsk -a ECDSAP256SHA256
make_key other -a ECDSAP256SHA256
cp "$WORK/ksk.ds" "$WORK/anchors"
chmod 644 "$WORK/anchors"
KEYS='ksk zsk'
for serial in 4 5 6; do
	sign_zone zone-$serial $serial "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
done
cp "$WORK/zone-5" "$WORK/good"
T='[[:space:]]'
copy digest sed "s/192\.0\.2\.1\$/192.0.2.2/"
copy no-digest sed "/IN${T}ZONEMD/d; /RRSIG${T}ZONEMD/d"
copy no-signature sed "/^two\..*RRSIG${T}DS/d"
copy no-nsec sed "/^two\..*NSEC/d"
copy skips sed "s/^one\.\(.*IN${T}NSEC${T}\)two\./one.\1xn--p1ai./"
copy bitmap sed "s/^\(two\..*IN${T}NSEC${T}.*\) DS/\1/"
copy forged sed "s/^\(two\..*IN${T}DS${T}\)1 13/\11 14/"
copy half head -c 900
copy empty head -c 0
copy keyless sed "/IN${T}DNSKEY/d"
copy bare sed "/RRSIG/d; /NSEC/d; /DNSKEY/d; /ZONEMD/d"
copy example sed "s/^\.${T}/example. /"
sed 's/20260901000000/20260715000000/' "$WORK/signing" > /dev/null
(cd "$WORK" && ldns-signzone -d -z simple:sha384 -i 20260601000000 -e 20260715000000 -f old zone-5.unsigned ksk zsk) \
	> "$WORK/signing" 2>&1 || fail "$(cat "$WORK/signing")"
{ grep -v "^two\..*RRSIG${T}DS" "$WORK/good"; grep "^two\..*RRSIG${T}DS" "$WORK/old"; } > "$WORK/expired"
sign_zone stranger 6 'other zsk' 'other zsk' || fail "$(cat "$WORK/signing")"

netns_pair
configure "file: $WORK/good"
run
status_is $GOOD

echo "zones"
file "lower serial" 'serial 4 is older than 5' zone-4
file "wrong ZONEMD" 'ZONEMD does not match' digest
file "no ZONEMD" 'names ZONEMD, but the zone has none' no-digest
file "RRset without RRSIG" "'two. DS' has no RRSIG" no-signature
file "expired RRset" "RRSIG of 'two. DS' expired 2026-07-15" expired
file "forged RRset" "RRSIG of 'two. DS' by key [0-9]+ does not match" forged
file "missing NSEC" "'two' has no NSEC|'two.' has no NSEC" no-nsec
file "NSEC that skips a name" "NSEC of 'one.' leads to 'xn--p1ai.' and past 'two.'" skips
file "NSEC with a wrong bitmap" "NSEC of 'two.' does not name type DS" bitmap
file "half a zone" "$WORK/half.*(cut short|not a record|fetch)" half
file "an empty file" "$WORK/empty" empty
file "no file" "$WORK/nothing: No such file" nothing
file "no DNSKEY" 'DNSKEY' keyless
file "no signatures at all" 'the zone is not signed' bare
file "another zone" 'not the root' example
file "another one's keys" 'no DNSKEY of the root is named by the trust anchors' stranger

echo "primaries"
start primaries "$CLIENT_NS" tests/netns/primaries.py $CLIENT4 7000 "$WORK/zone-6"
# A zone of one message can't be cut in the middle: the real one can.
start large "$CLIENT_NS" tests/netns/primaries.py $CLIENT4 7100 "$ZONE"
wait_line primaries '^ready' 60
wait_line large '^ready' 60
while read -r name from key pattern; do
	port=$(awk -v name="$name" '$2 == name { print $1 }' "$WORK/$from.log")
	[ "$key" = - ] && key='' || key=", key: transfer.example"
	SIZE_MB=$([ "$name" = Endless ] && echo 1 || echo 4)
	refused "primary: $name" "$pattern" "axfr: $CLIENT4@$port$key"
done << 'END'
WrongMac   primaries key wrong MAC
Unsigned   primaries key without TSIG, though we asked with our key
Late       primaries key its clock and ours differ
Refuses    primaries -   refused: does it allow transfers to us
Stalls     large     -   nothing came for 1000 ms .after [0-9]+ records
Cuts       large     -   (the connection was closed|nothing came).* .after [0-9]+ records
Half       large     -   leads to .*, but the zone ends before it: the file looks cut short
Lies       primaries -   promised serial 11 and sent 6
OtherZone  primaries -   serves another zone
Changes    primaries -   the last SOA is not the first one
Garbage    large     -   malformed
Endless    large     -   over 1048576 bytes|it takes too long
END
SIZE_MB=4
refused "primary: nobody there" 'nobody listens' "axfr: $CLIENT4@7999"
stop primaries
stop large

echo "keeping it"
ROW="disk full in the state directory"
mkdir "$WORK/full"
mount -t tmpfs -o size=4k none "$WORK/full"
head -c 4096 /dev/zero > "$WORK/full/filler"
trap 'umount "$WORK/full"; clean_up' EXIT
STATE=$WORK/full configure "file: $WORK/zone-6"
: > "$WORK/rootxdp.log"
ask
kill -HUP "${PID_OF[rootxdp]}"
wait_line rootxdp '^reloaded serial=6' 20
wait_line rootxdp "can't keep the zone in $WORK/full: No space left" 20
seen 5 6
status_is 6
row "can't keep the zone in .*: No space left"
GOOD=6
ROW="state directory read-only"
umount "$WORK/full"
mount -t tmpfs -o ro none "$WORK/full"
: > "$WORK/rootxdp.log"
ask
kill -HUP "${PID_OF[rootxdp]}"
wait_line rootxdp '^reloaded serial=6' 20
wait_line rootxdp "can't write $WORK/full/.*Read-only" 20
seen 6
status_is 6
row "can't write .*Read-only"
umount "$WORK/full"
trap clean_up EXIT
ROW="state directory gone"
configure "file: $WORK/zone-6"
: > "$WORK/rootxdp.log"
kill -HUP "${PID_OF[rootxdp]}"
wait_line rootxdp '^reloaded serial=6' 20
rm -rf "$STATE"
: > "$WORK/rootxdp.log"
ask
kill -HUP "${PID_OF[rootxdp]}"
wait_line rootxdp '^reloaded serial=6' 20
wait_line rootxdp "can't write $STATE/.*No such file" 20
seen 6
row "can't write .*No such file"

ROW="loader killed"
mkdir -p "$STATE"
: > "$WORK/rootxdp.log"
kill -HUP "${PID_OF[rootxdp]}"
wait_line rootxdp '^reloaded serial=6' 20
ask
stop rootxdp KILL 2> /dev/null
says 'not running: the kernel answers until the deadline' "$B/rootxdp" status --pin "$PIN" || fail "$ROW: status"
sleep 0.5
run
TCP_MOST=1000 seen 6 # the fallback ends with its loader
status_is 6
grep -q 'beginning with the zone kept' "$WORK/rootxdp.log" || fail "$ROW: not from the state directory"
row 'beginning with the zone kept'

ROW="kept zone damaged, loader killed"
ask
stop rootxdp KILL 2> /dev/null
sed -i 's/192\.0\.2\.1$/192.0.2.2/' "$STATE/root.zone"
run
TCP_MOST=1000 seen 6
status_is 6
grep -q "the zone kept in $STATE is not used: .*ZONEMD does not match" "$WORK/rootxdp.log" || fail "$ROW: not said"
row 'is not used: .*'

ROW="fallback killed"
ask
sleep 0.3
pkill -KILL -P "${PID_OF[rootxdp]}" -f rootxdp-fallback
wait_line rootxdp 'rootxdp-fallback started again' 20
status_is 6
# What it had in its hands when it was killed is lost; what came later waited.
TCP_MOST=1 seen 6
row 'rootxdp-fallback ended .signal 9.'
stop rootxdp

echo "its time"
ROW="half of its time over"
EXPIRE=6 sign_zone short 7 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
rm -rf "$STATE"
configure "file: $WORK/short"
run
ask
wait_line rootxdp 'zone 7: half of its time is over' 20
says '^WARNING ' "$B/rootxdp" status --pin "$PIN" || fail "$ROW: status does not warn"
says '"half_over": true' "$B/rootxdp" status -j --pin "$PIN" || fail "$ROW: status -j does not warn"
seen 7
row 'half of its time is over'
ROW="all of it over"
wait_line rootxdp 'zone 7 ended at' 20
sleep 2
before=$(counter tc pass_deadline)
says SERVFAIL in_client dig @$SERVER4 +norec +notcp +tries=1 . SOA || fail "$ROW: no SERVFAIL"
[ "$(counter tc pass_deadline)" -gt "$before" ] || fail "$ROW: the kernel does not pass"
says '^EXPIRED ' "$B/rootxdp" status --pin "$PIN" || fail "$ROW: status"
printf '%-34s | SERVFAIL, %d passed | serial 7 | %s\n' "$ROW" $(($(counter tc pass_deadline) - before)) \
	"$(grep -m 1 -o 'zone 7 ended at.*' "$WORK/rootxdp.log" | cut -c 1-70)"
FAULTS=$((FAULTS + 1))
ROW="a newer zone heals that"
EXPIRE=6 sign_zone short 8 "$KEYS" "$KEYS" || fail "$(cat "$WORK/signing")"
wait_line rootxdp '^reloaded serial=8' 20
wait_line rootxdp 'zone 8: its time begins anew' 20
ask
seen 8
status_is 8
row 'its time begins anew'
echo "# $FAULTS faults: the kernel lost nothing, nothing was wrong, each was said"
