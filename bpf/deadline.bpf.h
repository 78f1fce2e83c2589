/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Until when a zone is answered from. */
#ifndef ROOTXDP_DEADLINE_BPF_H
#define ROOTXDP_DEADLINE_BPF_H

#include <bpf/bpf_helpers.h>

#include "layout.h"

#define NANOSECONDS 1000000000

/*
 * Past the deadline? The clocks that decide take 25 ns each to read, so one packet a second looks
 * at them, and the others at what it saw. Several CPUs may do so at once, with the same outcome.
 */
static __always_inline int is_over(struct deadline *deadline)
{
	__u64 now = bpf_ktime_get_coarse_ns();

	if (now >= deadline->recheck_ns) {
		deadline->over = bpf_ktime_get_boot_ns() >= deadline->boot_ns ||
				 (deadline->tai_ns && bpf_ktime_get_tai_ns() >= deadline->tai_ns);
		deadline->recheck_ns = now + NANOSECONDS;
	}
	return deadline->over;
}

#endif
