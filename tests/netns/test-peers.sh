#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Our answers = NSD's, Knot's and BIND's on the same zone, as RR sets and flags; the exceptions have names.
. tests/netns/lib.sh

NSD4=10.53.0.3 KNOT4=10.53.0.4 BIND4=10.53.0.5

with_nsd() {
	start_nsd nsd "$SERVER_NS" $NSD4 <<- END
		server:
			ipv4-edns-size: 1232
			ipv6-edns-size: 1232
		zone:
			name: "."
			zonefile: "$PWD/$ZONE"
	END
}

start_knot() {
	mkdir "$WORK/knot"
	cat > "$WORK/knot/knot.conf" <<- END
		server:
		    rundir: "$WORK/knot"
		    user: root
		    listen: $KNOT4@53
		    udp-max-payload: 1232
		    udp-workers: 1
		    tcp-workers: 1
		    background-workers: 1
		database:
		    storage: "$WORK/knot"
		log:
		  - target: stdout
		    any: notice
		zone:
		  - domain: .
		    file: "$PWD/$ZONE"
		    zonefile-sync: -1
		    journal-content: none
	END
	start knot "$SERVER_NS" knotd -c "$WORK/knot/knot.conf"
}

start_bind() {
	mkdir "$WORK/bind"
	cp $ZONE "$WORK/bind/root.zone"
	cat > "$WORK/bind/named.conf" <<- END
		options {
			directory "$WORK/bind";
			pid-file none;
			session-keyfile none;
			lock-file none;
			listen-on { $BIND4; };
			listen-on-v6 { none; };
			recursion no;
			dnssec-validation no;
			notify no;
			edns-udp-size 1232;
			max-udp-size 1232;
			rrset-order { order none; };
			minimal-responses no-auth;
		};
		controls { };
		zone "." {
			type primary;
			file "root.zone";
			check-integrity no;
		};
	END
	start bind "$SERVER_NS" named -g -n 1 -c "$WORK/bind/named.conf"
}

# answers IP: waits until a server there has its zone loaded.
answers() {
	local tries=100
	until in_client kdig +short +notcp +timeout=1 @"$1" . SOA 2> /dev/null | grep -q " $SERIAL "; do
		[ $((tries--)) -gt 0 ] || fail "no answer from $1"
		sleep 0.1
	done
}

netns_pair
open_client
for address in $NSD4 $KNOT4 $BIND4; do
	in_server ip address add "$address/24" dev "$SERVER_IF"
done
with_nsd
start_knot
start_bind
start_rootxdp --tiers xdp,tc
answers $NSD4
answers $KNOT4
answers $BIND4

in_client /usr/bin/python3 tests/netns/peers.py --zone $ZONE --ours $SERVER4 \
	--peer nsd=$NSD4 --peer knot=$KNOT4 --peer bind=$BIND4 --count "${COUNT:-2000}" > "$WORK/peers.txt" 2>&1 || {
	cat "$WORK/peers.txt"
	fail "answers differ"
}
cat "$WORK/peers.txt"
[ "$(counter tc answered)" -gt 3000 ] || fail "the kernel did not answer: $(counter tc answered)"
echo "# $(tail -n 1 "$WORK/peers.txt")"
