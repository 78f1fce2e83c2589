// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads options' values. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "dname.h"
#include "identity.h"
#include "notify.h"
#include "option_values.h"
#include "spec.h"

const char *take_config(struct options *options, const char *value)
{
	options->config = value;
	return *value ? NULL : "must be a file: tools/config/rootxdp.yaml is one to begin with";
}

const char *take_interface(struct options *options, const char *value)
{
	if (!*value || strlen(value) >= IFNAMSIZ)
		return "must be an interface's name, of at most 15 bytes";
	for (size_t i = 0; i < options->interfaces; i++)
		if (!strcmp(options->interface[i], value))
			return NULL;
	if (options->interfaces == INTERFACES_MAX)
		return "is one interface too many: there may be 64";
	options->interface[options->interfaces++] = value;
	return NULL;
}

/* IPv4 -> ::ffff:a.b.c.d. False for what no server can have as its address. */
static bool address_parse(const char *text, struct address *address)
{
	struct in6_addr v6;
	struct in_addr v4;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &v4) == 1) {
		memset(&address->byte[10], 0xff, 2);
		memcpy(&address->byte[12], &v4, 4);
		return v4.s_addr && !IN_MULTICAST(ntohl(v4.s_addr)) && ntohl(v4.s_addr) >> 28 != 15;
	}
	if (inet_pton(AF_INET6, text, &v6) != 1)
		return false;
	memcpy(address->byte, &v6, 16);
	return !IN6_IS_ADDR_UNSPECIFIED(&v6) && !IN6_IS_ADDR_MULTICAST(&v6) &&
	       !IN6_IS_ADDR_V4MAPPED(&v6) && !IN6_IS_ADDR_LINKLOCAL(&v6);
}

const char *take_address(struct options *options, const char *value)
{
	struct own_address address = { .text = value };

	if (!address_parse(value, &address.value))
		return "must be a unicast address, such as 192.0.2.1 or 2001:db8::1 "
		       "(not fe80::/10, which means another host on each link)";
	for (size_t i = 0; i < options->addresses; i++)
		if (!memcmp(&options->address[i].value, &address.value, sizeof(address.value)))
			return NULL;
	if (options->addresses == ADDRESSES_MAX)
		return "is one address too many: there may be 64";
	options->address[options->addresses++] = address;
	return NULL;
}

const char *take_zone(struct options *options, const char *value)
{
	struct source *source = &options->source[options->sources];

	if (!*value)
		return "must be a zone file";
	if (options->sources == SOURCES_MAX)
		return "is one source too many: there may be 16";
	*source = (struct source){ .kind = SOURCE_FILE, .place = value };
	snprintf(source->text, sizeof(source->text), "%s", value);
	options->sources++;
	return NULL;
}

const char *take_trust_anchors(struct options *options, const char *value)
{
	options->trust_anchors = value;
	return *value ? NULL : "must be a file of DS or DNSKEY records";
}

const char *take_validate_at(struct options *options, const char *value)
{
	options->validate_at_text = value;
	if (zone_time_parse(value, &options->validate_at))
		return NULL;
	return "must be a time such as 2026-08-01T00:00:00Z, or seconds since 1970";
}

const char *take_zonemd(struct options *options, const char *value)
{
	options->zonemd_text = value;
	if (zonemd_policy_parse(value, &options->zonemd))
		return NULL;
	return "must be require, if-present or ignore";
}

const char *take_allow_older(struct options *options, const char *value)
{
	(void)value;
	options->allow_older = true;
	return NULL;
}

const char *take_fallback(struct options *options, const char *value)
{
	options->fallback = !strcmp(value, "builtin");
	return options->fallback || !strcmp(value, "none") ? NULL : "must be builtin or none";
}

const char *take_tiers(struct options *options, const char *value)
{
	static const char *const words[] = {
		[TIERS_AUTO] = "auto",
		[TIERS_XDP] = "xdp",
		[TIERS_TC] = "tc",
		[TIERS_BOTH] = "xdp,tc",
	};

	options->tiers_text = value;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcmp(value, words[i]) || (i == TIERS_BOTH && !strcmp(value, "tc,xdp"))) {
			options->tiers = i;
			return NULL;
		}
	}
	return "must be auto, xdp, tc or xdp,tc";
}

static bool number_parse(const char *text, unsigned long least, unsigned long most,
			 uint16_t *number)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || value < least || value > most)
		return false;
	*number = value;
	return true;
}

const char *take_max_udp_size(struct options *options, const char *value)
{
	if (number_parse(value, ANSWER_UDP_SIZE_LEAST, ANSWER_UDP_SIZE_MOST,
			 &options->answer.max_udp_size))
		return NULL;
	return "must be a number of bytes from 512 to 4096";
}

const char *take_identity(struct options *options, const char *value)
{
	return identity_take(&options->answer, value);
}

const char *take_version_text(struct options *options, const char *value)
{
	return version_take(&options->answer, value);
}

const char *take_nsid(struct options *options, const char *value)
{
	return nsid_take(&options->answer, options->nsid, value);
}

const char *take_cookie_secrets(struct options *options, const char *value)
{
	options->cookie_secrets = value;
	return *value ? NULL : "must be a file with one or two secrets, 32 hexadecimal digits a line";
}

