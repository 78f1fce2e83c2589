// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes stored replies apart again. */
#include "reply_records.h"

#include <string.h>

#include "registry.h"

#define POINTER 0xC0

struct reply_question reply_name(const struct image_view *view, __u32 index)
{
	__u32 first = REPLY_OF_NAME(0, 0);
	const struct name *name;
	struct reply_question question = { .length = 1 };

	if (index < first)
		return question;
	name = &view->names[(index - first) / REPLY_KINDS];
	if (name->length == 0 || name->length > DNS_LABEL_MAX)
		return question;
	question.name[0] = name->length;
	memcpy(question.name + 1, name->label, name->length);
	question.length = name->length + 2;
	return question;
}

struct reply_question reply_question(const struct image_view *view, __u32 index)
{
	__u32 first = REPLY_OF_NAME(0, 0);

	if (index >= first && (index - first) % REPLY_KINDS == REPLY_NXDOMAIN_DO)
		return (struct reply_question){ .length = 1 };
	return reply_name(view, index);
}

static bool is_readable(const struct image_view *view, const struct reply *reply)
{
	return reply->verdict && reply->shelf < view->shelf_count && reply->place <= PLACE_MAX &&
	       reply->whole.length <= BODY_MAX;
}

void reply_reader_begin(struct reply_reader *reader, const struct image_view *view, __u32 index)
{
	const struct reply *reply = &view->replies[index];

	*reader = (struct reply_reader){ 0 };
	if (!is_readable(view, reply))
		return;
	*reader = (struct reply_reader){
		.body = cursor_over(view->shelves[reply->shelf].bytes + reply->place,
				    reply->whole.length),
		.question = reply_question(view, index),
		.answers = host16(reply->ancount),
		.authorities = host16(reply->nscount),
	};
	reader->records = reader->answers + reader->authorities + reply->whole.arcount;
}

/* A label and what it may point on to. */
struct position {
	const __u8 *bytes;
	__u32 at, end;
};

/* Follows a pointer: to the question's name, or back in the body. */
static bool follow(const struct reply_reader *reader, struct position *from, __u32 target)
{
	__u32 body = DNS_HEADER_SIZE + reader->question.length + 4;

	if (target >= body) {
		if (from->bytes == reader->body.start && target - body >= from->at)
			return false;
		*from = (struct position){ reader->body.start, target - body, reader->body.limit };
		return from->at < from->end;
	}
	*from = (struct position){ reader->question.name, 0, reader->question.length };
	return target == DNS_HEADER_SIZE;
}

/*
 * Copies the name at the cursor into name[DNS_NAME_MAX], in full. Returns its length; 0: malformed.
 * Pointers only ever lead back, and each label makes the name longer, so this ends.
 */
static __u32 take_name(struct reply_reader *reader, uint8_t *name, bool *whole)
{
	struct cursor *body = &reader->body;
	struct position from = { body->start, body->pos, body->limit };
	__u32 length = 0;
	bool moved = false;

	*whole = true;
	while (from.at < from.end) {
		__u32 size = from.bytes[from.at];

		if (size >= POINTER) {
			if (from.at + 2 > from.end)
				return 0;
			if (!moved)
				body->pos = from.at + 2;
			moved = true;
			*whole = false;
			size = (size & ~POINTER) << 8 | from.bytes[from.at + 1];
			if (!follow(reader, &from, size))
				return 0;
			continue;
		}
		if (size > DNS_LABEL_MAX || from.at + 1 + size > from.end ||
		    length + 1 + size > DNS_NAME_MAX)
			return 0;
		memcpy(name + length, from.bytes + from.at, 1 + size);
		length += 1 + size;
		from.at += 1 + size;
		if (size)
			continue;
		if (!moved)
			body->pos = from.at;
		return length;
	}
	return 0;
}

static bool copy_bytes(struct reply_reader *reader, struct reply_record *record, __u32 length)
{
	const __u8 *bytes = cursor_take(&reader->body, length);

	if (!bytes || record->rdata_length + length > sizeof(record->rdata))
		return false;
	memcpy(record->rdata + record->rdata_length, bytes, length);
	record->rdata_length += length;
	return true;
}

static bool copy_name(struct reply_reader *reader, struct reply_record *record)
{
	__u32 length;
	bool whole;

	if ((size_t)record->rdata_length + DNS_NAME_MAX > sizeof(record->rdata))
		return false;
	length = take_name(reader, record->rdata + record->rdata_length, &whole);
	record->rdata_length += length;
	record->rdata_whole = record->rdata_whole && whole;
	return length;
}

/* RFC 3597 4: names are compressed in the types of RFC 1035 only. */
static bool take_rdata(struct reply_reader *reader, struct reply_record *record, __u32 length)
{
	switch (record->type) {
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_PTR:
		return copy_name(reader, record);
	case TYPE_MX:
		return copy_bytes(reader, record, 2) && copy_name(reader, record);
	case TYPE_SOA:
		return copy_name(reader, record) && copy_name(reader, record) &&
		       copy_bytes(reader, record, 20);
	default:
		return copy_bytes(reader, record, length);
	}
}

bool reply_reader_next(struct reply_reader *reader, struct reply_record *record)
{
	const __u8 *head;
	__u32 length, end;

	if (reader->record == reader->records)
		return false;
	record->authority = reader->record >= reader->answers &&
			    reader->record < reader->answers + reader->authorities;
	reader->record++;
	length = take_name(reader, record->owner, &record->owner_whole);
	head = cursor_take(&reader->body, 10);
	if (!length || !head)
		return false;
	record->owner_length = length;
	record->type = host16(load16(head));
	record->ttl = host32(load32(head + 4));
	record->rdata_length = 0;
	record->rdata_whole = true;
	length = host16(load16(head + 8));
	end = reader->body.pos + length;
	return take_rdata(reader, record, length) && reader->body.pos == end;
}
