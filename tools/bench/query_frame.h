/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A query that is made before anything is measured: the frame, as it is sent. */
#ifndef ROOTXDP_QUERY_FRAME_H
#define ROOTXDP_QUERY_FRAME_H

#include <linux/types.h>

#define QUERY_FRAME_LEAST 60

struct query_frame {
	__u16 length;      /* QUERY_FRAME_LEAST to 254 */
	__u8 bytes[254];
};

#endif
