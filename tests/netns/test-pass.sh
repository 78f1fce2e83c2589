#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --pass: NSD behind the kernel, on its addresses, serves root-servers.net and arpa; the kernel
# passes these names and what is below them, no others, and answers all else itself.
. tests/netns/lib.sh

for program in nsd unbound; do
	command -v $program > /dev/null ||
		skip "$program is not installed: tools/packages/install testing"
done

NSD_SIZE=1111 # what NSD says of its UDP size, to tell it from the kernel
PADDING=900   # in queries that the kernel answers: so XDP has room behind a veth
PORT=5300     # of the resolver
passed=0 answered=0

# The two zones that root servers have beside the root.
make_zones() {
	local soa='a.root-servers.net. nstld.verisign-grs.com. 2026073100 14400 7200 1209600 3600000'
	{
		echo "root-servers.net. 3600000 IN SOA $soa"
		printf 'root-servers.net. 3600000 IN NS %s.root-servers.net.\n' {a..m}
		awk '$1 ~ /^[a-m]\.root-servers\.net\.$/ && $4 ~ /^A/' $ZONE
	} > "$WORK/root-servers.net"
	{
		echo "arpa. 86400 IN SOA $soa"
		awk '$1 == "arpa." && $4 == "NS" || $1 ~ /\.ns\.arpa\.$/ && $4 ~ /^A/' $ZONE
		printf 'in-addr.arpa. 172800 IN NS %s.in-addr-servers.arpa.\n' {a..f}
		printf 'ip6.arpa. 172800 IN NS %s.ip6-servers.arpa.\n' {a..f}
	} > "$WORK/arpa"
}

with_nsd() {
	make_zones
	start_nsd nsd "$SERVER_NS" $SERVER4 $SERVER6 <<- END
		server:
			ipv4-edns-size: $NSD_SIZE
			ipv6-edns-size: $NSD_SIZE
		zone:
			name: "."
			zonefile: "$PWD/$ZONE"
		zone:
			name: "root-servers.net."
			zonefile: "$WORK/root-servers.net"
		zone:
			name: "arpa."
			zonefile: "$WORK/arpa"
	END
}

# shows WHAT PATTERN...: the reply has lines that match each.
shows() {
	local pattern
	for pattern in "${@:2}"; do
		grep -qE -- "$pattern" "$WORK/reply" ||
			fail "$1: no '$pattern' in $(cat "$WORK/reply")"
	done
}

# by_nsd NAME TYPE PATTERN...: passed, and answered with these lines, over IPv4 and IPv6. dig leaves
# the case as it is, and sends by TCP what is longer than 512 bytes; kdig does neither.
by_nsd() {
	local server
	for server in $SERVER4 $SERVER6; do
		in_client dig "@$server" +norec +ignore +notcp +tries=1 +time=2 "$1" "$2" \
			> "$WORK/reply" || fail "no reply to $1 $2"
		shows "$1 $2 from NSD" "; udp: $NSD_SIZE$" "${@:3}"
		passed=$((passed + 1))
	done
}

# by_kernel NAME TYPE PATTERN...: answered with these lines, over IPv4 and IPv6.
by_kernel() {
	local server
	for server in $SERVER4 $SERVER6; do
		in_client kdig "@$server" +norec +ignore +retry=0 +timeout=2 +bufsize=1232 \
			+padding=$PADDING "$1" "$2" > "$WORK/reply" 2>&1 || fail "no reply to $1 $2"
		shows "$1 $2 from the kernel" 'UDP size: 1232 B' "${@:3}"
		answered=$((answered + 1))
	done
}

# As dig and kdig say it.
AA='[Ff]lags: qr aa;'
REFERRAL='[Ff]lags: qr; QUERY: 1[,;] ANSWER: 0[,;] AUTHORITY: [1-9]'

