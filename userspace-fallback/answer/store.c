// SPDX-License-Identifier: GPL-2.0-or-later
/* Renders one stored reply and finds a place for it. */
#include "store.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "question.h"
#include "render.h"
#include "sum.h"

#define QUESTION_MAX (DNS_HEADER_SIZE + DNS_NAME_MAX + 4)

/* A reply under way: its wire and its cuts, shortest first; the last one is the whole. */
struct draft {
	struct writer writer;
	struct counts counts;
	uint8_t message[QUESTION_MAX + BODY_MAX];
	uint16_t relocations[RELOCATIONS_MAX];
	struct cut cut[CUTS_MAX + 1];
	size_t cuts;
};

/*
 * Makes room for `more` values beyond `count`, zeroed. Returns the values, moved if need be, or
 * NULL without memory; then the old ones are untouched.
 */
static void *grow(struct store *store, void *values, size_t count, size_t more, size_t *room,
		  size_t size)
{
	size_t wanted = *room ? *room * 2 : 64;
	char *grown;

	if (count + more <= *room)
		return values;
	if (wanted < count + more)
		wanted = count + more;
	grown = realloc(values, wanted * size);
	if (!grown) {
		store->out_of_memory = true;
		return NULL;
	}
	memset(grown + count * size, 0, (wanted - count) * size);
	*room = wanted;
	return grown;
}

static void begin_draft(struct draft *draft, const uint8_t *qname)
{
	uint8_t *at = draft->message + DNS_HEADER_SIZE;
	size_t length = qname[0] ? qname[0] + 2 : 1;
	size_t question = DNS_HEADER_SIZE + length + 4;

	memset(draft->message, 0, question);
	memcpy(at, qname, length);
	writer_begin(&draft->writer, draft->message, question, question + BODY_MAX, at);
	draft->writer.relocations = draft->relocations;
	draft->writer.relocations_max = RELOCATIONS_MAX;
	draft->cuts = 0;
}

static void note_cut(struct draft *draft)
{
	const struct writer *writer = &draft->writer;
	struct cut *cut = &draft->cut[draft->cuts++];

	*cut = (struct cut){
		.length = writer->length - writer->body,
		.arcount = draft->counts.additional,
		.sum = body_sum(writer->message + writer->body, writer->length - writer->body),
	};
	for (size_t i = 0; i < writer->relocation_count; i++) {
		if (draft->relocations[i] & 1)
			cut->odd++;
		else
			cut->even++;
	}
}

/* False when the reply cannot be stored. */
static bool draw(struct draft *draft, const struct sections *sections, uint16_t max_udp_size)
{
	struct writer *writer = &draft->writer;

	if (!render_required(writer, sections, &draft->counts) ||
	    writer->relocation_count > RELOCATIONS_MAX)
		return false;
	note_cut(draft);

	if (writer->limit > max_udp_size)
		writer->limit = max_udp_size;
	for (size_t i = sections->glue_required; i < sections->glue_count; i++) {
		if (!render_glue(writer, &sections->glue[i], &draft->counts))
			break;
		if (draft->cuts > CUTS_MAX || writer->relocation_count > RELOCATIONS_MAX)
			return false;
		note_cut(draft);
	}
	return true;
}

/* Returns where the body goes, or NULL without memory. */
static uint8_t *claim_place(struct store *store, size_t size, struct reply *reply)
{
	struct shelf *shelves = store->shelves;

	if (!store->shelf_count || store->place > PLACE_MAX) {
		shelves = grow(store, shelves, store->shelf_count, 1, &store->shelf_room,
			       sizeof(*shelves));
		if (!shelves)
			return NULL;
		store->shelves = shelves;
		store->shelf_count++;
		store->place = 0;
	}
	reply->shelf = store->shelf_count - 1;
	reply->place = store->place;
	store->place += (size + 7) & ~(size_t)7;
	return store->shelves[reply->shelf].bytes + reply->place;
}

static bool lay_down(struct store *store, const struct draft *draft, struct reply *reply)
{
	const struct writer *writer = &draft->writer;
	size_t length = writer->length - writer->body;
	size_t relocations = RELOCATIONS(0, length);
	size_t size = writer->relocation_count * sizeof(writer->relocations[0]);
	struct cut *cuts;
	uint8_t *place;

	cuts = grow(store, store->cuts, store->cut_count, draft->cuts, &store->cut_room,
		    sizeof(*cuts));
	if (!cuts)
		return false;
	store->cuts = cuts;
	place = claim_place(store, relocations + size, reply);
	if (!place)
		return false;
	memcpy(place, writer->message + writer->body, length);
	memcpy(place + relocations, writer->relocations, size);

	reply->whole = draft->cut[draft->cuts - 1];
	reply->cuts = draft->cuts - 1;
	reply->first_cut = reply->cuts ? store->cut_count : 0;
	for (size_t i = draft->cuts - 1; i-- > 0;)
		store->cuts[store->cut_count++] = draft->cut[i];
	return true;
}

void store_reply(struct store *store, const struct sections *sections, const uint8_t *qname,
		 struct reply *reply)
{
	struct draft draft;

	begin_draft(&draft, qname);
	if (!draw(&draft, sections, store->max_udp_size) || !lay_down(store, &draft, reply))
		return;
	reply->flags = htons(sections->flags);
	reply->ancount = htons(draft.counts.answer);
	reply->nscount = htons(draft.counts.authority);
	reply->verdict = sections->verdict;
}

void store_free(struct store *store)
{
	free(store->cuts);
	free(store->shelves);
}
