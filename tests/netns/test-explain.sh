#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `rootxdp explain` says of queries and captures: the truth, by stages, and without a trace.
. tests/netns/lib.sh

netns_pair
open_client
cases=0
secret=e5e973e5a6b2a43f48e7dc849e37bfcf
(umask 077 && echo $secret > "$WORK/secrets")

# explain ARG...: into $WORK/out and $WORK/err; its exit status is left in STATUS.
explain() {
	STATUS=0
	"$B/rootxdp" explain --pin "$PIN" "$@" > "$WORK/out" 2> "$WORK/err" || STATUS=$?
	cases=$((cases + 1))
}

# shows PATTERN...: did the last explain succeed, with a line for each pattern?
shows() {
	local pattern
	[ "$STATUS" -eq 0 ] || fail "explain: exit $STATUS: $(cat "$WORK/err")"
	for pattern; do
		grep -qE -- "$pattern" "$WORK/out" || fail "no '$pattern' in: $(cat "$WORK/out")"
	done
}

# refused STATUS PATTERN: did the last explain end so, with such an error and no output?
refused() {
	[ "$STATUS" -eq "$1" ] || fail "exit $STATUS, not $1: $(cat "$WORK/err" "$WORK/out")"
	grep -qE -- "$2" "$WORK/err" || fail "not '$2' but: $(cat "$WORK/err")"
	[ ! -s "$WORK/out" ] || fail "something on stdout: $(cat "$WORK/out")"
}

# summary: what dig's reply in $WORK/dig is, as explain writes it.
summary() {
	sed -nE 's/.*status: ([A-Z]+).*/\1/p; s/.*flags: ([a-z ]*); QUERY: ([0-9]+), ANSWER: ([0-9]+), AUTHORITY: ([0-9]+), ADDITIONAL: ([0-9]+)/\U\1\E; question \2, answer \3, authority \4, additional \5/p; s/.*MSG SIZE  rcvd: ([0-9]+)/\1 bytes/p' \
		"$WORK/dig" | paste -sd ';' | sed 's/;/; /; s/; \([0-9]* bytes\)$/; \1/; s/;\([^ ]\)/; \1/g'
}

# as_dig DIG-ARG... -- ARG...: explain says of a query what dig gets for it.
as_dig() {
	local asked=()
	while [ "$1" != -- ]; do
		asked+=("$1")
		shift
	done
	shift
	in_client dig @$SERVER4 +norec +noad +tries=1 +time=2 +ignore +nocookie +noednsneg "${asked[@]}" > "$WORK/dig"
	explain "$@" --from $CLIENT4
	shows "^  sends     $(summary)$"
}

# counts: all that the live programs counted of queries for us.
counts() {
	"$B/rootxdp" stats -j --pin "$PIN" | /usr/bin/python3 -c '
import json, sys
for name, tier in json.load(sys.stdin)["tiers"].items():
    print(name, {k: v for k, v in tier["verdicts"].items() if not k.startswith("other_p")})'
}

explain com NS
refused 1 "not loaded at $PIN: start it with 'rootxdp run'"

# --- both tiers, and everything configured that a stage may speak of
start_rootxdp --tiers xdp,tc --fallback none --identity me --nsid abc --cookie-secrets "$WORK/secrets" \
	--pass arpa --pass root-servers.net
as_dig www.example.com A +dnssec -- 'www.example.com A +do'
as_dig com. NS +noedns -- com. NS +noedns
as_dig com. NS +bufsize=512 -- 'com. NS +bufsize=512'
as_dig . NS +dnssec +bufsize=512 -- '. NS +do +bufsize=512'
as_dig nonexistent. A +dnssec +nsid -- 'nonexistent. A +do +nsid'
as_dig id.server CH TXT -- 'id.server CH TXT'
as_dig com. A +edns=1 -- 'com. A +ednsver=1'
as_dig com. A +opcode=3 -- 'com. A +opcode=3'
as_dig com. CH A -- com. CH A
as_dig -b $CLIENT4 com. DS +dnssec +cookie=2464c4abcf10c957 -- com. DS +do +cookie
before=$(counts)

explain 'www.example.com A +do' --from 198.51.100.7
shows '^www.example.com. IN A, EDNS 1232 DO, from 198.51.100.7 to 10.53.0.1: 86 bytes of frame$' \
	'^xdp \(rxn-s, native\)$' '^  packet    IPv4, UDP port 53000 to 53, DNS message of 44 bytes at 42$' \
	'^  guard     our address' '^  message   opcode QUERY; question of 21 bytes; OPT: 1232 bytes, DO, no' \
	'^  subtree   in none of the 2' '^  checksum  right$' "^  zone      serial $SERIAL in set 0, good until" \
	"^  find      last label 'com': TLD 259 of 1438$" '^  reply     stored reply [0-9]+ \(referral with DO\)' \
	'^  cut       whole: 1175 of 1232' '^  room      frame 86 -> 1217' '^  limit     off$' \
	'^  adapt     name 12 bytes longer .*: 53 compression pointers' '^  verdict   answer_referral: '
