/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One end of a veth: the program that meets what arrives at it, and its own counters. */
#ifndef ROOTXDP_DEVICE_H
#define ROOTXDP_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "guard.h"

/* Attaches a program (a descriptor) to the device. False: one line in why[256]. */
bool device_attach(int ifindex, enum tier tier, int program, char why[256]);

/* A descriptor of the program that somebody attached there, for close(); -1: there is none. */
int device_program(int ifindex, enum tier tier);

/* A socket that sends frames from the device, past its queues; -1 with errno. */
int device_socket(int ifindex);

/*
 * Frames that arrived at the device since it was made, as it counts them itself: `received` before
 * any program of ours sees them; `dropped`: they found it full. What two CPUs drop at once, at one
 * queue, the kernel counts without a lock: there `dropped` may be too small.
 *
 * A veth counts for both ends what the receiving end has taken: received here is sent at its peer.
 * So only what arrives is asked for. It counts a batch of frames when it has gone through all of
 * them: what a program has just seen may not be counted yet.
 */
struct device_counts {
	uint64_t received, dropped;
};

/* A device of this thread's network namespace. False: one line in why[256]. */
bool device_counts(int ifindex, struct device_counts *counts, char why[256]);

#endif
