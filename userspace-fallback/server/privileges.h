/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives up, for good, what only binding needed. */
#ifndef ROOTXDP_SERVER_PRIVILEGES_H
#define ROOTXDP_SERVER_PRIVILEGES_H

#include <stdbool.h>

#include "log.h"

/*
 * Becomes `user` with that user's group only, when started as root; in any case drops every
 * capability and forbids to gain any (PR_SET_NO_NEW_PRIVS). Must be called before there are
 * threads. False with a line in why; the process must then end, as it may have dropped a part.
 */
bool privileges_drop(const char *user, char why[SERVER_WHY]);

#endif
