// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the command line into struct options. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "option_values.h"

/* A bit beside those of the commands. */
#define COMMAND_FALLBACK 0x10000
#define RUN_AND_FALLBACK (COMMAND_RUN | COMMAND_FALLBACK)

#define ZONE_COMMANDS (COMMAND_RUN | COMMAND_VERIFY | COMMAND_ATTEST)
#define JSON_COMMANDS \
	(COMMAND_STATS | COMMAND_STATUS | COMMAND_EXPLAIN | COMMAND_ATTEST | COMMAND_CHECK_CONFIG)

/*
 * The one table. An option without `value` is a switch. COMMAND_FALLBACK: it is an option of
 * rootxdp-fallback too, which is given it as it stands.
 */
static const struct entry {
	const char *name;
	char letter;
	const char *value;
	unsigned int commands;
	const char *(*take)(struct options *options, const char *value);
	const char *help;
} table[] = {
	{ "config", 'c', "FILE", COMMAND_RUN, take_config,
	  "options in YAML; those of the command line go first (see 'rootxdp check-config')" },
	{ "interface", 'i', "IF", COMMAND_RUN | COMMAND_EXPLAIN, take_interface,
	  "answer on this interface (explain: come in on it); may be given several times" },
	{ "address", 'a', "IP", COMMAND_RUN, take_address,
	  "answer queries to this address; may be given several times" },
	{ "zone", 'z', "FILE", COMMAND_RUN, take_zone, "the root zone" },
	{ "trust-anchors", 0, "FILE", ZONE_COMMANDS | COMMAND_FALLBACK, take_trust_anchors,
	  "DS or DNSKEY records, or root-anchors.xml, to verify with (default: IANA's)" },
	{ "validate-at", 0, "TIME", ZONE_COMMANDS, take_validate_at,
	  "zone time: 2026-08-01T00:00:00Z or seconds since 1970 (default: now; attest: the "
	  "loader's)" },
	{ "zonemd", 0, "POLICY", ZONE_COMMANDS | COMMAND_FALLBACK, take_zonemd,
	  "require, if-present or ignore the zone's digest (default: require)" },
	{ "allow-older", 0, NULL, RUN_AND_FALLBACK, take_allow_older,
	  "reload a zone also when its serial is lower" },
	{ "fallback", 0, "WHICH", COMMAND_RUN, take_fallback,
	  "builtin: start rootxdp-fallback; none: another server answers (default: builtin)" },
	{ "tiers", 0, "TIERS", COMMAND_RUN, take_tiers,
	  "auto, xdp, tc or xdp,tc (default: auto, native XDP where it is good, and tc)" },
	{ "max-udp-size", 0, "N", RUN_AND_FALLBACK, take_max_udp_size,
	  "largest UDP reply, at most MTU - 48 (default: 1232)" },
	{ "identity", 0, "TEXT", RUN_AND_FALLBACK, take_identity,
	  "CHAOS TXT of hostname.bind and id.server (default: such names are refused)" },
	{ "version-text", 0, "TEXT", RUN_AND_FALLBACK, take_version_text,
	  "CHAOS TXT of version.bind and version.server (default: refused)" },
	{ "nsid", 0, "TEXT|0xHEX", RUN_AND_FALLBACK, take_nsid,
	  "name server identifier for clients that ask for it (default: none)" },
	{ "cookie-secrets", 0, "FILE", COMMAND_RUN, take_cookie_secrets,
	  "one or two secrets, 32 hex digits a line: give DNS cookies (default: none)" },
	{ "rate-limit", 0, "N", RUN_AND_FALLBACK, take_rate_limit,
	  "replies a second for each client prefix and class of reply (default: no limit)" },
	{ "slip", 0, "S", RUN_AND_FALLBACK, take_slip,
	  "of limited replies, every S-th is sent with TC=1; 0: none (default: 2)" },
	{ "rate-limit-ipv4-prefix", 0, "BITS", RUN_AND_FALLBACK, take_ipv4_prefix,
	  "length of the IPv4 prefixes that are limited (default: 24)" },
	{ "rate-limit-ipv6-prefix", 0, "BITS", RUN_AND_FALLBACK, take_ipv6_prefix,
	  "length of IPv6 ones (default: 56)" },
	{ "rate-limit-exempt", 0, "PREFIX", RUN_AND_FALLBACK, take_exempt,
	  "never limit these clients; may be given several times" },
	{ "pass", 0, "NAME", COMMAND_RUN, take_pass,
	  "leave this name and those below it to the fallback; may be given several times" },
	{ "source", 0, "SOURCE", COMMAND_RUN, take_source,
	  "where zones come from: axfr:ADDRESS, https://..., file:PATH; repeat it, best first" },
	{ "notify-from", 0, "IP[,key=FILE]", RUN_AND_FALLBACK, take_notify_from,
	  "ask the sources when this primary sends a NOTIFY; may be given several times" },
	{ "notify-listen", 0, "IP@PORT", COMMAND_RUN, take_notify_listen,
	  "take NOTIFY here, where another server is the fallback; may be given several times" },
	{ "state", 0, "DIR", COMMAND_RUN, take_state,
	  "keep the last verified zone here, and begin with it (default: nothing is kept)" },
	{ "max-refresh", 0, "SECONDS", COMMAND_RUN, take_max_refresh,
	  "ask sources in the network at least so often (default: as the SOA says)" },
	{ "max-zone-size", 0, "MB", COMMAND_RUN, take_max_zone_size,
	  "refuse larger ones (default: 256)" },
	{ "source-idle", 0, "SECONDS", COMMAND_RUN, take_source_idle,
	  "give a source up from which nothing comes for so long (default: 10)" },
	{ "source-timeout", 0, "SECONDS", COMMAND_RUN, take_source_timeout,
	  "give a source up that takes longer for a zone (default: 300)" },
	{ "unsigned", 0, NULL, ZONE_COMMANDS | COMMAND_FALLBACK, take_unsigned,
	  "take a zone that is not signed, for tests" },
	{ "keep", 0, NULL, COMMAND_RUN, take_keep,
	  "leave the kernel answering at the end, until 'rootxdp unload'" },
	{ "dnssec", 0, NULL, COMMAND_LOOKUP, take_dnssec, "ask with the DO bit" },
	{ "bufsize", 0, "N", COMMAND_LOOKUP, take_bufsize,
	  "ask with EDNS and this UDP size (default: no EDNS; 1232 with --dnssec)" },
	{ "from", 0, "IP", COMMAND_EXPLAIN, take_from, "the client's address" },
	{ "pcap", 0, "FILE", COMMAND_EXPLAIN, take_pcap, "explain the packets in this file" },
	{ "json", 'j', NULL, JSON_COMMANDS, take_json, "print JSON" },
	{ "pin", 0, "DIR", COMMAND_ALL & ~COMMAND_CHECK_CONFIG, take_pin,
	  "where maps and links are pinned (default: " PIN_DIRECTORY ")" },
	{ "help", 'h', NULL, COMMAND_ALL, take_help, "print this help" },
	{ "version", 'V', NULL, COMMAND_ALL, take_version, "print the version" },
};

