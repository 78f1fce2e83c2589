// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the command line into struct options. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "log.h"
#include "options.h"

#define ZONE_COMMANDS (COMMAND_RUN | COMMAND_VERIFY)

/* Each take_X() stores a value and returns NULL, or what the value must be. */

static const char *take_interface(struct options *options, const char *value)
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

static const char *take_address(struct options *options, const char *value)
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

static const char *take_zone(struct options *options, const char *value)
{
	options->zone = value;
	return *value ? NULL : "must be a zone file";
}

static const char *take_trust_anchors(struct options *options, const char *value)
{
	options->trust_anchors = value;
	return *value ? NULL : "must be a file of DS or DNSKEY records";
}

static const char *take_validate_at(struct options *options, const char *value)
{
	options->validate_at_text = value;
	if (zone_time_parse(value, &options->validate_at))
		return NULL;
	return "must be a time such as 2026-08-01T00:00:00Z, or seconds since 1970";
}

static const char *take_zonemd(struct options *options, const char *value)
{
	options->zonemd_text = value;
	if (zonemd_policy_parse(value, &options->zonemd))
		return NULL;
	return "must be require, if-present or ignore";
}

static const char *take_allow_older(struct options *options, const char *value)
{
	(void)value;
	options->allow_older = true;
	return NULL;
}

static const char *take_fallback(struct options *options, const char *value)
{
	options->fallback = !strcmp(value, "builtin");
	return options->fallback || !strcmp(value, "none") ? NULL : "must be builtin or none";
}

static const char *take_tiers(struct options *options, const char *value)
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

static const char *take_max_udp_size(struct options *options, const char *value)
{
	if (number_parse(value, ANSWER_UDP_SIZE_LEAST, ANSWER_UDP_SIZE_MOST,
			 &options->answer.max_udp_size))
		return NULL;
	return "must be a number of bytes from 512 to 4096";
}

static const char *take_identity(struct options *options, const char *value)
{
	return identity_take(&options->answer, value);
}

static const char *take_version_text(struct options *options, const char *value)
{
	return version_take(&options->answer, value);
}

static const char *take_nsid(struct options *options, const char *value)
{
	options->nsid_text = value;
	return nsid_take(&options->answer, options->nsid, value);
}

static const char *take_keep(struct options *options, const char *value)
{
	(void)value;
	options->keep = true;
	return NULL;
}

static const char *take_json(struct options *options, const char *value)
{
	(void)value;
	options->json = true;
	return NULL;
}

static const char *take_dnssec(struct options *options, const char *value)
{
	(void)value;
	options->dnssec = true;
	return NULL;
}

static const char *take_bufsize(struct options *options, const char *value)
{
	if (number_parse(value, 1, UINT16_MAX, &options->buffer_size))
		return NULL;
	return "must be a number of bytes from 1 to 65535";
}

/* bpffs keeps dots in names for itself. */
static const char *take_pin(struct options *options, const char *value)
{
	options->pin = value;
	if (*value != '/' || strlen(value) >= PATH_MAX - 64)
		return "must be an absolute path on a BPF file system";
	return strchr(value, '.') ? "must have no dot in it: bpffs does not allow any" : NULL;
}

static const char *take_help(struct options *options, const char *value)
{
	(void)value;
	options->help = true;
	return NULL;
}

static const char *take_version(struct options *options, const char *value)
{
	(void)value;
	options->version = true;
	return NULL;
}

/* The one table. An option without `value` is a switch. */
static const struct entry {
	const char *name;
	char letter;
	const char *value;
	unsigned int commands;
	const char *(*take)(struct options *options, const char *value);
	const char *help;
} table[] = {
	{ "interface", 'i', "IF", COMMAND_RUN, take_interface,
	  "answer on this interface; may be given several times" },
	{ "address", 'a', "IP", COMMAND_RUN, take_address,
	  "answer queries to this address; may be given several times" },
	{ "zone", 'z', "FILE", COMMAND_RUN, take_zone, "the root zone" },
	{ "trust-anchors", 0, "FILE", ZONE_COMMANDS, take_trust_anchors,
	  "DS or DNSKEY records to verify with (default: IANA's)" },
	{ "validate-at", 0, "TIME", ZONE_COMMANDS, take_validate_at,
	  "zone time: 2026-08-01T00:00:00Z or seconds since 1970 (default: now)" },
	{ "zonemd", 0, "POLICY", ZONE_COMMANDS, take_zonemd,
	  "require, if-present or ignore the zone's digest (default: require)" },
	{ "allow-older", 0, NULL, COMMAND_RUN, take_allow_older,
	  "reload a zone also when its serial is lower" },
	{ "fallback", 0, "WHICH", COMMAND_RUN, take_fallback,
	  "builtin: start rootxdp-fallback; none: another server answers (default: builtin)" },
	{ "tiers", 0, "TIERS", COMMAND_RUN, take_tiers,
	  "auto, xdp, tc or xdp,tc (default: auto, native XDP where it is good, and tc)" },
	{ "max-udp-size", 0, "N", COMMAND_RUN, take_max_udp_size,
	  "largest UDP reply, at most MTU - 48 (default: 1232)" },
	{ "identity", 0, "TEXT", COMMAND_RUN, take_identity,
	  "CHAOS TXT of hostname.bind and id.server (default: such names are refused)" },
	{ "version-text", 0, "TEXT", COMMAND_RUN, take_version_text,
	  "CHAOS TXT of version.bind and version.server (default: refused)" },
	{ "nsid", 0, "TEXT|0xHEX", COMMAND_RUN, take_nsid,
	  "name server identifier for clients that ask for it (default: none)" },
	{ "keep", 0, NULL, COMMAND_RUN, take_keep,
	  "leave the kernel answering at the end, until 'rootxdp unload'" },
	{ "dnssec", 0, NULL, COMMAND_LOOKUP, take_dnssec, "ask with the DO bit" },
	{ "bufsize", 0, "N", COMMAND_LOOKUP, take_bufsize,
	  "ask with EDNS and this UDP size (default: no EDNS; 1232 with --dnssec)" },
	{ "json", 'j', NULL, COMMAND_STATS | COMMAND_STATUS, take_json, "print JSON" },
	{ "pin", 0, "DIR", COMMAND_ALL, take_pin,
	  "where maps and links are pinned (default: " PIN_DIRECTORY ")" },
	{ "help", 'h', NULL, COMMAND_ALL, take_help, "print this help" },
	{ "version", 'V', NULL, COMMAND_ALL, take_version, "print the version" },
};

