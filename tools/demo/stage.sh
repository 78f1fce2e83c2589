# SPDX-License-Identifier: GPL-2.0-or-later
# What the demo and the benchmark share; sourced. Names of namespaces and pins end in -PID.

# remove_stage NS PIN...: ends what runs in a namespace of ours, unloads its pins, deletes it. What
# is gone already is fine, in scripts that end at the first failure, too.
remove_stage() {
	local ns=$1 pin pid
	shift
	if [ -e "/run/netns/$ns" ]; then
		for pid in $(ip netns pids "$ns" 2> /dev/null); do
			kill -TERM "$pid" 2> /dev/null || true
		done
		for _ in $(seq 60); do
			[ -n "$(ip netns pids "$ns" 2> /dev/null)" ] || break
			sleep 0.05
		done
		for pid in $(ip netns pids "$ns" 2> /dev/null); do
			kill -KILL "$pid" 2> /dev/null || true
		done
	fi
	for pin in "$@"; do
		[ ! -d "$pin" ] || "$B/rootxdp" unload --pin "$pin" > /dev/null 2>&1 || true
		[ ! -d "$pin" ] || rm -rf "$pin"
	done
	[ ! -e "/run/netns/$ns" ] || ip netns del "$ns" 2> /dev/null || true
}

# remove_leftovers SCRIPT PREFIX: stages of runs of SCRIPT that were killed before they could clean up.
# They are named PREFIX-PID and PREFIX-PID-ANYTHING.
remove_leftovers() {
	local script=$1 prefix=$2 path ns pid
	for path in /run/netns/"$prefix"-* /sys/fs/bpf/"$prefix"-*; do
		[ -e "$path" ] || continue
		ns=${path##*/}
		pid=${ns#"$prefix"-}
		pid=${pid%%-*}
		case $pid in '' | *[!0-9]*) continue ;; esac
		[ "$pid" != $$ ] || continue
		# Still running, and not a stranger that has got the number since?
		! grep -qsF "$script" "/proc/$pid/cmdline" || continue
		remove_stage "$ns" /sys/fs/bpf/"$prefix-$pid" /sys/fs/bpf/"$prefix-$pid"-*
		rm -rf "/tmp/$prefix-$pid".*
	done
}

# start_loader NS LOG OPTION...: rootxdp run in a namespace; ends with this script, however that ends.
# Returns when it is ready; its process id is in LOADER. False: what it said is in LOG, or it is not
# ready after START_SECONDS (20).
LOADER=
start_loader() {
	local ns=$1 log=$2
	shift 2
	nsenter --net="/run/netns/$ns" setpriv --pdeathsig TERM "$B/rootxdp" run "$@" \
		> "$log" 2>&1 < /dev/null &
	LOADER=$!
	for _ in $(seq $((${START_SECONDS:-20} * 20))); do
		! grep -qs '^ready ' "$log" || return 0
		kill -0 $LOADER 2> /dev/null || return 1
		sleep 0.05
	done
	return 1
}