# Names that the kernel passes.
all_by_nsd() {
	by_nsd a.root-servers.net A "$AA" 'IN	A	198\.41\.0\.4$'
	by_nsd a.root-servers.net AAAA "$AA" 'IN	AAAA	2001:503:ba3e::2:30$'
	by_nsd M.Root-SERVERS.nEt AAAA "$AA" '^;M\.Root-SERVERS\.nEt\.\s' 'IN	AAAA	2001:dc3::35$'
	by_nsd root-servers.net NS "$AA" 'ANSWER: 13[,;]' 'IN	NS	m\.root-servers\.net\.$'
	by_nsd root-servers.net SOA "$AA" 'IN	SOA	a\.root-servers\.net\.'
	by_nsd ROOT-SERVERS.NET ANY "$AA" 'ANSWER: [1-9]'
	by_nsd root-servers.net DS
	by_nsd nothing.root-servers.net A "$AA" 'status: NXDOMAIN'
	by_nsd a.b.c.d.e.f.g.a.root-servers.net TXT "$AA" 'status: NXDOMAIN'
	by_nsd arpa SOA "$AA" 'ANSWER: 1[,;]' '^arpa\.\s.*IN	SOA	a\.root-servers\.net\.'
	by_nsd arpa NS "$AA" 'ANSWER: 12[,;]'
	by_nsd ARPA ANY "$AA" 'ANSWER: [1-9]'
	by_nsd aRPa DS "$AA" 'IN	DS	42581 8 2 '
	by_nsd 1.0.0.127.in-addr.arpa PTR "$REFERRAL" '^in-addr\.arpa\..*IN	NS	a\.in-addr-serv'
	by_nsd 8.B.D.0.1.0.0.2.IP6.Arpa NS "$REFERRAL" '^IP6\.Arpa\..*IN	NS	f\.ip6-serv'
	by_nsd nothing.arpa A "$AA" 'status: NXDOMAIN'
	# One label that ends in the bytes of 'arpa.' passes for nothing, and gets the same answer.
	by_nsd 'x\004arpa' A "$AA" 'status: NXDOMAIN'
}

# Names that look like them, and all others.
all_by_kernel() {
	by_kernel . SOA "$AA" ' 2026073102 '
	by_kernel . NS "$AA" 'ANSWER: 13[,;]'
	by_kernel . DNSKEY "$AA" 'ANSWER: 3[,;]'
	by_kernel net NS "$REFERRAL" '^net\.\s'
	by_kernel net DS "$AA" 'IN	DS	37331 '
	by_kernel example.net A "$REFERRAL" '^net\.\s'
	by_kernel xroot-servers.net A "$REFERRAL" '^net\.\s'
	by_kernel notroot-servers.net NS "$REFERRAL" '^net\.\s'
	by_kernel a.not.a.root-server.net A "$REFERRAL" '^net\.\s'
	by_kernel root-servers-net.net A "$REFERRAL" '^net\.\s'
	by_kernel root-servers.net.com A "$REFERRAL" '^com\.\s'
	by_kernel arpa.com A "$REFERRAL" '^com\.\s'
	by_kernel root-servers A "$AA" 'status: NXDOMAIN'
	by_kernel xarpa. A "$AA" 'status: NXDOMAIN'
	by_kernel x.notarpa NS "$AA" 'status: NXDOMAIN'
	by_kernel rpa DS "$AA" 'status: NXDOMAIN'
	by_kernel a.arpax A "$AA" 'status: NXDOMAIN'
	by_kernel 'root-servers\.net' A "$AA" 'status: NXDOMAIN'
}

# counted TIER: exactly these queries.
counted() {
	local name
	for name in pass_subtree:$passed passed:$passed answered:$answered dropped:0; do
		[ "$(counter "$1" "${name%:*}")" -eq "${name#*:}" ] ||
			fail "$1 ${name%:*}: $(counter "$1" "${name%:*}"), not ${name#*:}"
	done
}

# refused PATTERN OPTION...: a usage error that says what is wrong.
refused() {
	local status=0
	in_server "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 "${ZONE_ARGS[@]}" --pin "$PIN" "${@:2}" \
		> "$WORK/said" 2>&1 || status=$?
	[ $status -eq 2 ] && grep -qE "^rootxdp: .*--pass.*$1" "$WORK/said" ||
		fail "${*:2}: exit $status, $(cat "$WORK/said")"
}

start_unbound() {
	cat > "$WORK/unbound.conf" <<- END
		server:
			interface: 127.0.0.1
			port: $PORT
			do-daemonize: no
			use-syslog: no
			logfile: ""
			username: ""
			chroot: ""
			directory: "$WORK"
			pidfile: "$WORK/unbound.pid"
			num-threads: 1
			do-not-query-localhost: no
			module-config: "iterator"
			qname-minimisation: $1
		stub-zone:
			name: "."
			stub-addr: $SERVER4
			stub-addr: $SERVER6
		remote-control:
			control-enable: no
	END
	start unbound "$CLIENT_NS" unbound -d -c "$WORK/unbound.conf"
	wait_line unbound 'start of service'
}

