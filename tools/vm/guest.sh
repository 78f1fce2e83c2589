# SPDX-License-Identifier: GPL-2.0-or-later
# A guest with Debian 12's kernel and rootxdp in it, on a tap; sourced. It cleans up at exit.
#
#	. tools/vm/guest.sh
#	guest_boot                              a namespace with a tap, and the guest at its other end
#	guest_run_rootxdp -i eth0 -a $SERVER4   the loader in the guest, until it is ready
#	in_client kdig @$SERVER4 com. NS
#	guest rootxdp stats                     any line of shell, run in the guest
#
# The guest is emulated (TCG): slow, but the same on machines that have no virtualisation to offer.
# The namespace has the process id in its name, so that any number of guests may run at once.
set -euo pipefail

B="${B:-build}"
CLIENT_NS=rxv-$$

# The guest's device eth0 has these, and eth1 those that follow; clients have 9 in place of 1.
SERVER4=10.53.0.1 SERVER6=fd53::1
SECOND4=10.53.1.1 SECOND6=fd53:0:0:1::1

# XDP on virtio-net needs a spare transmit queue for each CPU, and receive offloads that are off.
NIC_OFFLOADS_OFF=guest_tso4=off,guest_tso6=off,guest_ufo=off,guest_ecn=off,guest_csum=off
# A device that can be told to switch them off is told when XDP is attached.
NIC_OFFLOADS_ON=ctrl_guest_offloads=on

# The bundled zone, as it lies in the guest, and the time at which it is valid.
GUEST_ZONE_ARGS="--zone /zone/root.zone --trust-anchors /zone/root.ds"
GUEST_ZONE_ARGS+=" --validate-at 2026-08-01T00:00:00Z"

GUEST_WORK=$(mktemp -d "/tmp/rxv-$$.XXXXXX")
GUEST_CONSOLE=$GUEST_WORK/console
GUEST_PID= GUEST_ADDRESSES= GUEST_DEVICES=()

# What else the guest is to have, before it boots: files of this folder, in the same place below /.
GUEST_FILES=()

# Ends the caller as failed, showing the guest's console.
fail() {
	echo "FAILED: $*" >&2
	[ ! -s "$GUEST_CONSOLE" ] || { echo "--- console of the guest"; tail -n 40 "$GUEST_CONSOLE"; } >&2
	exit 1
}

guest_clean_up() {
	set +e
	trap - ERR
	trap '' TERM INT
	if [ -n "$GUEST_PID" ]; then
		kill -KILL "$GUEST_PID"
		wait "$GUEST_PID"
	fi
	[ ! -e "/run/netns/$CLIENT_NS" ] || ip netns del "$CLIENT_NS"
	rm -rf "$GUEST_WORK"
} 2> /dev/null
trap guest_clean_up EXIT
trap 'exit 143' TERM INT

# `ip netns exec` would hide /sys/fs/bpf.
in_client() {
	nsenter --net="/run/netns/$CLIENT_NS" "$@"
}

# add_device NUMBER NIC: the guest's device ethNUMBER, on a tap rxv-NUMBER with two queues.
add_device() {
	local tap=rxv-$1 four=10.53.$1 six=fd53:0:0:$1
	in_client ip tuntap add dev "$tap" mode tap multi_queue
	in_client ip address add "$four.9/24" dev "$tap"
	in_client ip address add "$six::9/64" dev "$tap" nodad
	in_client ip link set "$tap" up
	GUEST_ADDRESSES+=" eth$1=$four.1/24,$six::1/64"
	GUEST_DEVICES+=(
		-netdev "tap,id=net$1,ifname=$tap,script=no,downscript=no,queues=2,vhost=off"
		-device "virtio-net-pci,netdev=net$1,mac=52:54:00:53:00:0$1,romfile=,mq=on,vectors=6,$2")
}

# guest_boot [NIC...]: boots the guest and waits until it takes orders; NIC is options of a device.
guest_boot() {
	local nic number=0
	tools/vm/kernel "$B/vm/kernel"
	tools/vm/initramfs "$B/vm/kernel" "$GUEST_WORK/initramfs" "${GUEST_FILES[@]}"
	ip netns add "$CLIENT_NS"
	in_client ip link set lo up
	for nic in "${@:-$NIC_OFFLOADS_OFF}"; do
		add_device $((number++)) "$nic"
	done
	mkfifo "$GUEST_WORK"/orders.{in,out}
	nsenter --net="/run/netns/$CLIENT_NS" setpriv --pdeathsig KILL qemu-system-x86_64 \
		-accel tcg -cpu max -smp 1 -m 512 -nodefaults -no-user-config -no-reboot -display none \
		-kernel "$B/vm/kernel/vmlinuz" -initrd "$GUEST_WORK/initramfs" \
		-append "console=ttyS0 quiet panic=-1 no_timer_check tsc=reliable $GUEST_ADDRESSES" \
		-serial "file:$GUEST_CONSOLE" -serial "pipe:$GUEST_WORK/orders" "${GUEST_DEVICES[@]}" \
		> "$GUEST_WORK/qemu" 2>&1 < /dev/null &
	GUEST_PID=$!
	exec {ORDERS}<> "$GUEST_WORK/orders.in" {ANSWERS}<> "$GUEST_WORK/orders.out"
	guest_answer 240 || fail "the guest did not boot: $(cat "$GUEST_WORK/qemu")"
}

# guest_answer SECONDS: prints what the guest says, up to the order's status, which is returned.
# Printed last, so that a reader who has seen enough can't end it before the status is read.
guest_answer() {
	local part text= status tries=$1
	until IFS= read -r -t 1 -d $'\x1e' -u "$ANSWERS" part; do
		text+=$part
		kill -0 "$GUEST_PID" 2> /dev/null && [ $((tries--)) -gt 0 ] || return 1
	done
	IFS= read -r -t 10 -d $'\x1e' -u "$ANSWERS" status || return 1
	printf '%s' "$text$part"
	return "$status"
}

# guest ORDER...: runs a line of shell in the guest; its output and its status are the guest's.
guest() {
	printf '%s\n' "$*" >&"$ORDERS"
	guest_answer 300
}

# guest_run_rootxdp OPTION...: the loader, until it is ready; prints its ready line.
guest_run_rootxdp() {
	guest "start rootxdp rootxdp run $GUEST_ZONE_ARGS $*" || return
	guest "await rootxdp '^ready ' 240"
}

# guest_counters: what the guest's kernel counted, as lines of TIER NAME COUNT.
guest_counters() {
	guest rootxdp stats -j | awk -F '[":, ]+' '
		/"(xdp|tc)": \{/ { tier = $2 }
		tier && $3 ~ /^[0-9]+$/ { print tier, $2, $3 }'
}

# guest_counter TIER NAME: one of these.
guest_counter() {
	guest_counters | awk -v tier="$1" -v name="$2" '$1 == tier && $2 == name { print $3 }'
}

# Switches the guest off, and waits until it is.
guest_off() {
	echo 'poweroff -f' >&"$ORDERS"
	wait "$GUEST_PID" || true
	GUEST_PID=
}