! grep -q '^tc ' "$WORK/out" || fail "tc had a part in it"
cp "$WORK/out" "$WORK/here"
in_client "$B/rootxdp" explain 'www.example.com A +do' --from 198.51.100.7 --pin "$PIN" | cmp -s - "$WORK/here" ||
	fail "another namespace, another truth"
explain nonexistent. A +do
shows "last label 'nonexistent': no TLD; between 'nokia' and 'norton'" '\(NXDOMAIN with DO\)'
explain 0 A
shows "'0': no TLD; before 'aaa', the first" '^  verdict   answer_nxdomain'
explain zzz. A
shows "'zzz': no TLD; behind 'zw', the last"
explain com NS +bufsize=512
shows '^  cut       [0-9]+ of 26 additional records: [0-9]+ of 512 bytes \(cut [0-9]+ of [0-9]+\)'
explain . NS +do +bufsize=512
shows '^  cut       of 27 forms not even the shortest fits into 512 bytes' '^  verdict   answer_truncated'
explain COM. DS +do
shows '\(DS with DO\)' 'adapt     nothing to move' 'sends     NOERROR; QR AA; question 1, answer 2'
explain . SOA +rd +cd
shows 'opcode QUERY, RD, CD;' "the name is '.'" "\(SOA of '.'\)" 'sends     NOERROR; QR AA RD;'
explain . MX
shows "\(NODATA at '.'\)" '^  verdict   answer_nodata'
explain hostname.bind CH TXT
shows '^  reply     CHAOS TXT, our identity$' '^  verdict   answer_chaos'
explain version.bind CH TXT +noedns
shows ', no EDNS, from' 'which was not given: REFUSED$' '^  verdict   answer_refused'
explain com A +ednsver=1
shows 'OPT: version 1, .*; BADVERS' 'made here, not stored: header, question, OPT' 'sends     BADVERS;'
explain com A +cookie=00
shows 'COOKIE \(1 bytes\); FORMERR: a malformed option' '^  verdict   answer_formerr'
explain com A +nsid --from $CLIENT6
shows ' to fd53::1: 98 bytes' 'IPv6, UDP port' 'EDNS 1232 NSID' 'OPT: 1232 bytes, NSID$'
explain . AXFR
shows "ended at 'message': the packet goes on to tc" '^tc \(rxn-s\)$' '^  \.\.\.       the same$' \
	'^  next      .* up the stack, to the server on port 53$'
explain A.root-servers.net. A
shows "at or below 'root-servers.net.'" "^  next      ended at 'subtree'"
explain com A --from $SERVER4
shows 'source must not be answered: an address of ours' '^  verdict   pass_source'
explain com A --from 10.53.0.255
shows "source must not be answered: a subnet's broadcast address"

# --- cookies: a client's, ours, and another client's
explain com A +cookie
shows 'a client cookie alone: a server cookie is added'
in_client dig @$SERVER4 -b $CLIENT4 +norec +tries=1 +time=2 +cookie=2464c4abcf10c957 . SOA > "$WORK/dig"
before=$(counts)
cookie=$(sed -n 's/^; COOKIE: \([0-9a-f]*\) .*/\1/p' "$WORK/dig")
explain com A "+cookie=$cookie" --from $CLIENT4
shows 'COOKIE \(24 bytes\)' 'cookie    valid: not rate limited; given back as it is'
explain com A "+cookie=$cookie" --from 10.53.0.10
shows 'cookie    its server cookie is not valid'

# --- JSON, with the same facts
explain -j 'www.nonexistent A +do +nsid'
/usr/bin/python3 - "$WORK/out" <<'END' || fail "JSON: $(cat "$WORK/out")"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["schema"] == 1 and said["interface"] == "rxn-s"
assert said["query"]["name"] == "www.nonexistent." and said["query"]["to"] == "10.53.0.1"
(tier,) = said["tiers"]
assert (tier["tier"], tier["verdict"], tier["fate"], tier["next"]) == ("xdp", "answer_nxdomain", "answered", "client")
stages = {stage["stage"]: stage for stage in tier["stages"]}
assert list(stages) == "packet guard message subtree checksum zone cookie find reply cut room limit adapt".split()
assert stages["message"]["edns"] == {"version": 0, "udp_size": 1232, "do": True, "options": ["NSID"]}
assert (stages["find"]["before"], stages["find"]["after"], stages["find"]["exists"]) == ("nokia", "norton", False)
assert stages["adapt"]["delta"] == 4 and stages["zone"]["serial"] == 2026073102
reply = tier["reply"]
assert reply["rcode"] == "NXDOMAIN" and reply["flags"] == ["QR", "AA"] and reply["authority"] == 6
assert stages["cut"]["length"] == reply["length"] and stages["room"]["to"] == reply["frame_length"]
assert all(stage["text"] for stage in tier["stages"])
END

