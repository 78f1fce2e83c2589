/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: one table of options for all commands. */
#ifndef ROOTXDP_OPTIONS_H
#define ROOTXDP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "answer.h"
#include "guard.h"
#include "limit_config.h"
#include "notify.h"
#include "source.h"
#include "tsig.h"
#include "zone.h"

#define PIN_DIRECTORY "/sys/fs/bpf/rootxdp"

/* Exit codes of every command. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* The commands, as bits: an option's table entry says which ones it goes with. */
enum command_bit {
	COMMAND_RUN = 1,
	COMMAND_UNLOAD = 2,
	COMMAND_VERIFY = 4,
	COMMAND_STATS = 8,
	COMMAND_STATUS = 16,
	COMMAND_LOOKUP = 32,
	COMMAND_EXPLAIN = 64,
	COMMAND_ATTEST = 128,
	COMMAND_CHECK_CONFIG = 256,
	COMMAND_ALL = 511,
};

enum tiers { TIERS_AUTO, TIERS_XDP, TIERS_TC, TIERS_BOTH };

/* An address as it was written, and as the maps hold it. */
struct own_address {
	const char *text;
	struct address value;
};

#define OPERANDS_MAX 12
#define LISTENS_MAX  4

/* Words for the built-in fallback: options that are its, too, as they were given. */
#define HANDED_MAX 256

/*
 * What was asked for, defaults filled in. Strings belong to argv, or to a configuration; some point
 * into the struct itself, so that it can't be copied.
 */
struct options {
	int argc; /* the command line as it was given, for options_again() */
	char **argv;
	char **words; /* that its strings belong to, by options_again() */
	const char *command; /* NULL: none was given */
	const char *operand[OPERANDS_MAX];
	size_t operands; /* may be more than that: then too many were given */
	bool help;
	bool version;

	const char *config; /* file; NULL: there is none */

	const char *interface[INTERFACES_MAX];
	size_t interfaces;
	struct own_address address[ADDRESSES_MAX];
	size_t addresses;
	struct source source[SOURCES_MAX]; /* of the zone, in the order of their priorities */
	struct tsig_key key[SOURCES_MAX];  /* of each, where it has one */
	size_t sources;
	struct source_limits limits;
	struct notify_config notify;
	struct sockaddr_storage notify_listen[LISTENS_MAX];
	const char *notify_listen_text[LISTENS_MAX];
	size_t notify_listens;
	const char *state;     /* directory; NULL: nothing is kept */
	uint32_t refresh_most; /* seconds between two checks of sources in the network; 0: as the SOA says */
	const char *trust_anchors;    /* NULL: IANA's, built in */
	const char *validate_at_text; /* NULL: the real time */
	int64_t validate_at;
	const char *zonemd_text;
	enum zonemd_policy zonemd;
	enum tiers tiers;
	const char *tiers_text;
	struct answer_config answer; /* its texts end with a 0 byte, and its NSID is that below */
	uint8_t nsid[NSID_MAX];
	const char *cookie_secrets; /* file; NULL: cookies are not given */
	struct limit_config limit;
	struct subtree subtree[SUBTREES_MAX];
	size_t subtrees;
	uint16_t buffer_size; /* 0: no EDNS unless --dnssec */
	bool allow_older;
	bool unsigned_zone; /* one that is not signed will do */
	bool fallback;
	bool keep;
	bool json;
	bool dnssec;
	const char *from_text; /* NULL: none was given */
	struct address from;
	const char *pcap;
	const char *pin;

	const char *handed[HANDED_MAX];
	size_t handed_count;
	unsigned int given[48]; /* entries of the table that were used, for options_fit() */
	size_t given_count;
};

/* Sets what is in force when nothing was asked for. */
void options_default(struct options *options);

/* Reads the command line, options before or after operands. False: said on stderr; exit 2. */
bool options_parse(struct options *options, int argc, char **argv);

/* The same, and keeps a copy of it, for ever, for options_again(). */
bool options_keep(struct options *options, int argc, char **argv);

/*
 * Reads the same command line once more, as before any configuration file. For options_free().
 * False: no memory, said on stderr.
 */
bool options_again(struct options *options, const struct options *before);

/* Frees what options_again() made. */
void options_free(struct options *options);

/* Has `run` all that it needs? False: said on stderr; exit 2. */
bool options_complete(const struct options *options);

/* Are all options that were given meant for this command? False: said on stderr; exit 2. */
bool options_fit(const struct options *options, enum command_bit command);

/* Was this option (by its long name) on the command line? */
bool options_given(const struct options *options, const char *name);

/*
 * Sets an option as the command line would (a switch: NULL), for a configuration file: it does not
 * count as given. `value` is kept. Returns NULL, or what the value must be.
 */
const char *options_set(struct options *options, const char *name, const char *value);

/* Prints the options of a command, one a line. */
void options_print(FILE *out, enum command_bit command);

#endif
