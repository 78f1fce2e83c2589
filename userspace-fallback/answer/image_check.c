// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks an image, so that it may be copied into maps without another look. */
#include "image_check.h"

#include <stdio.h>
#include <string.h>

#include "decide.h"
#include "reply_check.h"

static bool complain(char why[256], const char *what)
{
	snprintf(why, 256, "image: %s: render it again", what);
	return false;
}

/* The parts lie behind the head in one order, without gaps beyond alignment. */
static bool check_part(const struct image *image, const struct image_part *part, size_t size,
		       __u64 *end)
{
	if (part->offset != *end || part->count == 0 ||
	    part->count > (image->size - part->offset) / size)
		return false;
	*end = (part->offset + part->count * size + 7) & ~7ull;
	return *end <= image->size;
}

static bool check_head(const struct image *image, size_t size, char why[256])
{
	__u64 end = sizeof(*image);

	if (size < sizeof(*image) || memcmp(image->magic, IMAGE_MAGIC, sizeof(image->magic)) != 0)
		return complain(why, "this is none");
	if (image->layout_version != LAYOUT_VERSION || image->padding)
		return complain(why, "made by another version");
	if (image->size != size)
		return complain(why, "cut short or too long");
	if (!check_part(image, &image->info, sizeof(struct zone_info), &end) ||
	    !check_part(image, &image->prefix, sizeof(struct prefix_table), &end) ||
	    !check_part(image, &image->keys, sizeof(struct key_chunk), &end) ||
	    !check_part(image, &image->names, sizeof(struct name), &end) ||
	    !check_part(image, &image->replies, sizeof(struct reply), &end) ||
	    !check_part(image, &image->cuts, sizeof(struct cut), &end) ||
	    !check_part(image, &image->shelves, sizeof(struct shelf), &end) || end != image->size ||
	    image->info.count != 1 || image->prefix.count != 1)
		return complain(why, "its parts are out of place");
	if (image->names.count > (__u32)-1 / REPLY_KINDS - APEX_SLOTS ||
	    image->keys.count != KEY_CHUNKS(image->names.count) ||
	    image->replies.count != REPLY_OF_NAME(image->names.count, 0) ||
	    image->cuts.count > (__u32)-1 || image->shelves.count > (__u32)-1)
		return complain(why, "its counts are out of bounds");
	return true;
}

const char *image_check_info(const struct image_view *view)
{
	const struct zone_info *info = view->info;
	bool seen[65536] = { false };

	if (info->names != view->name_count)
		return "zone_info.names is wrong";
	if (info->apex_types < APEX_TYPES || info->apex_types > APEX_SLOTS)
		return "zone_info.apex_types is wrong";
	for (__u32 slot = 0; slot < APEX_SLOTS; slot++) {
		__u16 type = info->apex_type[slot];
		bool used = slot >= APEX_TYPES && slot < info->apex_types;

		if ((type != 0) != used || (used && seen[type]))
			return "zone_info.apex_type is wrong";
		seen[type] = true;
	}
	return NULL;
}

static bool name_valid(const struct name *name)
{
	for (__u32 i = 0; i < sizeof(name->label); i++) {
		char byte = name->label[i];

		if (i < name->length ? byte >= 'A' && byte <= 'Z' : byte != 0)
			return false;
	}
	return name->length <= DNS_LABEL_MAX;
}

const char *image_check_name(const struct image_view *view, __u32 index)
{
	const struct name *name = &view->names[index];

	if (!name_valid(name) || (name->length == 0) != (index == 0))
		return "a name is malformed";
	if (index > 0 && memcmp(name - 1, name, sizeof(*name)) >= 0)
		return "its names are not in canonical order";
	return NULL;
}

__u32 image_check_prefix(const struct image_view *view)
{
	__u32 at = 0, prefix;

	for (prefix = 0; prefix <= PREFIX_COUNT; prefix++) {
		for (; at < view->name_count; at++) {
			const char *label = view->names[at].label;

			if (name_prefix(label[0], label[1]) >= prefix)
				break;
		}
		if (view->prefix->first[prefix] != at)
			break;
	}
	return prefix;
}

bool image_check_key(const struct image_view *view, __u32 chunk, __u32 i)
{
	__u32 name = chunk * KEY_CHUNK + i;

	return view->keys[chunk].key[i] ==
	       (name < view->name_count ? name_key(&view->names[name]) : KEY_NONE);
}

