// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes `interfaces` first: it decides where a slot says that there are more. */
#include <bpf/bpf.h>

#include "interfaces.h"

int interfaces_write(int interfaces, int slots, __u32 ifindex, const struct interface *interface)
{
	__u32 index = interface_slot_of(ifindex);
	struct interface_slot slot;
	int error = bpf_map_update_elem(interfaces, &ifindex, interface, BPF_ANY);

	if (!error)
		error = bpf_map_lookup_elem(slots, &index, &slot);
	if (error)
		return error;
	interface_slot_join(&slot, ifindex, interface);
	return bpf_map_update_elem(slots, &index, &slot, BPF_ANY);
}

int interfaces_remove(int interfaces, int slots, __u32 ifindex)
{
	__u32 index = interface_slot_of(ifindex);
	struct interface_slot slot;
	int error = bpf_map_delete_elem(interfaces, &ifindex);

	if (!error)
		error = bpf_map_lookup_elem(slots, &index, &slot);
	if (error)
		return error;
	interface_slot_leave(&slot, ifindex);
	return bpf_map_update_elem(slots, &index, &slot, BPF_ANY);
}