_Static_assert(COMMAND_FALLBACK > COMMAND_ALL, "no command has the fallback's bit");

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

/* Notes an option for the fallback. `spoken` are the names as words. */
static const char *hand_on(struct options *options, const struct entry *entry, const char *value)
{
	static char spoken[ENTRIES][32];
	char *word = spoken[entry - table];

	if (options->handed_count + 2 > HANDED_MAX)
		return "is one option too many for the fallback: it gets at most 128";
	snprintf(word, sizeof(spoken[0]), "--%s", entry->name);
	options->handed[options->handed_count++] = word;
	if (value)
		options->handed[options->handed_count++] = value;
	return NULL;
}

static const char *set(struct options *options, const struct entry *entry, const char *value)
{
	const char *wrong = entry->take(options, value);

	if (wrong || !(entry->commands & COMMAND_FALLBACK))
		return wrong;
	return hand_on(options, entry, value);
}

static bool take(struct options *options, const struct entry *entry, const char *value)
{
	const char *wrong = set(options, entry, value);
	size_t index = entry - table;

	if (wrong) {
		log_error("--%s '%s' %s", entry->name, value ? value : "", wrong);
		return false;
	}
	for (size_t i = 0; i < options->given_count; i++)
		if (options->given[i] == index)
			return true;
	options->given[options->given_count++] = index;
	return true;
}

