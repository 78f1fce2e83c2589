#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the BPF programs with every clang that is to do, and loads them: tests/prog/budget.txt says
# how many instructions the verifier may process. The tools' and tests' own programs build too.
set -euo pipefail

B="${B:-build}"
VERSIONS=(14 16 19)

[ "$(id -u)" -eq 0 ] || { echo "loading programs needs root"; exit 77; }
WORK=$(mktemp -d "/tmp/rxp-$$.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 143' TERM INT

missing=() seen=
for version in "${VERSIONS[@]}"; do
	command -v "clang-$version" > /dev/null || { missing+=("clang-$version"); continue; }
	objects=()
	for source in bpf/*.bpf.c tools/*/*.bpf.c tests/*/*.bpf.c; do
		objects+=("$WORK/$version/${source%.c}.o")
	done
	make -s B="$WORK/$version" CLANG="clang-$version" "${objects[@]}"
	"$B/tests/prog/test_verifier" "${objects[0]}" | tee "$WORK/said"
	counts=$(sed -n 's/.*: rootxdp_\(.*\): \([0-9]*\) in.*/ \1 \2/p' "$WORK/said" | tr -d '\n')
	seen+="${seen:+; }clang $version:$counts"
done
echo "# $seen instructions processed by the verifier"
[ ${#missing[@]} -eq 0 ] || { echo "not tried: ${missing[*]} (sudo make packages)"; exit 77; }