#define ENTRIES (sizeof(table) / sizeof(*table))

/* Return values of getopt_long() for the table's entries, above all letters. */
#define OPTION_BASE 256

static void getopt_tables(struct option longs[ENTRIES + 1], char letters[3 * ENTRIES + 2])
{
	char *letter = letters;

	*letter++ = ':'; /* a missing value is told from an unknown option */
	for (size_t i = 0; i < ENTRIES; i++) {
		longs[i] = (struct option){
			.name = table[i].name,
			.has_arg = table[i].value ? required_argument : no_argument,
			.val = OPTION_BASE + i,
		};
		if (table[i].letter) {
			*letter++ = table[i].letter;
			if (table[i].value)
				*letter++ = ':';
		}
	}
	longs[ENTRIES] = (struct option){ 0 };
	*letter = '\0';
}

static const struct entry *entry_of(int got)
{
	if (got >= OPTION_BASE)
		return &table[got - OPTION_BASE];
	for (size_t i = 0; i < ENTRIES; i++)
		if (table[i].letter == got)
			return &table[i];
	return NULL;
}

static bool usage_error(int got, char **argv)
{
	const struct entry *entry = entry_of(optopt);

	if (got == ':')
		log_error("option '%s' needs a value: see 'rootxdp help'", argv[optind - 1]);
	else if (optopt >= OPTION_BASE)
		log_error("option '--%s' takes no value: see 'rootxdp help'", entry->name);
	else if (optopt)
		log_error("unknown option '-%c': see 'rootxdp help'", optopt);
	else
		log_error("unknown option '%s': see 'rootxdp help'", argv[optind - 1]);
	return false;
}

static bool take(struct options *options, const struct entry *entry, const char *value)
{
	const char *wrong = entry->take(options, value);
	size_t index = entry - table;

	if (wrong) {
		log_error("--%s '%s' %s", entry->name, value, wrong);
		return false;
	}
	for (size_t i = 0; i < options->given_count; i++)
		if (options->given[i] == index)
			return true;
	options->given[options->given_count++] = index;
	return true;
}

bool options_parse(struct options *options, int argc, char **argv)
{
	struct option longs[ENTRIES + 1];
	char letters[3 * ENTRIES + 2];
	int got;

	_Static_assert(ENTRIES <= sizeof(options->given) / sizeof(*options->given),
		       "given[] is full");
	*options = (struct options){
		.zonemd = ZONEMD_REQUIRE,
		.fallback = true,
		.tiers_text = "auto",
		.answer.max_udp_size = ANSWER_UDP_SIZE_DEFAULT,
		.pin = PIN_DIRECTORY,
	};
	getopt_tables(longs, letters);
	opterr = 0;
	while ((got = getopt_long(argc, argv, letters, longs, NULL)) != -1)
		if (got == '?' || got == ':')
			return usage_error(got, argv);
		else if (!take(options, entry_of(got), optarg))
			return false;

	if (optind < argc)
		options->command = argv[optind++];
	for (; optind < argc; optind++, options->operands++)
		if (options->operands < 2)
			options->operand[options->operands] = argv[optind];
	return true;
}

bool options_fit(const struct options *options, enum command_bit command)
{
	for (size_t i = 0; i < options->given_count; i++) {
		const struct entry *entry = &table[options->given[i]];

		if (entry->commands & command)
			continue;
		log_error("option '--%s' does not go with '%s': see 'rootxdp %s --help'",
			  entry->name, options->command, options->command);
		return false;
	}
	return true;
}

void options_print(FILE *out, enum command_bit command)
{
	for (size_t i = 0; i < ENTRIES; i++) {
		const struct entry *entry = &table[i];
		char left[40];

		if (!(entry->commands & command))
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", entry->name, entry->value ? " " : "",
			 entry->value ? entry->value : "");
		if (entry->letter)
			fprintf(out, "  -%c, %-22s %s\n", entry->letter, left, entry->help);
		else
			fprintf(out, "      %-22s %s\n", left, entry->help);
	}
}
