/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the generator's BPF programs and its user space share. */
#ifndef ROOTXDP_PACED_H
#define ROOTXDP_PACED_H

#include <linux/types.h>

#define PACED_FRAMES      16384 /* that are sent round and round: a power of two */
#define PACED_FRAME_LEAST 60
#define PACED_BURST       32    /* that are sent in one go, as the other generator does */

struct paced_frame {
	__u16 length;     /* PACED_FRAME_LEAST to 254 */
	__u8 bytes[254];
};

#endif
