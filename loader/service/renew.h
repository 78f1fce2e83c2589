/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs and another fallback, with other options, in the place of those that run. */
#ifndef ROOTXDP_RENEW_H
#define ROOTXDP_RENEW_H

#include <stdbool.h>

#include "service.h"

/*
 * Goes on with the zone that is served as `options` say: their replies, identity, limits, addresses
 * and interfaces. Everything is made and proven beside what runs; then each interface changes over
 * in one step, and the fallback's sockets pass to the new one: no query is lost. service->options
 * stays for the caller to set. Takes a second or two.
 * False: said on stderr, and all is as before.
 */
bool renew(struct service *service, const struct options *options);

#endif