bool options_given(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->given_count; i++)
		if (!strcmp(table[options->given[i]].name, name))
			return true;
	return false;
}

const char *options_set(struct options *options, const char *name, const char *value)
{
	for (size_t i = 0; i < ENTRIES; i++)
		if (!strcmp(table[i].name, name))
			return set(options, &table[i], value);
	return "is for an option that there is not";
}

void options_default(struct options *options)
{
	*options = (struct options){
		.fallback = true,
		.tiers_text = "auto",
		.answer.max_udp_size = ANSWER_UDP_SIZE_DEFAULT,
		.limit = limit_config_default(),
		.limits = { .bytes = 256 << 20, .idle_ms = 10000, .all_ms = 300000 },
		.pin = PIN_DIRECTORY,
	};
}

static void free_words(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

/* Reading takes words apart. NULL: no memory. */
static char **copy_words(int argc, char **argv)
{
	char **copy = calloc(argc + 1, sizeof(*copy));

	for (int i = 0; copy && i < argc; i++) {
		copy[i] = strdup(argv[i]);
		if (copy[i])
			continue;
		free_words(copy);
		return NULL;
	}
	return copy;
}

static bool read_words(struct options *options, int argc, char **argv)
{
	struct option longs[ENTRIES + 1];
	char letters[3 * ENTRIES + 2];
	int got;

	_Static_assert(ENTRIES <= sizeof(options->given) / sizeof(*options->given),
		       "given[] is full");
	getopt_tables(longs, letters);
	optind = 0; /* from the beginning, also another time */
	opterr = 0;
	while ((got = getopt_long(argc, argv, letters, longs, NULL)) != -1)
		if (got == '?' || got == ':')
			return usage_error(got, argv);
		else if (!take(options, entry_of(got), optarg))
			return false;

	if (optind < argc)
		options->command = argv[optind++];
	for (; optind < argc; optind++, options->operands++)
		if (options->operands < OPERANDS_MAX)
			options->operand[options->operands] = argv[optind];
	return true;
}

bool options_parse(struct options *options, int argc, char **argv)
{
	options_default(options);
	return read_words(options, argc, argv);
}

bool options_keep(struct options *options, int argc, char **argv)
{
	char **copy = copy_words(argc, argv);

	if (!copy) {
		log_error("out of memory");
		return false;
	}
	if (!options_parse(options, argc, argv)) {
		free_words(copy);
		return false;
	}
	options->argc = argc;
	options->argv = copy;
	return true;
}

bool options_again(struct options *options, const struct options *before)
{
	options_default(options);
	options->argc = before->argc;
	options->argv = before->argv;
	options->words = copy_words(before->argc, before->argv);
	if (options->words)
		return read_words(options, before->argc, options->words);
	log_error("out of memory");
	return false;
}

void options_free(struct options *options)
{
	free_words(options->words);
	options->words = NULL;
}

bool options_complete(const struct options *options)
{
	const char *missing = !options->interfaces  ? "an interface: -i IF"
			      : !options->addresses ? "an address: -a IP"
			      : !options->sources   ? "a zone: --zone FILE or --source"
						    : NULL;

	if (missing)
		log_error("run needs %s (see 'rootxdp run --help')", missing);
	return !missing;
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
			fprintf(out, "  -%c, %-29s %s\n", entry->letter, left, entry->help);
		else
			fprintf(out, "      %-29s %s\n", left, entry->help);
	}
}
