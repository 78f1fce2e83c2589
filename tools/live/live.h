/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends frames as a physical driver would deliver them: natively to the peer's XDP, with room. */
#ifndef ROOTXDP_LIVE_H
#define ROOTXDP_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live.bpf.h"

struct live_port;

/*
 * Makes `ifname` (a veth whose peer has native XDP) ready to send. Attaches an XDP_PASS program
 * to it for as long as this process or live_close() lets it, unless one is there already: without
 * one no XDP_TX of the peer arrives. Needs root. NULL: one line in why[256].
 */
struct live_port *live_open(const char *ifname, char why[256]);

/*
 * Puts one Ethernet frame of 14 to LIVE_FRAME_MOST bytes into the table of those that the next
 * live_flush() sends. False: the table is full (LIVE_FRAMES), or it is no such frame.
 */
bool live_add(struct live_port *port, const void *frame, size_t length);

/*
 * Sends the table's frames in order, `times` times over (1 or more), and empties it. One call
 * costs about 20 ms however many frames it sends, so it pays to add many. 0, or a negative errno.
 */
int live_flush(struct live_port *port, unsigned int times);

/* Sends one frame `repeat` times. 0, or a negative errno; frames added before are sent too. */
int live_send(struct live_port *port, const void *frame, size_t length, unsigned int repeat);

/*
 * Runs an XDP program on `repeat` frames of LIVE_BLANK bytes that seem to come from the device: it
 * makes them what it likes (shorter than that no query is, so none is left as it was), and XDP_TX
 * hands them to the peer. 0, or a negative errno.
 */
int live_run(int program, uint32_t ifindex, unsigned int repeat);

/* Ends it; NULL is fine. */
void live_close(struct live_port *port);

#endif
