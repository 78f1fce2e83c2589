/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the generator's BPF programs and its user space share. */
#ifndef ROOTXDP_PACED_H
#define ROOTXDP_PACED_H

#include "query_frame.h"

#define PACED_FRAMES 16384 /* that are sent round and round: a power of two */
#define PACED_BURST  32    /* that are sent in one go, as the other generator does */

#endif
