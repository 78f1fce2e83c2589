/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells whoever started us that a primary has a newer zone. */
#ifndef ROOTXDP_SERVER_NOTIFIED_H
#define ROOTXDP_SERVER_NOTIFIED_H

#include "guard.h"

/*
 * Prints "notify from=ADDRESS" on stdout, at most once a second: a primary that goes on says no more
 * than that there is a newer zone. Any thread may call it.
 */
void announce_notify(const struct address *from);

#endif
