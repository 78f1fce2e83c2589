// SPDX-License-Identifier: GPL-2.0-or-later
/* The wire writer: records, names, and the table of names that can be pointed to. */
#include "render.h"

#include <string.h>

#include "decide.h"
#include "dname.h"
#include "wire.h"

#define POINTER     0xC000
#define POINTER_MAX 0x3FFF

/* A name of the zone, taken apart. */
struct labels {
	size_t count;                       /* the root not counted */
	uint8_t offset[DNS_LABELS_MAX + 1]; /* of each label's length byte, the root's last */
	uint32_t hash[DNS_LABELS_MAX];      /* of the name from that label on */
};

static void split(const uint8_t *name, struct labels *labels)
{
	uint32_t hash = 5381;
	size_t offset = 0;

	labels->count = 0;
	for (; name[offset]; offset += 1 + name[offset])
		labels->offset[labels->count++] = offset;
	labels->offset[labels->count] = offset;

	for (size_t i = labels->count; i-- > 0;) {
		/* 0x20 folds more than case; the comparison tells such names apart. */
		for (size_t at = labels->offset[i]; at < labels->offset[i + 1]; at++)
			hash = hash * 33 + (name[at] | 0x20);
		labels->hash[i] = hash;
	}
}

/* Case-blind; length bytes are below 'A', so that folding leaves them alone. */
static bool same_name(const uint8_t *a, const uint8_t *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (a[i] != b[i] && dname_lower(a[i]) != dname_lower(b[i]))
			return false;
	return true;
}

static size_t bucket_of(uint32_t hash)
{
	return (hash ^ hash >> 7 ^ hash >> 17) % SUFFIX_BUCKETS;
}

static const struct suffix *find_suffix(const struct writer *writer, const uint8_t *name,
					size_t length, uint32_t hash)
{
	uint16_t next = writer->bucket[bucket_of(hash)];

	while (next) {
		const struct suffix *suffix = &writer->suffix[next - 1];

		if (suffix->hash == hash && same_name(name, suffix->name, length))
			return suffix;
		next = suffix->next;
	}
	return NULL;
}

static void remember(struct writer *writer, const uint8_t *name, uint32_t hash, size_t place)
{
	uint16_t *bucket = &writer->bucket[bucket_of(hash)];

	if (place > POINTER_MAX || writer->suffix_count == SUFFIXES_MAX)
		return;
	writer->suffix[writer->suffix_count++] = (struct suffix){ name, hash, place, *bucket };
	*bucket = writer->suffix_count;
}

void writer_begin(struct writer *writer, uint8_t *message, size_t length, size_t limit,
		  const uint8_t *label)
{
	struct labels labels;

	writer->message = message;
	writer->length = length;
	writer->limit = limit;
	writer->full = false;
	writer->compress = true;
	writer->body = length;
	writer->relocations = NULL;
	writer->relocation_count = 0;
	writer->relocations_max = 0;
	writer->owner = NULL;
	writer->owner_place = 0;
	writer->suffix_count = 0;
	memset(writer->bucket, 0, sizeof(writer->bucket));

	split(label, &labels);
	if (labels.count)
		remember(writer, label, labels.hash[0], label - message);
}

/* Room for `length` more bytes, or NULL when the message is full. */
static uint8_t *claim(struct writer *writer, size_t length)
{
	uint8_t *at = writer->message + writer->length;

	if (writer->full || writer->limit < writer->length ||
	    writer->limit - writer->length < length) {
		writer->full = true;
		return NULL;
	}
	writer->length += length;
	return at;
}

static void put_bytes(struct writer *writer, const uint8_t *bytes, size_t length)
{
	uint8_t *at = claim(writer, length);

	if (at)
		memcpy(at, bytes, length);
}

static void put_pointer(struct writer *writer, uint16_t place)
{
	size_t relocation = writer->length - writer->body;
	uint8_t *at = claim(writer, 2);

	if (!at)
		return;
	put16(at, POINTER | place);
	if (writer->relocation_count < writer->relocations_max)
		writer->relocations[writer->relocation_count] = relocation;
	writer->relocation_count++;
}

static void put_name_whole(struct writer *writer, const uint8_t *name)
{
	put_bytes(writer, name, dname_length(name));
}

/*
 * RFC 1035 4.1.4: the longest suffix that was written before becomes a pointer. Returns the
 * pointer's target when that is all of the name, else 0.
 */
