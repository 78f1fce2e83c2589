#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Cookies are the same as NSD's, Knot's and BIND's with the same secret: each takes the others'.
. tests/netns/lib.sh

for program in nsd named knotd; do
	command -v $program > /dev/null ||
		skip "$program is not installed: tools/packages/install testing"
done

ONE=e5e973e5a6b2a43f48e7dc849e37bfcf
TWO=445536bcd2513298075a5d379663c962
SECRETS=$WORK/cookie.secrets
NSD4=10.53.0.3 KNOT4=10.53.0.4 BIND4=10.53.0.5
NSD6=fd53::3 KNOT6=fd53::4 BIND6=fd53::5

# with_nsd: it reads the very same file.
with_nsd() {
	start_nsd nsd "$SERVER_NS" $NSD4 $NSD6 <<- END
		server:
			answer-cookie: yes
			cookie-secret-file: "$SECRETS"
		zone:
			name: "."
			zonefile: "$PWD/$ZONE"
	END
}

# start_knot SECRET: it takes one only, and says BADCOOKIE to each wrong one.
start_knot() {
	mkdir -p "$WORK/knot"
	cat > "$WORK/knot/knot.conf" <<- END
		server:
		    rundir: "$WORK/knot"
		    user: root
		    listen: [ $KNOT4@53, $KNOT6@53 ]
		    udp-workers: 1
		    tcp-workers: 1
		    background-workers: 1
		database:
		    storage: "$WORK/knot"
		log:
		  - target: stdout
		    any: notice
		mod-cookies:
		  - id: ours
		    secret: 0x$1
		    badcookie-slip: 1
		template:
		  - id: default
		    global-module: mod-cookies/ours
		zone:
		  - domain: .
		    file: "$PWD/$ZONE"
		    zonefile-sync: -1
		    journal-content: none
	END
	start knot "$SERVER_NS" knotd -c "$WORK/knot/knot.conf"
}

# start_bind: the first secret makes cookies, both are valid.
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
			listen-on-v6 { $BIND6; };
			recursion no;
			dnssec-validation no;
			notify no;
			answer-cookie yes;
			require-server-cookie yes;
			cookie-algorithm siphash24;
			cookie-secret "$ONE";
			cookie-secret "$TWO";
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
	until says " $SERIAL " in_client kdig +short +tcp +timeout=1 +retry=0 @"$1" . SOA; do
		[ $((tries--)) -gt 0 ] || fail "no answer from $1"
		sleep 0.1
	done
}

# all_carry SECRET: between all servers, with SECRET as the active one.
carried=0
all_carry() {
	local address ours nsd bind knot number
	for address in $NSD4 $KNOT4 $BIND4; do
		answers "$address"
	done
	while read -r ours nsd bind knot; do
		in_client tests/netns/cookie_peers.py "$SECRETS" "$ours" "nsd=$nsd/keeps" \
			"bind=$bind/strict,both" "knot=$knot/keeps,strict" \
			> "$WORK/carried.log" 2>&1 || fail "cookies are not taken, active $1"
		read -r number _ < <(tail -n 1 "$WORK/carried.log")
		carried=$((carried + number))
	done <<- END
		$SERVER4 $NSD4 $BIND4 $KNOT4
		$SERVER6 $NSD6 $BIND6 $KNOT6
	END
}

netns_pair
open_client
for address in $NSD4/24 $KNOT4/24 $BIND4/24; do
	in_server ip address add "$address" dev "$SERVER_IF"
done
for address in $NSD6/64 $KNOT6/64 $BIND6/64; do
	in_server ip address add "$address" dev "$SERVER_IF" nodad
done
printf '%s\n' $ONE $TWO > "$SECRETS"
with_nsd
start_knot $ONE
start_bind
start_rootxdp --tiers tc --cookie-secrets "$SECRETS"
all_carry "$ONE"

# The next step of a rollover (RFC 9018 5); BIND is late, and still makes them with the other one.
printf '%s\n' $TWO $ONE > "$SECRETS"
: > "$WORK/rootxdp.log"
kill -HUP "${PID_OF[rootxdp]}"
wait_line rootxdp '^reloaded '
stop nsd
stop knot
with_nsd
start_knot $TWO
all_carry "$TWO"
[ "$(counter tc answered)" -ge 50 ] && [ "$(counter tc passed)" -eq 0 ] ||
	fail "the kernel answered $(counter tc answered), and passed $(counter tc passed)"
echo "# $carried cookies between rootxdp, NSD, Knot and BIND, IPv4 and IPv6"
