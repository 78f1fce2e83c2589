/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the operator chose of rate limiting: options read, for the kernel and for the fallback. */
#ifndef ROOTXDP_LIMIT_CONFIG_H
#define ROOTXDP_LIMIT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "guard.h"

#define LIMIT_SLIP_DEFAULT        2
#define LIMIT_IPV4_PREFIX_DEFAULT 24
#define LIMIT_IPV6_PREFIX_DEFAULT 56

struct limit_config {
	uint32_t rate; /* replies a second, for each prefix and class; 0: not limited */
	uint32_t slip; /* every slip-th limited reply is sent with TC=1; 0: none */
	uint32_t ipv4_prefix, ipv6_prefix; /* bits */
	uint32_t exempt_count;
	struct exempt_prefix exempt[EXEMPT_MAX];
};

/* No limit, and the defaults for when there is one. */
struct limit_config limit_config_default(void);

/*
 * Each takes an option's value into *config and returns NULL, or what the value must be, to be put
 * behind "--option: 'value' ".
 */
const char *limit_rate_take(struct limit_config *config, const char *value);
const char *limit_slip_take(struct limit_config *config, const char *value);
const char *limit_ipv4_prefix_take(struct limit_config *config, const char *value);
const char *limit_ipv6_prefix_take(struct limit_config *config, const char *value);
/* "192.0.2.0/24", "2001:db8::/32", or an address alone; adds one to those that there are. */
const char *limit_exempt_take(struct limit_config *config, const char *value);

/* Is the address in one of the `count` prefixes? */
bool exempt_has(const struct exempt_prefix *exempt, uint32_t count, const struct address *address);

/*
 * Fills *limit, with a new random key. False: the system has no random numbers (errno says why).
 * Its field `exempt` is the number of config->exempt.
 */
bool limit_begin(const struct limit_config *config, struct rate_limit *limit);

#endif