# resolved NAME TYPE PATTERN: what Unbound says.
resolved() {
	says "$3" in_client dig @127.0.0.1 -p $PORT +tries=1 +time=8 "$1" "$2" ||
		fail "unbound: $1 $2 without '$3'"
}

netns_pair
open_client

# --- names that can't be
many=()
for number in {1..16}; do
	many+=(--pass "n$number.test")
done
refused "domain name" --pass .
refused "domain name" --pass ''
refused "domain name" --pass a..b
refused "domain name" --pass "$(printf 'a%.0s' {1..64}).test"
refused "16" "${many[@]}" --pass one.more

# --- the counters are exact, by either tier
with_nsd
total=0
for tiers in xdp,tc xdp tc; do
	[ ! "${PID_OF[rootxdp]:-}" ] || stop rootxdp
	start_rootxdp --fallback none --tiers $tiers --pass root-servers.net --pass ARPA.
	passed=0 answered=0
	all_by_nsd
	all_by_kernel
	counted ${tiers%,tc}
	# tc looks again at what XDP passed.
	[ $tiers != xdp,tc ] || answered=0 counted tc
	total=$((total + passed + answered))
done

# --- status and lookup know
"$B/rootxdp" status --pin "$PIN" > "$WORK/status"
[ "$(sed -n 's/^pass  *//p' "$WORK/status" | xargs)" = 'root-servers.net. arpa.' ] ||
	fail "$(cat "$WORK/status")"
"$B/rootxdp" status -j --pin "$PIN" | /usr/bin/python3 -c '
import json, sys
assert json.load(sys.stdin)["pass"] == ["root-servers.net.", "arpa."]' || fail "status -j"
for name in arpa ARPA. x.Arpa a.root-servers.net; do
	says 'passes this query.*: pass_subtree' "$B/rootxdp" lookup --pin "$PIN" $name A ||
		fail "lookup $name"
done
for name in . net xarpa x.notroot-servers.net; do
	! says 'passes this query' "$B/rootxdp" lookup --pin "$PIN" $name A || fail "lookup $name"
done

# --- a resolver that has us as its stub for the root
for minimised in yes no; do
	start_unbound $minimised
	[ $minimised = yes ] || resolved k.root-servers.net AAAA 'AAAA.2001:7fd::1$'
	resolved arpa SOA 'SOA.a\.root-servers\.net\.'
	resolved nothing.arpa A 'status: NXDOMAIN'
	resolved nothing-like-that A 'status: NXDOMAIN'
	stop unbound
done
stop rootxdp
stop nsd

# --- our own fallback has the root only, and refers to arpa
plain() {
	in_client dig @$SERVER4 +norec +notcp +ignore +tries=1 +time=2 "$@"
}
longest=$(printf '%063d.%063d.%063d.%061d' 1 2 3 4)
start_rootxdp --tiers tc --pass arpa "${many[@]:0:28}" --pass "$longest"
says "$REFERRAL" plain arpa SOA || fail "arpa from the fallback"
for name in n1.test N14.TEST x.n7.test "$longest"; do
	plain "$name" > "$WORK/reply" || fail "no reply to $name"
done
[ "$(counter tc pass_subtree)" -eq 5 ] || fail "passed: $(counter tc pass_subtree) of 5"
for name in test n15.test "1${longest:1}" "${longest#*.}"; do
	plain "$name" > "$WORK/reply" || fail "no reply to $name"
done
[ "$(counter tc passed)" -eq 5 ] && [ "$(counter tc answer_nxdomain)" -eq 4 ] || fail "sixteen names"
# What is passed is the next loader's to say.
stop rootxdp KILL
start_rootxdp --tiers tc
says "$REFERRAL" plain arpa SOA || fail "arpa from the kernel"
# Counters go on: one referral by the kernel, and nothing more that passed.
[ "$(counter tc pass_subtree)" -eq 5 ] && [ "$(counter tc answer_referral)" -eq 1 ] ||
	fail "taken over: $("$B/rootxdp" stats --pin "$PIN")"
echo "# $total queries: NSD answers for root-servers.net and arpa, XDP and tc all others"
