/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a BPF program count its calls of helpers: included before its first line (clang -include),
 * with helper_calls.h, where each bpf_NAME() is a macro that counts. The program's source stays.
 */
#ifndef ROOTXDP_TEST_COUNTED_BPF_H
#define ROOTXDP_TEST_COUNTED_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define HELPERS_MOST   512
#define MAP_TYPES_MOST 64

/* In .bss, where counting needs no helper. Packets are run one after another. */
__u64 helper_calls[HELPERS_MOST]; /* by number: enum bpf_func_id */
__u64 look_ups[MAP_TYPES_MOST];   /* calls of bpf_map_lookup_elem() by type of map */

#include "helper_calls.h"

/* Maps that an outer one gave are `void *`, and arrays, all of them. */
struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
};

#define MAP_TYPE(map)                                                                              \
	(sizeof(*((__typeof__(_Generic((map), void *: (struct inner_map *)0, default: (map))))0)   \
			 ->type) /                                                                 \
	 sizeof(int))

#undef bpf_map_lookup_elem
#define bpf_map_lookup_elem(map, key)                                                              \
	(helper_calls[BPF_FUNC_map_lookup_elem]++, look_ups[MAP_TYPE(map)]++,                      \
	 bpf_map_lookup_elem(map, key))

#endif
