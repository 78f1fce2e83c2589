// SPDX-License-Identifier: GPL-2.0-or-later
/* Renders every reply that a zone can give into one flat image. */
#include "image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "decide.h"
#include "store.h"

static const uint8_t root[] = { 0 };

/* All that goes into the image, before its parts are put in a row. */
struct plan {
	struct zone_info info;
	struct prefix_table prefix;
	struct key_chunk *keys;
	struct name *names;
	struct reply *replies;
	size_t reply_count;
	struct store store;
};

static void list_names(struct plan *plan, const struct zone *zone)
{
	for (size_t i = 0; i < zone->delegation_count; i++) {
		const struct delegation *delegation = &zone->delegations[i];
		struct name *name = &plan->names[i + 1];

		memcpy(name->label, delegation->label, delegation->label_length);
		name->length = delegation->label_length;
	}
}

static void index_prefixes(struct plan *plan)
{
	__u32 *first = plan->prefix.first;
	__u32 prefix = 0;

	for (__u32 i = 0; i < plan->info.names; i++) {
		const struct name *name = &plan->names[i];

		while (prefix <= name_prefix(name->label[0], name->label[1]))
			first[prefix++] = i;
	}
	while (prefix <= PREFIX_COUNT)
		first[prefix++] = plan->info.names;
}

static void index_keys(struct plan *plan)
{
	for (__u32 chunk = 0; chunk < KEY_CHUNKS(plan->info.names); chunk++)
		for (__u32 i = 0; i < KEY_CHUNK + KEYS_BEHIND; i++) {
			__u32 name = chunk * KEY_CHUNK + i;

			plan->keys[chunk].key[i] = name < plan->info.names ?
							   name_key(&plan->names[name]) :
							   KEY_NONE;
		}
}

/* Whether every type at '.' has a slot; RRSIG and ANY need two more. */
static bool types_fit(const struct zone *zone)
{
	return zone->apex_count + 2 <= APEX_SLOTS - APEX_TYPES;
}

static void list_apex_types(struct plan *plan, const struct zone *zone)
{
	struct zone_info *info = &plan->info;

	info->apex_types = APEX_TYPES;
	for (size_t i = 0; i < zone->apex_count && info->apex_types < APEX_SLOTS - 2; i++)
		info->apex_type[info->apex_types++] = zone->apex[i]->type;
	if (zone->soa->signatures)
		info->apex_type[info->apex_types++] = TYPE_RRSIG;
	info->apex_type[info->apex_types++] = TYPE_ANY;
}

static void keep(struct plan *plan, size_t index, __u32 name, const struct sections *sections,
		 const uint8_t *qname)
{
	struct reply *reply = &plan->replies[index];

	store_reply(&plan->store, sections, qname, reply);
	reply->name = name;
	plan->info.replies += reply->verdict != 0;
}

/* The stored NODATA stands for all types without a slot, so it must be true of each of them. */
static void render_apex_nodata(struct plan *plan, const struct zone *zone)
{
	struct sections sections;

	if (!types_fit(zone))
		return;
	for (int dnssec_ok = 0; dnssec_ok < 2; dnssec_ok++) {
		answer_apex(zone, 0, dnssec_ok, &sections); /* type 0 is reserved (RFC 6895) */
		keep(plan, REPLY_APEX(APEX_NODATA, dnssec_ok), 0, &sections, root);
	}
}

static void render_apex(struct plan *plan, const struct zone *zone)
{
	const struct zone_info *info = &plan->info;
	struct sections sections;

	render_apex_nodata(plan, zone);
	answer_nxdomain(zone, -1, false, &sections);
	keep(plan, REPLY_APEX(APEX_NXDOMAIN, 0), 0, &sections, root);

	for (size_t slot = APEX_TYPES; slot < info->apex_types; slot++) {
		for (int dnssec_ok = 0; dnssec_ok < 2; dnssec_ok++) {
			answer_apex(zone, info->apex_type[slot], dnssec_ok, &sections);
			keep(plan, REPLY_APEX(slot, dnssec_ok), 0, &sections, root);
		}
	}
}

static void render_delegation(struct plan *plan, const struct zone *zone, __u32 name)
{
	const struct delegation *delegation = &zone->delegations[name - 1];
	struct sections sections;

	for (int dnssec_ok = 0; dnssec_ok < 2; dnssec_ok++) {
		answer_referral(delegation, dnssec_ok, &sections);
		keep(plan, REPLY_OF_NAME(name, REPLY_REFERRAL + dnssec_ok), name, &sections,
		     delegation->name);
		answer_ds(zone, delegation, dnssec_ok, &sections);
		keep(plan, REPLY_OF_NAME(name, REPLY_DS + dnssec_ok), name, &sections,
		     delegation->name);
	}
}

static void render_all(struct plan *plan, const struct zone *zone)
{
	struct sections sections;

	render_apex(plan, zone);
	for (__u32 name = 0; name < plan->info.names; name++) {
		if (name > 0)
			render_delegation(plan, zone, name);
		answer_nxdomain(zone, (long)name - 1, true, &sections);
		keep(plan, REPLY_OF_NAME(name, REPLY_NXDOMAIN_DO), name, &sections, root);
	}
}

