// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of keys. */
#include "schema.h"
#include "entries.h"

static const struct schema tls[] = {
	{ "name", .shape = SHAPE_TEXT },
	{ "ca", SHAPE_TEXT, .names = NAMES_FILE },
	{ "pins", .shape = SHAPE_TEXTS },
	{ 0 },
};

static const struct schema source[] = {
	{ "axfr", .shape = SHAPE_TEXT },
	{ "key", .shape = SHAPE_TEXT },
	{ "tls", SHAPE_KEYS, .keys = tls },
	{ "web", .shape = SHAPE_TEXT },
	{ "ca", SHAPE_TEXT, .names = NAMES_FILE },
	{ "file", SHAPE_TEXT, .names = NAMES_FILE },
	{ 0 },
};

static const struct schema limits[] = {
	{ "size-mb", SHAPE_TEXT, .option = "max-zone-size" },
	{ "idle-seconds", SHAPE_TEXT, .option = "source-idle" },
	{ "total-seconds", SHAPE_TEXT, .option = "source-timeout" },
	{ 0 },
};

static const struct schema zone[] = {
	{ "sources", SHAPE_ENTRIES, .keys = source, .take = entry_source },
	{ "trust-anchors", SHAPE_TEXT, .option = "trust-anchors", .names = NAMES_FILE },
	{ "zonemd", SHAPE_TEXT, .option = "zonemd" },
	{ "allow-older", SHAPE_SWITCH, .option = "allow-older" },
	{ "unsigned", SHAPE_SWITCH, .option = "unsigned" },
	{ "max-refresh", SHAPE_TEXT, .option = "max-refresh" },
	{ "limits", SHAPE_KEYS, .keys = limits },
	{ 0 },
};

static const struct schema tsig_key[] = {
	{ "name", .shape = SHAPE_TEXT },
	{ "algorithm", .shape = SHAPE_TEXT },
	{ "secret", .shape = SHAPE_TEXT },
	{ "file", SHAPE_TEXT, .names = NAMES_KEY_FILE },
	{ 0 },
};

static const struct schema primary[] = {
	{ "address", .shape = SHAPE_TEXT },
	{ "key", .shape = SHAPE_TEXT },
	{ 0 },
};

static const struct schema notify[] = {
	{ "from", SHAPE_ENTRIES, .keys = primary, .take = entry_primary },
	{ "listen", SHAPE_TEXTS, .option = "notify-listen" },
	{ 0 },
};

static const struct schema rate_limit[] = {
	{ "rate", SHAPE_TEXT, .option = "rate-limit" },
	{ "slip", SHAPE_TEXT, .option = "slip" },
	{ "ipv4-prefix", SHAPE_TEXT, .option = "rate-limit-ipv4-prefix" },
	{ "ipv6-prefix", SHAPE_TEXT, .option = "rate-limit-ipv6-prefix" },
	{ "exempt", SHAPE_TEXTS, .option = "rate-limit-exempt" },
	{ 0 },
};

/* Keys come first: others speak of them. */
const struct schema schema_root[] = {
	{ "keys", SHAPE_ENTRIES, .keys = tsig_key, .take = entry_key },
	{ "interfaces", SHAPE_TEXTS, .option = "interface" },
	{ "addresses", SHAPE_TEXTS, .option = "address" },
	{ "zone", SHAPE_KEYS, .keys = zone },
	{ "notify", SHAPE_KEYS, .keys = notify },
	{ "state", SHAPE_TEXT, .option = "state" },
	{ "fallback", SHAPE_TEXT, .option = "fallback" },
	{ "tiers", SHAPE_TEXT, .option = "tiers" },
	{ "max-udp-size", SHAPE_TEXT, .option = "max-udp-size" },
	{ "identity", SHAPE_TEXT, .option = "identity" },
	{ "version-text", SHAPE_TEXT, .option = "version-text" },
	{ "nsid", SHAPE_TEXT, .option = "nsid" },
	{ "cookie-secrets", SHAPE_TEXT, .option = "cookie-secrets", .names = NAMES_SECRET_FILE },
	{ "rate-limit", SHAPE_KEYS, .keys = rate_limit },
	{ "pass", SHAPE_TEXTS, .option = "pass" },
	{ "keep", SHAPE_SWITCH, .option = "keep" },
	{ "pin", SHAPE_TEXT, .option = "pin" },
	{ "validate-at", SHAPE_TEXT, .option = "validate-at" },
	{ 0 },
};
