#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# DNS cookies as dig, kdig, drill and a second implementation see them: the same from kernel and
# fallback, at two sites with one file of secrets, and through a rollover under load.
. tests/netns/lib.sh

ONE=e5e973e5a6b2a43f48e7dc849e37bfcf
TWO=445536bcd2513298075a5d379663c962
SECRETS=$WORK/cookie.secrets
SITE_NS=rxn-$$-b SITE_IF=rxn-b SITE4=10.54.0.1 SITE6=fd54::1
cases=0

# put LINE...: the file of secrets as an operator replaces it, in one step, for root only.
put() {
	(umask 077 && printf '%s\n' "$@" > "$SECRETS.next")
	mv "$SECRETS.next" "$SECRETS"
}

# reload: SIGHUP, until the loader has done all that comes of it.
reload() {
	: > "$WORK/rootxdp.log"
	kill -HUP "${PID_OF[rootxdp]}"
	wait_line rootxdp '^reloaded '
}

# with_dig SERVER [OPTION...]: the cookie that dig gets and calls good, 48 digits.
with_dig() {
	in_client dig "@$1" +norec +tries=1 +time=2 "${@:2}" . SOA |
		sed -n 's/^; COOKIE: \([0-9a-f]*\) (good)$/\1/p'
}

with_kdig() {
	in_client kdig "@$1" +retry=0 +timeout=2 "${@:2}" . SOA |
		sed -n 's/^;; COOKIE: \([0-9A-F]*\)$/\L\1/p'
}

