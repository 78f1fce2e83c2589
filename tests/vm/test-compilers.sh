#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The least kernel (Debian 12's) takes the programs as every clang that is to do makes them. Its
# verifier knows less than newer ones do: what tests/prog/test-compilers.sh loads may fail here.
. tools/vm/guest.sh
set -E
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

VERSIONS=(14 16 19)

skip() {
	echo "$*"
	exit 77
}

[ "$(id -u)" -eq 0 ] || skip "a tap and a namespace need root"
[ -c /dev/net/tun ] || skip "/dev/net/tun is missing: there are no taps for qemu here"
command -v qemu-system-x86_64 > /dev/null || skip "qemu-system-x86_64 is missing"
for version in "${VERSIONS[@]}"; do
	command -v "clang-$version" > /dev/null || skip "clang-$version is missing (sudo make packages)"
done

GUEST_FILES=("$B/tests/prog/test_verifier" tests/prog/budget.txt)
for version in "${VERSIONS[@]}"; do
	object=$B/clang-$version/bpf/rootxdp.bpf.o
	make -s B="$B/clang-$version" CLANG="clang-$version" "$object"
	GUEST_FILES+=("$object")
done
guest_boot
guest "mount -t bpf bpf /sys/fs/bpf" > "$GUEST_WORK/mounted" 2>&1 || true
seen=
for version in "${VERSIONS[@]}"; do
	object=$B/clang-$version/bpf/rootxdp.bpf.o
	guest "cd / && $B/tests/prog/test_verifier $object" > "$GUEST_WORK/said" || {
		cat "$GUEST_WORK/said"
		fail "clang $version"
	}
	counts=$(tr -d '\r' < "$GUEST_WORK/said" |
		sed -n 's/.*: rootxdp_\(.*\): \([0-9]*\) in.*/ \1 \2/p' | tr -d '\n')
	[ -n "$counts" ] || fail "clang $version: $(cat "$GUEST_WORK/said")"
	seen+="${seen:+; }clang $version:$counts"
done
echo "# $(guest uname -r): $seen instructions processed by the verifier"
guest_off