# --- captures: Ethernet, cooked, raw IP
/usr/bin/python3 tests/netns/captures.py "$WORK" $SERVER4 $SERVER6
explain --pcap "$WORK/ethernet.pcap"
shows '^#1     198.51.100.7: com. IN NS, no EDNS -> xdp answer_referral, NOERROR, 509 bytes$' \
	'^#2     2001:db8::7: com. IN NS, .* answer_referral' '^#3  .* answer_referral' \
	'^#4  .* -> tc other_address .*: 203.0.113.5 is not one of our addresses$' \
	"^#5  .* -> tc pass_udp_checksum at 'checksum': wrong" "^#6  .* -> tc pass_extension at 'guard'" \
	'^#7  .* pass_response' '^#8  .*11 bytes without a question -> tc pass_short' \
	'^#9  .* -> xdp answer_formerr, FORMERR, 12 bytes' '^#10 .* pass_long' '^#11 .* pass_fragment' \
	'^#12    skipped: later fragment' '^#13    skipped: not to port 53' '^#14    skipped: TCP, which' \
	'^#15    skipped: not IPv4 or' '^#16    skipped: not captured whole' '^#17    skipped: longer than' \
	'^#18    skipped: cut short' '^answer_referral +3 ' '^explained +11$' '^skipped +7$'
grep -q '1 packets are not to an address of ours' "$WORK/err" || fail "no word of the foreign address"
explain -j --pcap "$WORK/ethernet.pcap"
/usr/bin/python3 - "$WORK/out" <<'END' || fail "JSON of a capture: $(cat "$WORK/out")"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["schema"] == 1 and [p["number"] for p in said["packets"]] == list(range(1, 19))
assert said["summary"]["explained"] == 11 and said["summary"]["skipped"] == 7
assert sum(said["summary"]["verdicts"].values()) == 11 and said["summary"]["verdicts"]["answer_referral"] == 3
tagged = said["packets"][2]["tiers"][0]["stages"][0]
assert tagged["vlan_tags"] == 1 and tagged["message_at"] == 46
assert [tier["tier"] for tier in said["packets"][4]["tiers"]] == ["xdp", "tc"]
assert all(("skipped" in p) == (p["number"] > 11) for p in said["packets"])
END
explain --pcap "$WORK/cooked.pcap"
shows '^#1     198.51.100.7: com. IN NS, .* answer_referral'
explain --pcap "$WORK/cooked2.pcap"
shows '^#1     2001:db8::7: com. IN NS, .* answer_referral'
explain --pcap "$WORK/wireless.pcap"
refused 1 'wireless.pcap: link type IEEE802_11 .* is not known here'
explain --pcap "$WORK/secrets"
refused 1 'secrets: not a capture file'
explain --pcap "$WORK/nowhere" -j
refused 1 'nowhere: No such file'
explain --pcap "$WORK/cut.pcap"
[ "$STATUS" -eq 1 ] && grep -q '^#1 .* answer_referral' "$WORK/out" &&
	grep -q 'cut.pcap: behind packet 1: truncated' "$WORK/err" || fail "a file cut short: $(cat "$WORK/err")"