static uint16_t put_name(struct writer *writer, const uint8_t *name)
{
	const struct suffix *known = NULL;
	struct labels labels;
	size_t place = writer->length;
	size_t fresh = 0;

	if (!writer->compress) {
		put_name_whole(writer, name);
		return 0;
	}
	split(name, &labels);
	for (; fresh < labels.count; fresh++) {
		known = find_suffix(writer, name + labels.offset[fresh],
				    labels.offset[labels.count] + 1 - labels.offset[fresh],
				    labels.hash[fresh]);
		if (known)
			break;
	}
	for (size_t i = 0; i < fresh; i++)
		remember(writer, name + labels.offset[i], labels.hash[i], place + labels.offset[i]);

	put_bytes(writer, name, labels.offset[fresh] + (known ? 0 : 1));
	if (known)
		put_pointer(writer, known->place);
	return known && fresh == 0 ? known->place : 0;
}

/* The records of an RRset, and RRsets of one owner, follow each other: no need to search again. */
static void put_owner(struct writer *writer, const uint8_t *name)
{
	if (name == writer->owner && writer->owner_place) {
		put_pointer(writer, writer->owner_place);
		return;
	}
	writer->owner_place = put_name(writer, name);
	writer->owner = name;
}

/* RFC 3597 4: names are compressed in the types of RFC 1035 only. */
static void put_rdata(struct writer *writer, uint16_t type, const struct rdata *rdata)
{
	const uint8_t *bytes = rdata->bytes;
	size_t first;

	switch (type) {
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_PTR:
		put_name(writer, bytes);
		break;
	case TYPE_MX:
		put_bytes(writer, bytes, 2);
		put_name(writer, bytes + 2);
		break;
	case TYPE_SOA:
		first = dname_length(bytes);
		put_name(writer, bytes);
		put_name(writer, bytes + first);
		put_bytes(writer, bytes + rdata->length - 20, 20);
		break;
	default:
		put_bytes(writer, bytes, rdata->length);
	}
}

static void put_record(struct writer *writer, const uint8_t *owner, uint16_t type, uint32_t ttl,
		       const struct rdata *rdata)
{
	size_t begin;
	uint8_t *at;

	put_owner(writer, owner);
	at = claim(writer, 10);
	if (!at)
		return;
	at = put16(at, type);
	at = put16(at, CLASS_IN);
	at = put16(at, ttl >> 16);
	at = put16(at, ttl);
	begin = writer->length;
	put_rdata(writer, type, rdata);
	put16(at, writer->length - begin);
}

/* Returns the number of records. */
static uint16_t put_reference(struct writer *writer, const struct reference *reference)
{
	const struct rrset *rrset = reference->rrset;
	uint16_t records = reference->records ? rrset->count : 0;
	uint16_t signatures = reference->signatures ? rrset->signatures : 0;

	for (size_t i = 0; i < records && !writer->full; i++)
		put_record(writer, rrset->owner, rrset->type, rrset->ttl, &rrset->rdata[i]);
	for (size_t i = 0; i < signatures && !writer->full; i++)
		put_record(writer, rrset->owner, TYPE_RRSIG, rrset->signature_ttl,
			   &rrset->signature[i]);
	return records + signatures;
}

static uint16_t put_section(struct writer *writer, const struct section *section)
{
	uint16_t records = 0;

	for (size_t i = 0; i < section->count; i++)
		records += put_reference(writer, &section->reference[i]);
	return records;
}

bool render_glue(struct writer *writer, const struct glue *glue, struct counts *counts)
{
	struct reference reference = { glue->rrset, .records = true, .signatures = false };
	size_t length = writer->length;
	size_t relocations = writer->relocation_count;
	uint16_t records = put_reference(writer, &reference);

	if (writer->full) {
		writer->length = length;
		writer->relocation_count = relocations;
		return false;
	}
	counts->additional += records;
	return true;
}

bool render_required(struct writer *writer, const struct sections *sections, struct counts *counts)
{
	writer->compress = sections->compress;
	counts->answer = put_section(writer, &sections->answer);
	counts->authority = put_section(writer, &sections->authority);
	counts->additional = 0;
	for (size_t i = 0; i < sections->glue_required; i++)
		if (!render_glue(writer, &sections->glue[i], counts))
			return false;
	return !writer->full;
}
