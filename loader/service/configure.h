/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the operator chose, put into the kernel's maps. */
#ifndef ROOTXDP_CONFIGURE_H
#define ROOTXDP_CONFIGURE_H

#include <stdbool.h>

#include "service.h"

/*
 * Writes everything but the zone and the interfaces: settings, identity, cookie secrets, subtrees,
 * exempt prefixes, addresses. False: said on stderr.
 */
bool configure(const struct service *service);

/* What `settings` are to hold; a new key of rate limits is in them. False: errno says why. */
bool configure_settings(const struct service *service, struct settings *settings);

/* Tells the kernel when the distance between TAI and real time has changed: cookies count on it. */
void configure_clock(const struct service *service);

/* Writes the addresses alone: subnets' broadcast addresses may be others than they were. */
bool configure_addresses(const struct service *service);

/* Writes the cookie secrets alone. False: said on stderr. */
bool configure_secrets(const struct service *service);

#endif