static struct image_part place_part(__u64 *end, __u64 count, size_t size)
{
	struct image_part part = { *end, count };

	*end = (*end + count * size + 7) & ~7ull;
	return part;
}

static void fill_part(struct image *image, struct image_part part, const void *values, size_t count,
		      size_t size)
{
	if (count)
		memcpy((char *)image + part.offset, values, count * size);
}

static struct image *assemble(const struct plan *plan)
{
	const struct store *store = &plan->store;
	struct image head = { .magic = IMAGE_MAGIC, .layout_version = LAYOUT_VERSION };
	struct image *image;

	head.size = sizeof(head);
	head.info = place_part(&head.size, 1, sizeof(struct zone_info));
	head.prefix = place_part(&head.size, 1, sizeof(struct prefix_table));
	head.keys = place_part(&head.size, KEY_CHUNKS(plan->info.names), sizeof(struct key_chunk));
	head.names = place_part(&head.size, plan->info.names, sizeof(struct name));
	head.replies = place_part(&head.size, plan->reply_count, sizeof(struct reply));
	head.cuts =
		place_part(&head.size, store->cut_count ? store->cut_count : 1, sizeof(struct cut));
	head.shelves = place_part(&head.size, store->shelf_count ? store->shelf_count : 1,
				  sizeof(struct shelf));

	image = calloc(1, head.size);
	if (!image)
		return NULL;
	*image = head;
	fill_part(image, head.info, &plan->info, 1, sizeof(plan->info));
	fill_part(image, head.prefix, &plan->prefix, 1, sizeof(plan->prefix));
	fill_part(image, head.keys, plan->keys, head.keys.count, sizeof(*plan->keys));
	fill_part(image, head.names, plan->names, plan->info.names, sizeof(*plan->names));
	fill_part(image, head.replies, plan->replies, plan->reply_count, sizeof(*plan->replies));
	fill_part(image, head.cuts, store->cuts, store->cut_count, sizeof(*store->cuts));
	fill_part(image, head.shelves, store->shelves, store->shelf_count, sizeof(*store->shelves));
	return image;
}

struct image *image_render(const struct zone *zone, const struct answer_config *config,
			   char why[256])
{
	struct image *image = NULL;
	struct plan plan = {
		.info = {
			.serial = zone->serial,
			.names = zone->delegation_count + 1,
			.signatures_end = zone->signatures_end,
			.soa_expire = zone->expire,
		},
		.store = { .max_udp_size = config->max_udp_size },
	};

	plan.reply_count = REPLY_OF_NAME((size_t)plan.info.names, 0);
	plan.keys = calloc(KEY_CHUNKS(plan.info.names), sizeof(*plan.keys));
	plan.names = calloc(plan.info.names, sizeof(*plan.names));
	plan.replies = calloc(plan.reply_count, sizeof(*plan.replies));
	if (plan.keys && plan.names && plan.replies) {
		list_names(&plan, zone);
		index_keys(&plan);
		index_prefixes(&plan);
		list_apex_types(&plan, zone);
		render_all(&plan, zone);
		if (!plan.store.out_of_memory)
			image = assemble(&plan);
	}
	if (!image)
		snprintf(why, 256, "zone %u: out of memory for %zu replies", zone->serial,
			 plan.reply_count);
	store_free(&plan.store);
	free(plan.keys);
	free(plan.names);
	free(plan.replies);
	return image;
}

struct image_view image_parts(const struct image *image)
{
	const char *base = (const char *)image;

	return (struct image_view){
		.info = (const void *)(base + image->info.offset),
		.prefix = (const void *)(base + image->prefix.offset),
		.keys = (const void *)(base + image->keys.offset),
		.names = (const void *)(base + image->names.offset),
		.replies = (const void *)(base + image->replies.offset),
		.cuts = (const void *)(base + image->cuts.offset),
		.shelves = (const void *)(base + image->shelves.offset),
		.key_count = image->keys.count,
		.name_count = image->names.count,
		.reply_count = image->replies.count,
		.cut_count = image->cuts.count,
		.shelf_count = image->shelves.count,
	};
}

const void *image_entry(void *view, enum zone_part part, __u32 index)
{
	const struct image_view *parts = view;

	switch (part) {
	case PART_INFO:
		return index ? NULL : parts->info;
	case PART_PREFIXES:
		return index ? NULL : parts->prefix;
	case PART_KEYS:
		return index < parts->key_count ? &parts->keys[index] : NULL;
	case PART_NAMES:
		return index < parts->name_count ? &parts->names[index] : NULL;
	case PART_REPLIES:
		return index < parts->reply_count ? &parts->replies[index] : NULL;
	case PART_CUTS:
		return index < parts->cut_count ? &parts->cuts[index] : NULL;
	case PART_SHELVES:
		return index < parts->shelf_count ? &parts->shelves[index] : NULL;
	}
	return NULL;
}
