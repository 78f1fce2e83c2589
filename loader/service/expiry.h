/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says in time that the zone's time runs out. */
#ifndef ROOTXDP_EXPIRY_H
#define ROOTXDP_EXPIRY_H

struct service;

/*
 * To be called about once a second: one line on stderr when half of the zone's time is over, when a
 * tenth of it is left, when it has ended, and when it is good again.
 */
void expiry_tick(struct service *service);

#endif
