#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A validating resolver works on our answers: Unbound primes, and validates DS and an NXDOMAIN.
. tests/netns/lib.sh

PORT=5300

start_unbound() {
	local options=$WORK/unbound.conf
	cat > "$WORK/root.hints" <<- END
		.                       3600000 NS      root.test.
		root.test.              3600000 A       $SERVER4
		root.test.              3600000 AAAA    $SERVER6
	END
	cp $ANCHORS "$WORK/root.ds"
	cat > "$options" <<- END
		server:
			interface: 127.0.0.1
			port: $PORT
			do-daemonize: no
			use-syslog: no
			logfile: ""
			verbosity: 1
			val-log-level: 2
			username: ""
			chroot: ""
			directory: "$WORK"
			pidfile: "$WORK/unbound.pid"
			num-threads: 1
			do-not-query-localhost: no
			root-hints: "$WORK/root.hints"
			trust-anchor-file: "$WORK/root.ds"
			val-override-date: "20260801000000"
			module-config: "validator iterator"
			qname-minimisation: $1
		remote-control:
			control-enable: no
	END
	start unbound "$CLIENT_NS" unbound -d -c "$options"
	wait_line unbound 'start of service'
}

# validated NAME TYPE STATUS: Unbound's answer has this status and AD=1.
validated() {
	in_client kdig +retry=1 +timeout=8 +dnssec @127.0.0.1 -p $PORT "$1" "$2" > "$WORK/answer" ||
		fail "no answer from unbound for $1 $2"
	grep -q "status: $3" "$WORK/answer" || fail "$1 $2 is not $3: $(cat "$WORK/answer")"
	grep -q '^;; Flags:.* ad' "$WORK/answer" || fail "$1 $2 is not validated: $(cat "$WORK/answer")"
}

kernel_answered() {
	echo $(($(counter tc answered) + $(counter xdp answered)))
}

# The names of the real root servers lead to addresses that are not here: let them lead to ours.
route_root_servers() {
	local address
	for address in $(awk '$1 ~ /root-servers\.net\.$/ && $4 == "A" { print $5 }' $ZONE); do
		in_client ip route add "$address/32" via $SERVER4
		in_server ip address add "$address/32" dev lo
		addresses+=(-a "$address")
	done
	for address in $(awk '$1 ~ /root-servers\.net\.$/ && $4 == "AAAA" { print $5 }' $ZONE); do
		in_client ip route add "$address/128" via $SERVER6
		in_server ip address add "$address/128" dev lo nodad
		addresses+=(-a "$address")
	done
}

netns_pair
open_client
addresses=()
route_root_servers
start_rootxdp --tiers xdp,tc "${addresses[@]}"

for minimised in yes no; do
	before=$(kernel_answered)
	start_unbound $minimised
	validated com. DS NOERROR
	validated org. DS NOERROR
	validated xn--p1ai. DS NOERROR
	validated nonexistent-tld. A NXDOMAIN
	validated www.another-nonexistent-tld. AAAA NXDOMAIN
	validated . DNSKEY NOERROR
	validated . NS NOERROR
	stop unbound
	rose=$(($(kernel_answered) - before))
	[ $rose -ge 7 ] || fail "the kernel answered only $rose of unbound's queries"
done
[ "$(counter tc answer_ds)" -gt 0 ] || fail "no DS was asked for: $("$B/rootxdp" stats --pin "$PIN")"
echo "# unbound validated DS and NXDOMAIN on $(kernel_answered) kernel answers"
