/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the values of options may be. */
#ifndef ROOTXDP_OPTION_VALUES_H
#define ROOTXDP_OPTION_VALUES_H

#include "options.h"

/* Each stores a value (for a switch: NULL) and returns NULL, or what the value must be. */
const char *take_config(struct options *options, const char *value);
const char *take_interface(struct options *options, const char *value);
const char *take_address(struct options *options, const char *value);
const char *take_zone(struct options *options, const char *value);
const char *take_trust_anchors(struct options *options, const char *value);
const char *take_validate_at(struct options *options, const char *value);
const char *take_zonemd(struct options *options, const char *value);
const char *take_allow_older(struct options *options, const char *value);
const char *take_fallback(struct options *options, const char *value);
const char *take_tiers(struct options *options, const char *value);
const char *take_max_udp_size(struct options *options, const char *value);
const char *take_identity(struct options *options, const char *value);
const char *take_version_text(struct options *options, const char *value);
const char *take_nsid(struct options *options, const char *value);
const char *take_cookie_secrets(struct options *options, const char *value);
const char *take_rate_limit(struct options *options, const char *value);
const char *take_slip(struct options *options, const char *value);
const char *take_ipv4_prefix(struct options *options, const char *value);
const char *take_ipv6_prefix(struct options *options, const char *value);
const char *take_exempt(struct options *options, const char *value);
const char *take_pass(struct options *options, const char *value);
const char *take_from(struct options *options, const char *value);
const char *take_pcap(struct options *options, const char *value);
const char *take_source(struct options *options, const char *value);
const char *take_notify_from(struct options *options, const char *value);
const char *take_notify_listen(struct options *options, const char *value);
const char *take_state(struct options *options, const char *value);
const char *take_max_refresh(struct options *options, const char *value);
const char *take_max_zone_size(struct options *options, const char *value);
const char *take_source_idle(struct options *options, const char *value);
const char *take_source_timeout(struct options *options, const char *value);
const char *take_unsigned(struct options *options, const char *value);
const char *take_keep(struct options *options, const char *value);
const char *take_json(struct options *options, const char *value);
const char *take_dnssec(struct options *options, const char *value);
const char *take_bufsize(struct options *options, const char *value);
const char *take_pin(struct options *options, const char *value);
const char *take_help(struct options *options, const char *value);
const char *take_version(struct options *options, const char *value);

#endif
