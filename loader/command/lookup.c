// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp lookup: the reply that the kernel would give, put together from the pinned maps. */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "assemble.h"
#include "command.h"
#include "log.h"
#include "maps.h"
#include "print.h"
#include "zone_clock.h"

/* One set's maps, and what was read from them so far: entries stay valid until the end. */
struct reader {
	const struct maps *maps;
	__u32 set;
	__u32 reply; /* index of the stored reply that was read last */
	struct entry {
		struct entry *next;
		__u64 value[]; /* aligned as struct zone_view wants it */
	} *entries;
};

static const char *const verdict_names[] = {
#define V(name, fate, meaning) #name,
	VERDICTS(V)
#undef V
};

static const char *const verdict_meanings[] = {
#define V(name, fate, meaning) meaning,
	VERDICTS(V)
#undef V
};

static const void *read_entry(void *context, enum zone_part part, __u32 index)
{
	static const enum set_map_index map_of[] = {
		[PART_INFO] = SET_zone,   [PART_PREFIXES] = SET_prefixes,
		[PART_KEYS] = SET_keys,	  [PART_NAMES] = SET_names,
		[PART_REPLIES] = SET_replies, [PART_CUTS] = SET_cuts,
		[PART_SHELVES] = SET_shelves,
	};
	struct reader *reader = context;
	const struct set_map *map = &reader->maps->set[map_of[part]];
	struct entry *entry = malloc(sizeof(*entry) + map->value_size);

	if (!entry)
		return NULL;
	entry->next = reader->entries;
	reader->entries = entry;
	if (part == PART_REPLIES)
		reader->reply = index;
	if (bpf_map_lookup_elem(map->inner[reader->set], &index, entry->value))
		return NULL;
	return entry->value;
}

static void forget_entries(struct reader *reader)
{
	while (reader->entries) {
		struct entry *next = reader->entries->next;

		free(reader->entries);
		reader->entries = next;
	}
}

/* What lookup found. */
struct finding {
	struct zone_info zone;
	__u32 set;
	__u32 stored;
	enum verdict verdict;
	__u32 length;
	__u8 reply[ANSWER_UDP_SIZE_MOST];
};

static bool look_up(struct finding *finding, const struct maps *maps, const uint8_t *query,
		    size_t length)
{
	struct reader reader = { .maps = maps };
	struct identity us;
	struct zone_view view = { .entry = read_entry, .context = &reader, .us = &us };
	struct subtree subtrees[SUBTREES_MAX];
	struct settings settings;
	struct zone_info after;
	__u32 set_after;

	if (!maps_settings(maps, &settings) || !maps_identity(maps, &us) ||
	    !maps_subtrees(maps, &settings, subtrees))
		return false;
	view.subtrees = subtrees;
	view.subtree_count = settings.subtrees;
	/* Again when the loader switched meanwhile: the old set may be filled with the next one. */
	do {
		if (!maps_active(maps, &finding->set, &finding->zone))
			return false;
		reader.set = finding->set;
		finding->verdict =
			assemble_reply(&view, settings.max_udp_size, query, length, finding->reply,
				       sizeof(finding->reply), &finding->length);
		forget_entries(&reader);
		if (!maps_active(maps, &set_after, &after))
			return false;
	} while (set_after != finding->set || after.serial != finding->zone.serial);
	finding->stored = reader.reply;
	if (finding->length && !deadline_left(&finding->zone.deadline)) {
		finding->verdict = VERDICT_pass_deadline;
		finding->length = 0;
	}
	return true;
}

static bool print_finding(const struct finding *finding)
{
	const char *name = verdict_names[finding->verdict];
	const char *meaning = verdict_meanings[finding->verdict];

	if (!finding->length) {
		printf(";; The kernel passes this query to the fallback: %s (%s)\n"
		       ";; from: kernel maps, serial %u, set %u\n",
		       name, meaning, finding->zone.serial, finding->set);
		return true;
	}
	if (!reply_print(stdout, finding->reply, finding->length)) {
		log_error("stored reply %u of serial %u gives no DNS message: reload the zone",
			  finding->stored, finding->zone.serial);
		return false;
	}
	printf("\n;; from: kernel maps, serial %u, set %u, stored reply %u\n"
	       ";; verdict: %s (%s)\n;; MSG SIZE  rcvd: %u\n",
	       finding->zone.serial, finding->set, finding->stored, name, meaning, finding->length);
	return true;
}

int command_lookup(const struct options *options)
{
	const struct query_words words = {
		.name = options->operand[0],
		.type = options->operand[1],
		.dnssec = options->dnssec,
		.udp_size = options->buffer_size ? options->buffer_size
			    : options->dnssec    ? ANSWER_UDP_SIZE_DEFAULT
						 : 0,
	};
	static struct finding finding;
	uint8_t query[QUERY_SIZE_MOST];
	struct maps maps;
	char why[256];
	size_t length = query_write(&words, query, why);
	bool fine;

	if (!length) {
		log_error("%s", why);
		return EXIT_USAGE;
	}
	if (!maps_open(&maps, options->pin))
		return EXIT_FAILED;
	fine = look_up(&finding, &maps, query, length) && print_finding(&finding);
	maps_close(&maps);
	return fine ? EXIT_OK : EXIT_FAILED;
}
