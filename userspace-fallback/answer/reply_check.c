// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks one stored reply: the kernel relies on its numbers, and clients on its records. */
#include "reply_check.h"

#include <stdbool.h>
#include <stdint.h>

#include "decide.h"
#include "sum.h"

/* A walk through a body's records, which meets every compression pointer in order. */
struct walk {
	struct cursor cursor;
	const __u16 *relocations;
	__u32 count;        /* of relocations */
	__u32 met;          /* pointers so far */
	__u32 question_end; /* where the body begins in the message */
};

/* A pointer leads back into the body, or to the question's last label, its first when stored. */
static bool walk_pointer(struct walk *walk)
{
	__u32 place = walk->cursor.pos;
	const __u8 *pointer = cursor_take(&walk->cursor, 2);
	__u32 target;

	if (!pointer || walk->met == walk->count || walk->relocations[walk->met++] != place)
		return false;
	target = (pointer[0] & 0x3F) << 8 | pointer[1];
	return target == DNS_HEADER_SIZE ||
	       (target >= walk->question_end && target < walk->question_end + place);
}

static bool walk_name(struct walk *walk)
{
	struct cursor *cursor = &walk->cursor;

	while (cursor->pos < cursor->limit) {
		__u8 length = cursor->start[cursor->pos];

		if (length >= 0xC0)
			return walk_pointer(walk);
		if (length > DNS_LABEL_MAX || !cursor_take(cursor, 1 + length))
			return false;
		if (length == 0)
			return true;
	}
	return false;
}

static bool walk_rdata(struct walk *walk, __u16 type, __u32 end)
{
	switch (type) {
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_PTR:
		return walk_name(walk) && walk->cursor.pos == end;
	case TYPE_MX:
		return cursor_take(&walk->cursor, 2) && walk_name(walk) && walk->cursor.pos == end;
	case TYPE_SOA:
		return walk_name(walk) && walk_name(walk) && cursor_take(&walk->cursor, 20) &&
		       walk->cursor.pos == end;
	default:
		return cursor_take(&walk->cursor, end - walk->cursor.pos);
	}
}

static bool walk_record(struct walk *walk)
{
	const __u8 *head;
	__u32 length;

	if (!walk_name(walk))
		return false;
	head = cursor_take(&walk->cursor, 10);
	if (!head || load16(head + 2) != NETWORK16(DNS_CLASS_IN))
		return false;
	length = host16(load16(head + 8));
	return walk_rdata(walk, host16(load16(head)), walk->cursor.pos + length);
}

static const char *check_cut(const __u8 *body, const struct cut *cut, struct walk *walk,
			     __u32 records)
{
	__u32 odd = 0;

	walk->cursor = cursor_over(body, cut->length);
	walk->met = 0;
	for (__u32 i = 0; i < records + cut->arcount; i++)
		if (!walk_record(walk))
			return "a record or a relocation is malformed";
	if (walk->cursor.pos != cut->length)
		return "its counts disagree with its length";
	for (__u32 i = 0; i < walk->met; i++)
		odd += walk->relocations[i] & 1;
	if (cut->odd != odd || cut->even != walk->met - odd)
		return "its relocations are miscounted";
	if (cut->sum != body_sum(body, cut->length))
		return "its sum is wrong";
	return NULL;
}

static const char *check_bounds(const struct image_view *view, const struct reply *reply)
{
	if (reply->shelf >= view->shelf_count)
		return "its shelf is not there";
	if (reply->place % 8 || reply->place > PLACE_MAX)
		return "its place is out of bounds";
	if (reply->whole.length == 0 || reply->whole.length > BODY_MAX)
		return "its length is out of bounds";
	if (reply->whole.even + reply->whole.odd > RELOCATIONS_MAX)
		return "it has too many relocations";
	if (reply->cuts > CUTS_MAX || reply->first_cut >= view->cut_count ||
	    view->cut_count - reply->first_cut < reply->cuts ||
	    (reply->cuts == 0 && reply->first_cut != 0))
		return "its cuts are not there";
	return NULL;
}

const char *reply_check(const struct image_view *view, const struct reply *reply,
			__u32 qname_length)
{
	__u32 records = host16(reply->ancount) + host16(reply->nscount);
	const char *wrong = check_bounds(view, reply);
	const struct cut *longer = &reply->whole;
	struct walk walk;
	const __u8 *body;

	if (wrong)
		return wrong;
	body = view->shelves[reply->shelf].bytes + reply->place;
	walk = (struct walk){
		.relocations = (const void *)(body + RELOCATIONS(0, reply->whole.length)),
		.count = reply->whole.even + reply->whole.odd,
		.question_end = DNS_HEADER_SIZE + qname_length + 4,
	};
	wrong = check_cut(body, &reply->whole, &walk, records);
	for (__u32 i = 0; i < reply->cuts && !wrong; i++) {
		const struct cut *cut = &view->cuts[reply->first_cut + i];

		if (cut->length >= longer->length || cut->arcount >= longer->arcount)
			return "its cuts are not ever shorter";
		wrong = check_cut(body, cut, &walk, records);
		longer = cut;
	}
	return wrong;
}
