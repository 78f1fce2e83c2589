/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells whoever started us that a primary has a newer zone. */
#ifndef ROOTXDP_SERVER_NOTIFIED_H
#define ROOTXDP_SERVER_NOTIFIED_H

#include "guard.h"
#include "notify.h"

/* The primary at this address says so, and is believed. Any thread may call it. */
void notified_hear(const struct notify_config *config, const struct address *from);

/*
 * To be called once a second by one thread: prints "notify from=ADDRESS" on stdout for each primary
 * that was heard since. So a primary that goes on fills nobody's log, and what it says last is told
 * nevertheless: it may be of a zone that is newer still. Never waits: who does not read now is told
 * later.
 */
void notified_tell(const struct notify_config *config);

#endif
