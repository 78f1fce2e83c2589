/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benchmark's BPF programs and its driver share. */
#ifndef ROOTXDP_FLOORS_H
#define ROOTXDP_FLOORS_H

#include <linux/types.h>

/*
 * Frames that are sent round and round; so many that they, and the replies to them, are not
 * cached.
 */
#define QUERIES 8192

struct query_frame {
	__u16 length;      /* 60-254 */
	__u8 bytes[254];
};

/* Everything that replies are made of, as it lies in the zone's shelves. */
#define BODIES_SIZE (16 << 20)
#define GROW_MOST 4095

struct bodies {
	__u8 bytes[BODIES_SIZE];
	__u8 margin[GROW_MOST + 1];
};

/*
 * A client's MAC address tells the floor what the reply to this query is: where its body lies
 * and by how much the frame grows (or shrinks). All else in the frame is as any client sends it.
 */
struct floor_plan {
	__u8 local;        /* 02: a locally administered address */
	__u8 place[3];     /* in struct bodies, in units of 8 bytes; network order */
	__u8 grow[2];      /* bytes, signed; network order */
};

#endif
