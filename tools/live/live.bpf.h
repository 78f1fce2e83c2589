/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of frames that user space and the sending program share. */
#ifndef ROOTXDP_LIVE_BPF_H
#define ROOTXDP_LIVE_BPF_H

#include <linux/types.h>

#define LIVE_FRAMES      1024 /* that one flush sends */
#define LIVE_FRAME_LEAST 14
#define LIVE_FRAME_MOST  2044 /* bytes */
/*
 * Length of each run's packet before its frame is written; no frame that is sent has it. One whose
 * length is left alone goes out with that which its memory had at the end of its last journey.
 */
#define LIVE_BLANK       15

struct live_frame {
	__u32 length;
	__u8 bytes[LIVE_FRAME_MOST];
};

#endif