# --- no trace of all this: what a run changes is twice in the kernel, all else once
mkfifo "$WORK/fifo"
start explaining "$SERVER_NS" "$B/rootxdp" explain --pcap "$WORK/fifo" --pin "$PIN"
for ((tries = 0; tries < 100; tries++)); do
	maps=$(sed -n 's/^map_id:[[:space:]]*//p' "/proc/${PID_OF[explaining]}"/fdinfo/* 2> /dev/null | sort -u |
		xargs -rn 1 bpftool map show id | sed -n 's/.* name \([a-z0-9_]*\).*/\1/p' | sort | uniq -c | tr -s ' \n' ' ') || true
	[[ $maps != *" 1 scratch "* ]] || break
	sleep 0.05
done
for each in 2:buckets 2:interfaces 2:stats 1:active 1:addresses 1:cookie_secrets 1:names 1:names_0 1:shelves_1; do
	[[ $maps == *" ${each%:*} ${each#*:} "* ]] || fail "not ${each%:*} of the map ${each#*:}, but: $maps"
done
cat "$WORK/cooked.pcap" > "$WORK/fifo"
wait "${PID_OF[explaining]}" || fail "a capture from a pipe"
unset "PID_OF[explaining]"
[ "$before" = "$(counts)" ] || fail "counters have moved: $before, now $(counts)"

# --- what is wrong usage: 2
explain com
refused 2 "a query is 'NAME \[CLASS\] TYPE"
explain com NONSENSE
refused 2 "'NONSENSE' is no query type"
explain com NONSENSE A
refused 2 "'NONSENSE' is no class"
explain com A +bufsize=0
refused 2 '\+bufsize=0: must be a number of bytes from 1'
explain com A +cookie=xyz
refused 2 '\+cookie=xyz: must be 1 to 40 bytes'
explain com A +what
refused 2 "unknown flag '\+what': see 'rootxdp explain --help'"
explain com A +noedns +do
refused 2 '\+noedns leaves no place for \+do'
explain com A --pcap "$WORK/ethernet.pcap"
refused 2 'takes a query or --pcap, not both'
explain --pcap "$WORK/ethernet.pcap" --from $CLIENT4
refused 2 'takes --from for a query'
explain com A -i nope
refused 1 "not attached to 'nope', but to rxn-s"
says '\+cookie\[=HEX\]' "$B/rootxdp" explain --help || fail "help does not list the flags"

# --- programs of another build, which ours can't speak for
id=$(bpftool prog show pinned "$PIN/program_tc")
bpftool prog loadall "$B/tests/netns/foreign.bpf.o" "$PIN/foreign"
mv "$PIN/foreign/foreign_tc" "$PIN/program_tc"
rm -r "$PIN/foreign"
explain com A
refused 1 "program 'foreign_.*' of another build of rootxdp"
rm "$PIN/program_tc"
bpftool prog pin id "${id%%:*}" "$PIN/program_tc"
explain com A
shows answer_referral
stop rootxdp

# --- tc alone, on two devices, one of them lo; raw IP in a capture; IPv4 only
in_server ip address add 192.0.2.1/32 dev "$SERVER_IF"
start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -i lo -a 192.0.2.1 "${ZONE_ARGS[@]}" --tiers tc \
	--fallback none --rate-limit 1 --slip 0 --rate-limit-exempt 198.51.100.0/24 --pin "$PIN"
wait_line rootxdp '^ready '
for _ in 1 2 3; do
	explain com A --from $CLIENT4
	shows 'to 192.0.2.1: ' '^tc \(lo\)$' 'referral to 10.53.0.0/24: 1 of 1 a second left: would be sent'
done
! grep -q '^xdp' "$WORK/out" || fail "XDP is not attached"
explain com A -i "$SERVER_IF"
shows 'from 198.51.100.1 to' '^tc \(rxn-s\)$' 'not limited: the client is exempt' 'cookie .* we have no secrets'
explain com A --from 127.0.0.1
shows '^  verdict   answer_referral'
explain com A --from 127.0.0.1 -i "$SERVER_IF"
shows "source must not be answered: loopback, multicast or nobody's"
explain com A --from $CLIENT6
refused 1 "none of our addresses has the family of --from $CLIENT6"
"$B/tools/mix/mix" --count 300 --seed 5 --format pcap "$ZONE" > "$WORK/mix.pcap"
explain --pcap "$WORK/mix.pcap" -i "$SERVER_IF"
shows '^#300 ' '^answer_referral +[0-9]+ ' '^other_address +[0-9]+ ' '^explained +300$'
! grep -q limit_dropped "$WORK/out" || fail "captured packets were charged to each other"

# --- what the rate limit would do to a client that has used its replies up
start flood "$CLIENT_NS" /usr/bin/python3 -c '
import socket, time
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(("192.0.2.1", 53))
for _ in range(4000):
    client.send(b"\0\7\0\0\0\1\0\0\0\0\0\0\3com\0\0\2\0\1")
    time.sleep(0.002)'
in_client ip route add 192.0.2.1 dev "$CLIENT_IF"
for ((tries = 0; tries < 100; tries++)); do
	[ "$(counter tc limit_dropped)" -eq 0 ] || break
	sleep 0.05
done
explain com A --from $CLIENT4 -i "$SERVER_IF"
shows 'referral to 10.53.0.0/24: none of 1 a second left: would be dropped \(of such, none is sent\)' \
	'^  verdict   limit_dropped'
stop flood
stop rootxdp
echo "# $cases explanations"
