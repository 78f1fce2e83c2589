#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGHUP: the next zone without a lost query; an older, broken or missing one changes nothing; one
# that outgrows the maps gets new programs. Kernel and fallback follow together.
. tests/netns/lib.sh

OLD=2018080101 NEW=2018080200
FILE=$WORK/zone
chmod 755 "$WORK"
netns_pair

# put FILE: the zone file as an operator replaces it, in one step.
put() {
	cp "$1" "$FILE.next"
	chmod 644 "$FILE.next"
	mv "$FILE.next" "$FILE"
}

# launch ANCHORS TIME [OPTION...]
launch() {
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --zone "$FILE" \
		--trust-anchors "$1" --validate-at "$2" --zonemd if-present --pin "$PIN" "${@:3}"
}

# begin ANCHORS TIME [OPTION...]: until it is ready.
begin() {
	launch "$@"
	wait_line rootxdp '^ready '
}

# reload PATTERN: SIGHUP, until the loader says PATTERN.
reload() {
	: > "$WORK/rootxdp.log"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp "$1"
}

# serials EXPECTED WHAT: of kernel and fallback.
serials() {
	local tcp udp
	udp=$(in_client dig @$SERVER4 +norec +short +tries=1 . SOA | cut -d ' ' -f 3)
	tcp=$(in_client dig @$SERVER4 +norec +short +tries=1 +tcp . SOA | cut -d ' ' -f 3)
	[ "$udp" = "$1" ] && [ "$tcp" = "$1" ] || fail "$2: kernel $udp, fallback $tcp, not $1"
	[ "$("$B/rootxdp" stats -j --pin "$PIN" | sed -n 's/.*"serial": \([0-9]*\).*/\1/p')" = "$1" ] ||
		fail "$2: stats"
}

# --- one SIGHUP that comes while the zone is still read first is done afterwards
put $DATA/root.zone.$OLD
launch $DATA/all-ksk.ds 2018-08-02T12:00:00Z --tiers tc
sleep 0.15
kill -HUP "${PID_OF[rootxdp]}"
wait_line rootxdp "^reloaded serial=$OLD "
stop rootxdp

# --- forward, and not back
put $DATA/root.zone.$OLD
begin $DATA/all-ksk.ds 2018-08-02T12:00:00Z --tiers tc
serials $OLD start
start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4
put $DATA/root.zone.$NEW
reload "^reloaded serial=$NEW replies=[0-9]+ verify=0\.[0-9]{3} .*prove=0\.[0-9]{3} .*switch=0\.[0-9]{3}$"
serials $NEW "reload"
reload "^reloaded serial=$NEW "
put $DATA/root.zone.$OLD
reload "serial $OLD is older than $NEW.*--allow-older"
serials $NEW "an older zone"
sleep 0.3
stop asker
read -r _ asked _ answered _ failed _ seen < "$WORK/asker.log"
[ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$seen" = "$OLD,$NEW" ] ||
	fail "reloads under load: $(cat "$WORK/asker.log")"

# --- broken, cut and missing files keep the last good zone, each with its reason
sed 's/^\(com\..*DS.*\)8ACBB0\(.*\)/\18ACBB1\2/; /^aaa\..*NSEC/d' $DATA/root.zone.$NEW > "$WORK/broken"
put "$WORK/broken"
reload "$FILE:?[0-9]*: "
serials $NEW "a broken zone"
head -c 600000 $DATA/root.zone.$NEW > "$WORK/half"
put "$WORK/half"
reload "$FILE"
serials $NEW "half a zone"
rm "$FILE"
reload "$FILE: No such file|$FILE"
serials $NEW "no file"
put $DATA/root.zone.$NEW
reload "^reloaded serial=$NEW "
stop rootxdp

# --- back, when it is allowed; a restarted loader does not go back by itself either
put $DATA/root.zone.$NEW
begin $DATA/all-ksk.ds 2018-08-02T12:00:00Z --tiers tc --allow-older --keep
put $DATA/root.zone.$OLD
reload "^reloaded serial=$OLD "
serials $OLD "--allow-older"
put $DATA/root.zone.$NEW
reload "^reloaded serial=$NEW "
stop rootxdp
put $DATA/root.zone.$OLD
status=0
in_server "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 --zone "$FILE" --trust-anchors $DATA/all-ksk.ds \
	--validate-at 2018-08-02T12:00:00Z --zonemd ignore --tiers tc --pin "$PIN" 2> "$WORK/err" || status=$?
[ $status -eq 1 ] && grep -q "older than $NEW, which the kernel answers from" "$WORK/err" ||
	fail "an older zone at a restart: exit $status, $(cat "$WORK/err")"
[ "$(in_client dig @$SERVER4 +norec +short +tries=1 . SOA | cut -d ' ' -f 3)" = $NEW ] ||
	fail "the kernel does not answer after a refused restart"
"$B/rootxdp" unload --pin "$PIN" > /dev/null

# --- a zone that outgrows its maps: from three TLDs of our own signing to the real root
(
	cd "$WORK"
	printf '%s\n' '. 86400 IN SOA a.nic.one. host.nic.one. 1 1800 900 604800 86400' \
		'. 86400 IN NS a.nic.one.' > tiny
	for tld in one three two; do
		printf '%s\n' "$tld. 86400 IN NS a.nic.$tld." "a.nic.$tld. 86400 IN A 192.0.2.1" >> tiny
	done
	key=$(ldns-keygen -k -a ECDSAP256SHA256 .)
	ldns-signzone -b -i 20260701000000 -e 20260901000000 -f tiny.signed tiny "$key" 2>&1
	cat "$key.ds" > anchors
) > "$WORK/signing" || fail "signing: $(cat "$WORK/signing")"
cat $ANCHORS >> "$WORK/anchors"
chmod 644 "$WORK/anchors"
put "$WORK/tiny.signed"
open_client
begin "$WORK/anchors" $VALIDATE_AT --tiers xdp,tc --identity grown
serials 1 "a tiny zone"
before=$(counter tc answered)
start asker "$CLIENT_NS" tests/netns/asker.py $SERVER4
sleep 0.5
put $ZONE
reload "^reloaded serial=$SERIAL "
serials $SERIAL "outgrown"
[ "$(in_client dig @$SERVER4 +norec +notcp +short +tries=1 CH TXT id.server)" = '"grown"' ] || fail "identity"
[ $(($(counter xdp answer_chaos) + $(counter tc answer_chaos))) -ge 1 ] || fail "the new programs do not know who we are"
sleep 0.3
stop asker
read -r _ asked _ answered _ failed _ seen < "$WORK/asker.log"
[ "$answered" -eq "$asked" ] && [ "$failed" -eq 0 ] && [ "$seen" = "1,$SERIAL" ] ||
	fail "outgrowing under load: $(cat "$WORK/asker.log")"
[ "$(counter tc answered)" -ge "$before" ] || fail "the counters began anew"
for tier in xdp tc; do
	[ "$(counter $tier pass_no_reply)" -eq 0 ] || fail "the fallback had to help out while programs were replaced"
done
[ "$(in_client dig @$SERVER4 +norec +short +tries=1 +dnssec . DNSKEY | grep -c .)" -ge 3 ] || fail "DNSKEY"
stop rootxdp
[ ! -e "$PIN" ] || fail "pins are left"
echo "# $asked queries while programs were replaced, none lost"