# with_drill SERVER COOKIE [OPTION...]: drill shows cookies, but sends only what a file has.
with_drill() {
	local size=$((${#2} / 2))
	printf '%s %04x 000a %04x %s\n' \
		'4321 0000 0001 0000 0000 0001 00 0006 0001 00 0029 04d0 0000 0000' \
		$((size + 4)) $size "$2" > "$WORK/drill"
	in_client drill "@$1" -f "$WORK/drill" "${@:3}" | sed -n '/^; COOKIE: /{s///;s/ //g;p}'
}

# kept WHAT COOKIE COMMAND...: a whole cookie, and the same comes back.
kept() {
	local back
	back=$("${@:3}")
	[ "${#2}" = 48 ] && [ "$back" = "$2" ] || fail "$1: '$2' became '$back'"
}

# renewed WHAT COOKIE COMMAND...: another one comes back, for the same client.
renewed() {
	local back
	back=$("${@:3}")
	[ "${#back}" = 48 ] && [ "$back" != "$2" ] && [ "${back:0:16}" = "${2:0:16}" ] ||
		fail "$1: '$2' became '$back'"
}

# A cookie that is given twice in one second is the same: let the next second begin.
next_second() {
	sleep 1.05
}

# no_cookies WHAT: neither from the kernel nor from the fallback.
no_cookies() {
	local protocol
	for protocol in +notcp +tcp; do
		in_client kdig @$SERVER4 +retry=0 +timeout=2 $protocol +cookie . SOA > "$WORK/reply"
		grep -q 'status: NOERROR' "$WORK/reply" && ! grep -q COOKIE "$WORK/reply" ||
			fail "$1, $protocol: $(cat "$WORK/reply")"
	done
}

# every_case [OPTION...] SECRETS SERVER/PROTOCOL...: each kind and age of cookie; leaves the number
# of queries in ASKED.
ASKED=0
every_case() {
	local count
	in_client tests/netns/cookie_cases.py "$@" > "$WORK/cases.log" 2>&1 ||
		fail "cookie_cases.py $*"
	read -r count _ ASKED _ < <(tail -n 1 "$WORK/cases.log")
	cases=$((cases + count))
}

# all_answered TIER
all_answered() {
	local answered passed
	answered=$(counter "$1" answered) passed=$(counter "$1" passed)
	[ "$answered" -eq "$ASKED" ] && [ "$passed" -eq 0 ] ||
		fail "$1 answered $answered of $ASKED, and passed $passed"
}

# refused TEXT PATTERN: a start with such a file fails, and says where and why, and no secret.
refused() {
	local status=0
	printf '%b' "$1" > "$WORK/wrong"
	in_server "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 "${ZONE_ARGS[@]}" --pin "$PIN" \
		--cookie-secrets "$WORK/wrong" > "$WORK/said" 2>&1 || status=$?
	[ $status -eq 1 ] && grep -qE "^rootxdp: $WORK/wrong$2" "$WORK/said" ||
		fail "'$1': exit $status, $(cat "$WORK/said")"
	! grep -q "${ONE:0:8}" "$WORK/said" || fail "a secret is shown: $(cat "$WORK/said")"
	[ ! -e "$PIN" ] || fail "'$1': pins are left"
}

in_site() {
	nsenter --net="/run/netns/$SITE_NS" "$@"
}

# start_site: a second server with the same file, in a namespace of its own, for the same client.
start_site() {
	netns_make "$SITE_NS"
	ip link add "$SITE_IF" netns "$SITE_NS" type veth peer name "$SITE_IF" netns "$CLIENT_NS"
	in_site ip link set "$SITE_IF" up
	in_client ip link set "$SITE_IF" up
	in_site ip address add $SITE4/32 dev "$SITE_IF"
	in_site ip address add $SITE6/128 dev "$SITE_IF" nodad
	in_site ip route add $CLIENT4/32 dev "$SITE_IF" src $SITE4
	in_site ip route add $CLIENT6/128 dev "$SITE_IF" src $SITE6
	in_client ip address add $CLIENT6/128 dev "$SITE_IF" nodad # who has it there? asks the site
	in_client ip route add $SITE4/32 dev "$SITE_IF" src $CLIENT4
	in_client ip route add $SITE6/128 dev "$SITE_IF" src $CLIENT6
	start site "$SITE_NS" "$B/rootxdp" run -i "$SITE_IF" -a $SITE4 -a $SITE6 "${ZONE_ARGS[@]}" \
		--pin "$PIN-b" --tiers tc --cookie-secrets "$SECRETS"
	wait_line site '^ready '
}

# shared HERE THERE: what one gives, the other keeps.
shared() {
	local cookie
	cookie=$(with_dig "$1" +notcp)
	next_second
	kept "from $1 to $2" "$cookie" with_dig "$2" +notcp "+cookie=$cookie"
	kept "from $1 to $2, TCP" "$cookie" with_dig "$2" +tcp "+cookie=$cookie"
}

# known COOKIE WHAT, unknown COOKIE WHAT: kernel and fallback keep it, or give another one.
known() {
	kept "$2, kernel" "$1" with_dig $SERVER4 +notcp "+cookie=$1"
	kept "$2, fallback" "$1" with_dig $SERVER4 +tcp "+cookie=$1"
}

unknown() {
	renewed "$2, kernel" "$1" with_dig $SERVER4 +notcp "+cookie=$1"
	renewed "$2, fallback" "$1" with_dig $SERVER4 +tcp "+cookie=$1"
}

netns_pair
open_client

# --- wrong files at the start
refused "# new\n\n$ONE\n${TWO%?}\n" ':4: a cookie secret has 32 .*, this line has 31'
refused "${ONE}0\n" ':1: .*, this line has 33'
refused "${ONE%?}g\n" ':1: .*hexadecimal digits only'
refused "$TWO\n$ONE\n$ONE\n" ':3: a third cookie secret'
refused "$ONE\n$ONE\n" ':2: the same cookie secret'
refused '00000000000000000000000000000000\n' ':1: .*zeros'
refused "# $ONE\n" ': no cookie secret in it'
refused '' ': no cookie secret in it'
rm "$WORK/wrong"
mkdir "$WORK/none"
status=0
in_server "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 "${ZONE_ARGS[@]}" --pin "$PIN" \
	--cookie-secrets "$WORK/none/wrong" > "$WORK/said" 2>&1 || status=$?
[ $status -eq 1 ] && grep -q "$WORK/none/wrong: No such file" "$WORK/said" ||
	fail "no file: exit $status, $(cat "$WORK/said")"

# --- no secrets, no cookies
start_rootxdp --tiers tc
no_cookies "without secrets"
stop rootxdp

# --- each kind and age of cookie, by XDP (it has room where padding was), tc and the fallback
put $ONE $TWO
start_rootxdp --tiers xdp --cookie-secrets "$SECRETS"
every_case --padding 1000 "$SECRETS" $SERVER4/udp $SERVER6/udp
all_answered xdp
stop rootxdp
start_rootxdp --tiers tc --cookie-secrets "$SECRETS"
every_case "$SECRETS" $SERVER4/udp $SERVER6/udp
all_answered tc
[ "$(counter tc answer_cookie)" -ge 30 ] && [ "$(counter tc answer_badcookie)" -ge 60 ] ||
	fail "without a question: $("$B/rootxdp" stats --pin "$PIN")"
every_case "$SECRETS" $SERVER4/tcp $SERVER6/tcp
"$B/rootxdp" status --pin "$PIN" > "$WORK/status.log"
grep -q '^cookies       on, 2 secrets$' "$WORK/status.log" || fail "status"
"$B/rootxdp" status -j --pin "$PIN" >> "$WORK/status.log"
grep -q '"cookie_secrets": 2,' "$WORK/status.log" || fail "status -j"

# --- what a client learns from the kernel, the fallback takes, and the other way
for server in $SERVER4 $SERVER6; do
	learned=("$(with_dig "$server" +notcp)" "$(with_dig "$server" +tcp)"
		"$(with_kdig "$server" +cookie)" "$(with_kdig "$server" +cookie +tcp)"
		"$(with_drill "$server" 2464c4abcf10c957)"
		"$(with_drill "$server" 2464c4abcf10c957 -t)")
	next_second
	for cookie in "${learned[@]}"; do
		kept "dig $server" "$cookie" with_dig "$server" +notcp "+cookie=$cookie"
		kept "dig $server, TCP" "$cookie" with_dig "$server" +tcp "+cookie=$cookie"
		kept "kdig $server" "$cookie" with_kdig "$server" "+cookie=$cookie"
		kept "kdig $server, TCP" "$cookie" with_kdig "$server" +tcp "+cookie=$cookie"
		kept "drill $server" "$cookie" with_drill "$server" "$cookie"
		kept "drill $server, TCP" "$cookie" with_drill "$server" "$cookie" -t
	done
	renewed "too short" "$cookie" with_dig "$server" +notcp "+cookie=${cookie%??}"
done

# --- the other site with this file takes it too
start_site
every_case "$SECRETS" $SITE4/udp $SITE6/udp $SITE4/tcp $SITE6/tcp
shared $SERVER4 $SITE4
shared $SERVER6 $SITE6
shared $SITE4 $SERVER4
shared $SITE6 $SERVER6
stop site
ip netns del "$SITE_NS"
NAMESPACES=("$SERVER_NS" "$CLIENT_NS")

# --- SIGHUP: kernel and fallback follow together, though only root may read the file
cookie=$(with_dig $SERVER4 +notcp)
next_second
known "$cookie" start
[ "$(ps -o user= --ppid "${PID_OF[rootxdp]}")" = nobody ] || fail "the fallback is not nobody"
[ "$(stat -c '%U %a' "$SECRETS")" = 'root 600' ] || fail "others may read the secrets"
put $TWO $ONE
reload
known "$cookie" "the previous secret"
put "${ONE}ff"
reload
grep -q "^rootxdp: $SECRETS:1: " "$WORK/rootxdp.log" || fail "no word of a wrong file"
known "$cookie" "a wrong file"
rm "$SECRETS"
reload
grep -q "^rootxdp: $SECRETS: No such file" "$WORK/rootxdp.log" || fail "no word of a missing file"
known "$cookie" "a missing file"
put $TWO
reload
unknown "$cookie" "a forgotten secret"
every_case "$SECRETS" $SERVER4/udp $SERVER6/udp $SERVER4/tcp $SERVER6/tcp

# --- the fallback by itself: the same cookies, and its own way to another secret
chmod 711 "$WORK"
start_reference --cookie-secrets "$SECRETS"
shared $SERVER4 $REFERENCE4
shared $REFERENCE6 $SERVER6
cookie=$(with_dig $REFERENCE4 +notcp)
put $ONE
kill -USR1 "${PID_OF[reference]}"
wait_line reference "secrets stay as they are: .*$SECRETS.*may not read it again"
kept "no rights" "$cookie" with_dig $REFERENCE4 +notcp "+cookie=$cookie"
chgrp "$(id -gn nobody)" "$SECRETS" && chmod g+r "$SECRETS"
kill -USR1 "${PID_OF[reference]}"
wait_line reference '^secrets count=1'
renewed "another secret" "$cookie" with_dig $REFERENCE4 +notcp "+cookie=$cookie"
stop reference

# --- a killed loader's kernel goes on giving cookies; the next one says which
put $TWO
cookie=$(with_dig $SERVER4 +notcp)
stop rootxdp KILL
next_second
kept "after the loader's death" "$cookie" with_dig $SERVER4 +notcp "+cookie=$cookie"
start_rootxdp --tiers tc --cookie-secrets "$SECRETS"
known "$cookie" "taken over"
stop rootxdp KILL
start_rootxdp --tiers tc
no_cookies "taken over without secrets"
stop rootxdp

# --- ONE -> ONE,TWO -> TWO,ONE -> TWO (RFC 9018 5) while many clients ask
put $ONE $TWO
cp "$SECRETS" "$WORK/both"
put $ONE
start_rootxdp --tiers tc --cookie-secrets "$SECRETS"
start asker "$CLIENT_NS" tests/netns/cookie_asker.py "$WORK/both" $SERVER4 $SERVER6
wait_line asker '^asking'
for step in "$ONE $TWO" "$TWO $ONE" "$TWO"; do
	sleep 1.5
	# shellcheck disable=SC2086
	put $step
	reload
	kill -USR1 "${PID_OF[asker]}"
	[ "$step" != "$TWO $ONE" ] || wait_line asker '^all renewed'
done
sleep 1.5
stop asker
[ "$STOPPED" -eq 0 ] || fail "cookies under rollover"
figures=$(tail -n 1 "$WORK/asker.log")
read -r _ asked _ _ _ _ _ kept _ renewed _ fresh _ udp _ rate _ ports _ of_two <<< "$figures"
[ "$of_two" -eq "$ports" ] && [ "$asked" -eq $((kept + renewed + fresh)) ] &&
	[ "$asked" -gt 5000 ] || fail "$figures"
ASKED=$udp
all_answered tc
! grep -rqE "$ONE|$TWO" "$WORK"/*.log || fail "a secret is in the logs"
echo "# $cases cases; rollover: $asked queries at $rate/s from $ports ports, none lost or wrong," \
	"$kept cookies kept, $renewed renewed, $fresh fresh"