/* What a slot may hold: the kernel trusts that it finds the kind of answer it looks for. */
static bool verdict_fits(const struct zone_info *info, __u32 index, __u16 verdict)
{
	__u32 slot = index / 2;

	if (index >= REPLY_OF_NAME(0, 0)) {
		__u32 kind = (index - REPLY_OF_NAME(0, 0)) % REPLY_KINDS;
		bool root = index < REPLY_OF_NAME(1, 0);

		if (kind == REPLY_NXDOMAIN_DO)
			return verdict == VERDICT_answer_nxdomain;
		if (kind == REPLY_REFERRAL || kind == REPLY_REFERRAL_DO)
			return verdict == VERDICT_answer_referral && !root;
		return (verdict == VERDICT_answer_ds || verdict == VERDICT_answer_nodata) && !root;
	}
	if (slot == APEX_NODATA)
		return verdict == VERDICT_answer_nodata;
	if (slot == APEX_NXDOMAIN)
		return verdict == VERDICT_answer_nxdomain && index == REPLY_APEX(slot, 0);
	return verdict == VERDICT_answer_apex && slot < info->apex_types;
}

/* The counts and flags that tell the kinds of answers apart. */
static bool shape_fits(const struct reply *reply)
{
	switch (reply->verdict) {
	case VERDICT_answer_referral:
		return reply->flags == 0 && !reply->ancount && reply->nscount;
	case VERDICT_answer_nxdomain: /* serves names of every length: no pointers */
		return reply->flags == NETWORK16(DNS_AA | RCODE_NXDOMAIN) && !reply->ancount &&
		       reply->nscount && reply->whole.even + reply->whole.odd == 0;
	case VERDICT_answer_nodata:
		return reply->flags == NETWORK16(DNS_AA) && !reply->ancount && reply->nscount;
	default:
		return reply->flags == NETWORK16(DNS_AA) && reply->ancount && !reply->nscount;
	}
}

/* A checked reply in the slot of an apex type begins with a record of that type, owned by '.'. */
static bool type_fits(const struct image_view *view, __u32 index, const struct reply *reply)
{
	__u32 slot = index / 2;
	__u16 type;

	if (index >= REPLY_OF_NAME(0, 0) || slot < APEX_TYPES || slot >= view->info->apex_types)
		return true;
	type = host16(load16(view->shelves[reply->shelf].bytes + reply->place + 1));
	return view->info->apex_type[slot] == (type == TYPE_SOA ? TYPE_ANY : type) ||
	       view->info->apex_type[slot] == type;
}

/* Length of the query name that a reply was rendered for. */
static __u32 rendered_for(const struct image_view *view, const struct reply *reply)
{
	__u8 label = view->names[reply->name].length;

	if (reply->verdict == VERDICT_answer_nxdomain || label == 0)
		return 1;
	return 1 + label + 1;
}

const char *image_check_reply(const struct image_view *view, __u32 index)
{
	const struct reply *reply = &view->replies[index];
	const struct reply passed = { .name = reply->name };
	__u32 first = REPLY_OF_NAME(0, 0);
	const char *wrong;

	if (reply->name != (index < first ? 0 : (index - first) / REPLY_KINDS))
		wrong = "its name is wrong";
	else if (reply->verdict == VERDICT_pass_no_reply)
		wrong = memcmp(reply, &passed, sizeof(passed)) ? "it is half there" : NULL;
	else if (!verdict_fits(view->info, index, reply->verdict) || !shape_fits(reply))
		wrong = "it is of another kind";
	else
		wrong = reply_check(view, reply, rendered_for(view, reply));
	if (!wrong && reply->verdict && !type_fits(view, index, reply))
		wrong = "it is of another type";
	return wrong;
}

static bool check_names(const struct image_view *view, char why[256])
{
	for (__u32 i = 0; i < view->name_count; i++) {
		const char *wrong = image_check_name(view, i);

		if (wrong)
			return complain(why, wrong);
	}
	return true;
}

static bool check_keys(const struct image_view *view)
{
	for (__u32 chunk = 0; chunk < view->key_count; chunk++)
		for (__u32 i = 0; i < KEY_CHUNK + KEYS_BEHIND; i++)
			if (!image_check_key(view, chunk, i))
				return false;
	return true;
}

static bool check_replies(const struct image_view *view, char why[256])
{
	__u64 cuts = 0;
	__u32 stored = 0;

	for (__u32 i = 0; i < view->reply_count; i++) {
		const char *wrong = image_check_reply(view, i);

		if (wrong) {
			snprintf(why, 256, "image: reply %u: %s: render it again", i, wrong);
			return false;
		}
		stored += view->replies[i].verdict != VERDICT_pass_no_reply;
		cuts += view->replies[i].cuts;
	}
	if (view->cut_count != (cuts ? cuts : 1))
		return complain(why, "its cuts belong to no reply");
	if (stored != view->info->replies)
		return complain(why, "zone_info.replies is wrong");
	return true;
}

bool image_check(const struct image *image, size_t size, char why[256])
{
	struct image_view view;
	const char *wrong;

	if (!check_head(image, size, why))
		return false;
	view = image_parts(image);
	wrong = image_check_info(&view);
	if (wrong)
		return complain(why, wrong);
	if (!check_names(&view, why))
		return false;
	if (image_check_prefix(&view) <= PREFIX_COUNT)
		return complain(why, "its prefix table is wrong");
	if (!check_keys(&view))
		return complain(why, "a key is not its name's");
	return check_replies(&view, why);
}
