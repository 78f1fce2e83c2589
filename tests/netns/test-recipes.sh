#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tools/recipes: NSD, Knot and BIND as the fallback, each with its recipe. The zone comes from a primary
# to the server, from there to the kernel; a newer one reaches both.
. tests/netns/lib.sh

OLD=2018080101 NEW=2018080200
TWO=(--trust-anchors "$DATA/all-ksk.ds" --validate-at 2018-08-02T12:00:00Z --zonemd ignore)

serial() {
	in_client dig "@$SERVER4" +norec +short +tries=1 +time=2 "$@" . SOA 2> /dev/null | cut -d' ' -f3
}
is() {
	[ "$("${@:2}")" = "$1" ]
}
within() {
	local tries=$(($1 * 10))
	shift
	until "$@"; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.1
	done
}

# recipe FILE: with this test's addresses.
recipe() {
	sed "s/192\.0\.2\.53/$SERVER4/; s/2001:db8::53/$SERVER6/; s/192\.0\.2\.1\b/$CLIENT4/" "tools/recipes/$1"
}

# The primary: NSD, told of a new file by SIGHUP.
netns_pair
cp "$DATA/root.zone.$OLD" "$WORK/primary.zone"
mkdir "$WORK/server"

# with NAME COMMAND...: the server as its recipe has it, and rootxdp before it.
with() {
	local name=$1 before
	shift
	cp "$DATA/root.zone.$OLD" "$WORK/primary.zone"
	start_nsd primary "$CLIENT_NS" $CLIENT4 <<- END
		zone:
			name: "."
			zonefile: "$WORK/primary.zone"
			provide-xfr: $SERVER4 NOKEY
			notify: $SERVER4 NOKEY
	END
	start "$name" "$SERVER_NS" "$@"
	within 30 is $OLD serial +tcp || fail "$name: no zone from the primary: $(serial +tcp)"
	start rootxdp "$SERVER_NS" "$B/rootxdp" run -i "$SERVER_IF" -a $SERVER4 -a $SERVER6 --pin "$PIN" \
		--fallback none --state "$WORK/state-$name" "${TWO[@]}" \
		--source axfr:127.0.0.1 --notify-from 127.0.0.1 --notify-listen 127.0.0.1@5300
	wait_line rootxdp "^ready serial=$OLD" 30
	before=$(counter tc answered)
	[ "$(serial +notcp)" = $OLD ] || fail "$name: serial $(serial +notcp)"
	[ "$(counter tc answered)" -gt "$before" ] || fail "$name: the kernel did not answer"
	cp "$DATA/root.zone.$NEW" "$WORK/next"
	mv "$WORK/next" "$WORK/primary.zone"
	kill -HUP "${PID_OF[primary]}"
	wait_line rootxdp "^reloaded serial=$NEW" 60
	is $NEW serial +notcp || fail "$name: the kernel has $(serial +notcp)"
	is $NEW serial +tcp || fail "$name: the server has $(serial +tcp)"
	stop rootxdp
	stop "$name"
	stop primary
}

{
	recipe nsd.conf
	cat << END
server:
  username: ""
  zonesdir: "$WORK/server"
  pidfile: "$WORK/server/pid"
  database: ""
  xfrdfile: "$WORK/server/xfrd"
  xfrdir: "$WORK/server"
  zonelistfile: "$WORK/server/zones"
remote-control:
  control-enable: no
END
} > "$WORK/nsd.conf"
with nsd /usr/sbin/nsd -d -c "$WORK/nsd.conf"

{
	recipe knot.conf | sed "s|^server:|&\n    rundir: $WORK/server|"
	printf 'database:\n    storage: %s/knot\ntemplate:\n  - id: default\n    storage: %s/server\n' "$WORK" "$WORK"
} > "$WORK/knot.conf"
rm -f "$WORK"/server/*
with knot /usr/sbin/knotd -c "$WORK/knot.conf"

recipe named.conf | sed "s|^options {|& directory \"$WORK/server\"; pid-file none; session-keyfile \"$WORK/key\"; dnssec-validation no;|" \
	> "$WORK/named.conf"
rm -f "$WORK"/server/*
with bind /usr/sbin/named -g -c "$WORK/named.conf"

echo "# NSD, Knot, BIND: kernel and server on one serial, before and after a new zone"
