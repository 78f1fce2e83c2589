// SPDX-License-Identifier: GPL-2.0-or-later
/* Rebuilds the zone from stored replies, and says which of them can't be right. */
#include "rebuild.h"

#include <stdlib.h>
#include <string.h>

#include "dname.h"
#include "image_check.h"
#include "print.h"
#include "registry.h"
#include "reply_records.h"

static void find_in(struct findings *findings, enum set_map_index map, int64_t key,
		    const char *what)
{
	find_at(findings, &(struct spot){ map, key, -1 }, ": %s: " LOAD_ANEW, what);
}

/* --- what the replies tell of names and types ----------------------------------------------- */

/* The owner of a gap's NSEC, which is the name before the gap; not in the order of records. */
static bool name_of_gap(const struct image_view *view, uint32_t index, struct reply_record *record)
{
	uint32_t reply = REPLY_OF_NAME(index, REPLY_NXDOMAIN_DO);
	struct reply_reader reader;

	if (!view->replies[reply].verdict || image_check_reply(view, reply))
		return false;
	reply_reader_begin(&reader, view, reply);
	while (reply_reader_next(&reader, record))
		if (record->type == TYPE_NSEC)
			return record->owner_length > 2 &&
			       record->owner_length == record->owner[0] + 2;
	return false;
}

/* A name that is damaged would give all records of its replies another owner. */
static void correct_names(struct rebuilt *rebuilt, struct findings *findings)
{
	struct reply_record record;
	char wrong[DNAME_TEXT_ROOM], right[DNAME_TEXT_ROOM];

	for (uint32_t i = 1; i < rebuilt->view.name_count; i++) {
		struct name name = { 0 };

		if (!name_of_gap(&rebuilt->view, i, &record))
			continue;
		name.length = record.owner[0];
		for (uint8_t at = 0; at < name.length; at++)
			name.label[at] = dname_lower(record.owner[1 + at]);
		if (!memcmp(&name, &rebuilt->names[i], sizeof(name)))
			continue;
		dname_text(wrong, reply_name(&rebuilt->view, REPLY_OF_NAME(i, 0)).name);
		dname_text(right, record.owner);
		find_at(findings, &(struct spot){ SET_names, i, -1 },
			": it is '%s', but the NSEC of its gap is that of '%s': " LOAD_ANEW, wrong,
			right);
		rebuilt->names[i] = name;
	}
}

static bool is_listed(const struct zone_info *info, uint32_t slots, uint16_t type)
{
	for (uint32_t slot = APEX_TYPES; slot < slots; slot++)
		if (info->apex_type[slot] == type)
			return true;
	return false;
}

/* The type that the first record of a slot's reply is of; the second SOA stands for ANY. */
static void correct_type(struct rebuilt *rebuilt, uint32_t slot)
{
	struct zone_info *info = &rebuilt->info;
	struct reply_record record;
	struct reply_reader reader;

	reply_reader_begin(&reader, &rebuilt->view, REPLY_APEX(slot, 0));
	if (!reply_reader_next(&reader, &record)) {
		info->apex_type[slot] = slot < info->apex_types ? info->apex_type[slot] : 0;
		return;
	}
	if (record.type == TYPE_SOA && is_listed(info, slot, TYPE_SOA))
		record.type = TYPE_ANY;
	info->apex_type[slot] = record.type;
}

static void correct_types(struct rebuilt *rebuilt, struct findings *findings)
{
	struct zone_info *info = &rebuilt->info;
	const struct zone_info read = *info;
	const char *wrong = image_check_info(&rebuilt->view);

	if (wrong)
		find_in(findings, SET_zone, 0, wrong);
	for (uint32_t slot = 0; slot < APEX_SLOTS; slot++) {
		if (slot >= APEX_TYPES)
			correct_type(rebuilt, slot);
		if (read.apex_type[slot] == info->apex_type[slot])
			continue;
		find_at(findings, &(struct spot){ SET_zone, 0, -1 },
			": apex_type[%u] is %s, but that slot's reply is of %s: " LOAD_ANEW, slot,
			type_word(read.apex_type[slot]).text,
			type_word(info->apex_type[slot]).text);
	}
	info->names = rebuilt->view.name_count;
	info->apex_types = APEX_SLOTS;
	while (info->apex_types > APEX_TYPES && !info->apex_type[info->apex_types - 1])
		info->apex_types--;
}

/* --- all parts ------------------------------------------------------------------------------ */

