#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# rootxdp check-config: the sample as it stands and with every setting of it, exit codes, JSON.
set -euo pipefail
cd "$(dirname "$0")/../.."
ROOTXDP=${B:-build}/rootxdp
SAMPLE=tools/config/rootxdp.yaml

WORK=$(mktemp -d /tmp/rootxdp-config.XXXXXX)
trap 'rm -rf "$WORK"' EXIT

fail() {
	echo "FAILED: $*"
	tail -n 20 "$WORK"/out "$WORK"/err
	exit 1
}

# check STATUS ARG...: what check-config says is in $WORK/out and $WORK/err.
check() {
	local status=$1 got=0
	shift
	"$ROOTXDP" check-config "$@" > "$WORK/out" 2> "$WORK/err" || got=$?
	[ $got -eq "$status" ] || fail "exit $got instead of $status: $*"
}

echo "the sample"
check 0 $SAMPLE
grep -qx "$SAMPLE: good" "$WORK/out" || fail "not good"
grep -qE 'sources +https://www.internic.net/domain/root.zone$' "$WORK/out" || fail "other sources"
[ ! -s "$WORK/err" ] || fail "something to say of the sample"
sed -E 's/^#(  |[^ ])/\1/' $SAMPLE > "$WORK/whole.yaml"
chmod 600 "$WORK/whole.yaml"
check 0 "$WORK/whole.yaml"
grep -qE 'interfaces +eth0$' "$WORK/out" || fail "no interface"
! grep -v 'No such file or directory' "$WORK/err" || fail "more to say of the whole sample"
[ "$(grep -c . "$WORK/err")" -eq 4 ] || fail "not four files that are not there"

echo "every key is in it"
# known TEXT: the keys that may stand where TEXT has the key 'x'.
known() {
	echo "$1" > "$WORK/unknown.yaml"
	check 1 "$WORK/unknown.yaml"
	sed -n 's/.* is no key here; these are: //p' "$WORK/err" | tr -d ' ' | tr ',' '\n' > "$WORK/known"
	[ -s "$WORK/known" ] || fail "no keys where '$1' has x"
}
for text in 'x: 1' 'keys: [{x: 1}]' 'zone: {x: 1}' 'zone: {sources: [{x: 1}]}' 'notify: {x: 1}' \
	'zone: {sources: [{tls: {x: 1}}]}' 'zone: {limits: {x: 1}}' 'notify: {from: [{x: 1}]}' 'rate-limit: {x: 1}'; do
	known "$text"
	while read -r key; do
		grep -qE "^#? *(- )?$key:" $SAMPLE || fail "the sample has no '$key', as in '$text'"
	done < "$WORK/known"
done

echo "faults, all of them"
printf '%s\n' 'zone:' '  zonemd: maybe' '  sources:' '  - axfr: nowhere' 'colour: red' > "$WORK/bad.yaml"
check 1 "$WORK/bad.yaml"
for line in "bad.yaml:2: zone.zonemd: 'maybe' must be require" "bad.yaml:4: zone.sources\[0\].axfr: 'nowhere'" \
	"bad.yaml:5: colour: is no key here" "bad.yaml: not good: errors: 3"; do
	grep -qE "^rootxdp: .*$line" "$WORK/err" || fail "did not say '$line'"
done
[ ! -s "$WORK/out" ] || fail "wrote to stdout"
check 1 "$WORK/none.yaml"
grep -q "none.yaml: No such file or directory" "$WORK/err" || fail "found what there is not"
check 2
check 2 one two
check 2 "$WORK/bad.yaml" --pin /x

echo "JSON"
check 1 -j "$WORK/bad.yaml"
[ ! -s "$WORK/err" ] || fail "JSON, and text"
/usr/bin/python3 - "$WORK/out" << 'PYTHON' || fail "other JSON"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["schema"] == 1 and said["good"] is False and said["file"].endswith("bad.yaml")
assert [(f["line"], f["key"], f["severity"]) for f in said["findings"]] == [
	(2, "zone.zonemd", "error"), (4, "zone.sources[0].axfr", "error"), (5, "colour", "error")]
assert all(f["message"] for f in said["findings"])
PYTHON
check 0 -j "$WORK/whole.yaml"
/usr/bin/python3 - "$WORK/out" << 'PYTHON' || fail "other JSON"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["good"] is True and {f["severity"] for f in said["findings"]} == {"warning"}
PYTHON