const char *take_rate_limit(struct options *options, const char *value)
{
	return limit_rate_take(&options->limit, value);
}

const char *take_slip(struct options *options, const char *value)
{
	return limit_slip_take(&options->limit, value);
}

const char *take_ipv4_prefix(struct options *options, const char *value)
{
	return limit_ipv4_prefix_take(&options->limit, value);
}

const char *take_ipv6_prefix(struct options *options, const char *value)
{
	return limit_ipv6_prefix_take(&options->limit, value);
}

const char *take_exempt(struct options *options, const char *value)
{
	return limit_exempt_take(&options->limit, value);
}

static bool same_name(const uint8_t *name, const struct subtree *subtree)
{
	return !dname_compare(name, subtree->name + sizeof(subtree->name) - subtree->length);
}

const char *take_pass(struct options *options, const char *value)
{
	uint8_t name[DNAME_LONGEST];
	size_t length = dname_parse(value, name);
	struct subtree *subtree;

	if (length < 2)
		return "must be a domain name below the root, such as arpa or root-servers.net";
	for (size_t i = 0; i < options->subtrees; i++)
		if (same_name(name, &options->subtree[i]))
			return NULL;
	if (options->subtrees == SUBTREES_MAX)
		return "is one name too many: there may be 16";
	subtree = &options->subtree[options->subtrees];
	*subtree = (struct subtree){ .length = length };
	for (size_t i = 0; i < length; i++)
		subtree->name[sizeof(subtree->name) - length + i] = dname_lower(name[i]);
	options->subtrees++;
	return NULL;
}

const char *take_from(struct options *options, const char *value)
{
	options->from_text = value;
	return address_parse(value, &options->from) ? NULL : "must be a unicast address";
}

const char *take_pcap(struct options *options, const char *value)
{
	options->pcap = value;
	return *value ? NULL : "must be a file of packets, as tcpdump writes it";
}

const char *take_source(struct options *options, const char *value)
{
	static char why[256];

	if (options->sources == SOURCES_MAX)
		return "is one source too many: there may be 16";
	/* It lives as long as the process, like argv. */
	if (!spec_read(strdup(value), &options->source[options->sources],
		       &options->key[options->sources], why))
		return why;
	options->sources++;
	return NULL;
}

/* It is the fallback's; here it is only looked at. */
const char *take_notify_from(struct options *options, const char *value)
{
	return notify_take(&options->notify, value);
}

const char *take_notify_listen(struct options *options, const char *value)
{
	static char why[256];
	char *word = strdup(value);
	bool fine;

	if (options->notify_listens == LISTENS_MAX)
		return "is one address too many: there may be 4";
	fine = spec_address(word, 53, &options->notify_listen[options->notify_listens], why);
	free(word);
	if (!fine)
		return why;
	options->notify_listen_text[options->notify_listens++] = value;
	return NULL;
}

const char *take_state(struct options *options, const char *value)
{
	options->state = value;
	return *value ? NULL : "must be a directory";
}

const char *take_max_refresh(struct options *options, const char *value)
{
	uint16_t seconds;

	if (!number_parse(value, 1, UINT16_MAX, &seconds))
		return "must be a number of seconds from 1 to 65535";
	options->refresh_most = seconds;
	return NULL;
}

const char *take_max_zone_size(struct options *options, const char *value)
{
	uint16_t megabytes;

	if (!number_parse(value, 1, 1024, &megabytes))
		return "must be a number of megabytes from 1 to 1024";
	options->limits.bytes = (size_t)megabytes << 20;
	return NULL;
}

static const char *take_seconds(const char *value, unsigned int *milliseconds)
{
	uint16_t seconds;

	if (!number_parse(value, 1, 3600, &seconds))
		return "must be a number of seconds from 1 to 3600";
	*milliseconds = seconds * 1000u;
	return NULL;
}

const char *take_source_idle(struct options *options, const char *value)
{
	return take_seconds(value, &options->limits.idle_ms);
}

const char *take_source_timeout(struct options *options, const char *value)
{
	return take_seconds(value, &options->limits.all_ms);
}

const char *take_unsigned(struct options *options, const char *value)
{
	(void)value;
	options->unsigned_zone = true;
	return NULL;
}

const char *take_keep(struct options *options, const char *value)
{
	(void)value;
	options->keep = true;
	return NULL;
}

const char *take_json(struct options *options, const char *value)
{
	(void)value;
	options->json = true;
	return NULL;
}

const char *take_dnssec(struct options *options, const char *value)
{
	(void)value;
	options->dnssec = true;
	return NULL;
}

const char *take_bufsize(struct options *options, const char *value)
{
	if (number_parse(value, 1, UINT16_MAX, &options->buffer_size))
		return NULL;
	return "must be a number of bytes from 1 to 65535";
}

/* bpffs keeps dots in names for itself. */
const char *take_pin(struct options *options, const char *value)
{
	options->pin = value;
	if (*value != '/' || strlen(value) >= PATH_MAX - 64)
		return "must be an absolute path on a BPF file system";
	return strchr(value, '.') ? "must have no dot in it: bpffs does not allow any" : NULL;
}

const char *take_help(struct options *options, const char *value)
{
	(void)value;
	options->help = true;
	return NULL;
}

const char *take_version(struct options *options, const char *value)
{
	(void)value;
	options->version = true;
	return NULL;
}
