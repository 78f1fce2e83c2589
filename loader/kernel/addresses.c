// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes `addresses` first: it decides where a slot says that there are more. */
#include <bpf/bpf.h>
#include <string.h>

#include "addresses.h"

int addresses_add(int addresses, int slots, const struct address *address, enum address_use use)
{
	__u32 index = address_slot_of(address), value = use;
	struct address_slot slot, before;
	int error = bpf_map_update_elem(addresses, address, &value, BPF_ANY);

	if (!error)
		error = bpf_map_lookup_elem(slots, &index, &slot);
	if (error)
		return error;
	before = slot;
	address_slot_join(&slot, address, use);
	return memcmp(&slot, &before, sizeof(slot)) ? bpf_map_update_elem(slots, &index, &slot, BPF_ANY)
						    : 0;
}