static void check_names(const struct rebuilt *rebuilt, struct findings *findings)
{
	uint32_t prefix = image_check_prefix(&rebuilt->view);

	for (uint32_t i = 0; i < rebuilt->view.name_count; i++) {
		const char *wrong = image_check_name(&rebuilt->view, i);

		if (wrong)
			find_in(findings, SET_names, i, wrong);
	}
	if (prefix <= PREFIX_COUNT)
		find_at(findings, &(struct spot){ SET_prefixes, 0, prefix * sizeof(__u32) },
			" (first[%u]): it is not where names with these letters begin: " LOAD_ANEW,
			prefix);
}

static void check_replies(struct rebuilt *rebuilt, struct findings *findings)
{
	const struct image_view *view = &rebuilt->view;

	for (uint32_t i = 0; i < view->reply_count; i++) {
		const struct reply *reply = &view->replies[i];
		const char *wrong = image_check_reply(view, i);

		if (!wrong)
			continue;
		rebuilt->damaged[i] = 1;
		rebuilt->damages++;
		find_at(findings, &(struct spot){ SET_replies, i, -1 },
			" (%s, shelves_%u[%u] bytes %u to %u): %s: " LOAD_ANEW,
			reply_words(view, i).text, findings->set, reply->shelf, reply->place,
			reply->place + reply->whole.length - 1, wrong);
	}
}

/* "DS of com.", "RRSIG of com. DS" */
struct set_words {
	char text[DNAME_TEXT_ROOM + 56];
};

static struct set_words set_words(const struct gathered_set *set)
{
	char owner[DNAME_TEXT_ROOM];
	struct set_words words;

	dname_text(owner, set->owner);
	if (set->covered)
		snprintf(words.text, sizeof(words.text), "RRSIG of %s %s", owner,
			 type_word(set->covered).text);
	else
		snprintf(words.text, sizeof(words.text), "%s of %s", type_word(set->type).text,
			 owner);
	return words;
}

static void list_contradictions(const struct rebuilt *rebuilt, struct findings *findings)
{
	const struct gathered *gathered = rebuilt->gathered;

	for (size_t i = 0; i < gathered->contradictions && i < CONTRADICTIONS_MAX; i++) {
		const struct contradiction *contradiction = &gathered->contradiction[i];

		find_at(findings, &(struct spot){ SET_replies, contradiction->reply, -1 },
			" (%s): %s differs from the one in replies_%u[%u] (%s): " LOAD_ANEW,
			reply_words(&rebuilt->view, contradiction->reply).text,
			set_words(contradiction->set).text, findings->set, contradiction->other,
			reply_words(&rebuilt->view, contradiction->other).text);
	}
}

static bool gather(struct rebuilt *rebuilt, uint8_t damaged, enum gather_what what)
{
	for (uint32_t i = 0; i < rebuilt->view.reply_count; i++)
		if (rebuilt->damaged[i] == damaged &&
		    !gather_reply(rebuilt->gathered, &rebuilt->view, i, what))
			return false;
	return true;
}

bool rebuild(struct rebuilt *rebuilt, const struct image_view *view, struct findings *findings)
{
	*rebuilt = (struct rebuilt){
		.view = *view,
		.info = *view->info,
		.names = calloc(view->name_count, sizeof(*rebuilt->names)),
		.damaged = calloc(view->reply_count, 1),
		.gathered = gather_new(),
	};
	if (!rebuilt->names || !rebuilt->damaged || !rebuilt->gathered)
		return false;
	memcpy(rebuilt->names, view->names, view->name_count * sizeof(*rebuilt->names));
	rebuilt->view.names = rebuilt->names;
	rebuilt->view.info = &rebuilt->info;

	correct_types(rebuilt, findings);
	correct_names(rebuilt, findings);
	check_names(rebuilt, findings);
	check_replies(rebuilt, findings);
	if (!gather(rebuilt, 0, GATHER_ALL))
		return false;
	list_contradictions(rebuilt, findings);
	if (!gather_settle(rebuilt->gathered))
		find(findings, "",
		     "the SOA of negative replies is not that of '.' with the lesser "
		     "TTL: " LOAD_ANEW);
	return true;
}

bool rebuild_missing(struct rebuilt *rebuilt)
{
	if (!gather(rebuilt, 1, GATHER_MISSING))
		return false;
	gather_settle(rebuilt->gathered);
	return true;
}

void rebuilt_free(struct rebuilt *rebuilt)
{
	gather_free(rebuilt->gathered);
	free(rebuilt->names);
	free(rebuilt->damaged);
}
