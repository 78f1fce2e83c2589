// SPDX-License-Identifier: GPL-2.0-or-later
/* From a zone file's text to records in wire form. */
#include "draft.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "arena.h"
#include "dname.h"
#include "rdata.h"

#define FILE_SIZE_MOST   ((size_t)1 << 30)
#define RECORD_TEXT_MOST 65000 /* ldns drops the characters after 65535, and says nothing */

/* What carries over from one record of the file to the next. */
struct reader {
	struct draft *draft;
	FILE *in;
	const char *text;
	uint32_t default_ttl; /* of $TTL */
	uint32_t last_ttl;
	ldns_rdf *origin;
	ldns_rdf *previous; /* owner */
	ldns_buffer *wire;
	int line; /* that comes next */
};

/* A copy in the arena, or `same` when the bytes are equal to it. */
static const uint8_t *keep(struct draft *draft, const uint8_t *same, size_t same_length,
			   const uint8_t *bytes, size_t length)
{
	if (same && same_length == length && memcmp(same, bytes, length) == 0)
		return same;
	return zone_arena_copy(draft->arena, bytes, length);
}

static bool room_for_record(struct draft *draft)
{
	size_t room = draft->record_room ? draft->record_room * 2 : 1024;
	struct record *records;

	if (draft->record_count < draft->record_room)
		return true;
	records = reallocarray(draft->records, room, sizeof(*records));
	if (!records)
		return draft_no_memory(draft);
	draft->records = records;
	draft->record_room = room;
	return true;
}

static bool rdata_wire(struct reader *reader, const ldns_rr *rr)
{
	ldns_buffer_clear(reader->wire);
	return ldns_rr_rdata2buffer_wire(reader->wire, rr) == LDNS_STATUS_OK;
}

/* Owner and RDATA as they are in the file, then in canonical form, which changes `rr`. */
static bool keep_bytes(struct reader *reader, ldns_rr *rr, struct record *record)
{
	struct draft *draft = reader->draft;
	const struct record *last = draft->record_count ? record - 1 : NULL;
	const ldns_rdf *owner = ldns_rr_owner(rr);
	size_t owner_length = ldns_rdf_size(owner);

	/* Records of one owner stand together: they share its bytes. */
	record->owner = keep(draft, last ? last->owner : NULL, last ? dname_length(last->owner) : 0,
			     ldns_rdf_data(owner), owner_length);
	record->rdata = zone_arena_copy(draft->arena, ldns_buffer_begin(reader->wire),
					record->rdata_length);
	if (!record->owner || !record->rdata)
		return draft_no_memory(draft);

	ldns_rr2canonical(rr);
	if (!rdata_wire(reader, rr))
		return draft_no_memory(draft);
	record->canonical_owner =
		keep(draft, record->owner, owner_length, ldns_rdf_data(owner), owner_length);
	record->canonical_rdata =
		keep(draft, record->rdata, record->rdata_length, ldns_buffer_begin(reader->wire),
		     ldns_buffer_position(reader->wire));
	if (!record->canonical_owner || !record->canonical_rdata)
		return draft_no_memory(draft);
	return true;
}

/* A record without a TTL has $TTL's (RFC 2308 4), else the last one's (RFC 1035 5.1). */
static uint32_t record_ttl(struct reader *reader, const ldns_rr *rr)
{
	uint32_t ttl = ldns_rr_ttl(rr);

	if (ttl == TTL_NONE)
		ttl = reader->last_ttl;
	reader->last_ttl = ttl;
	return ttl;
}

static bool add_record(struct reader *reader, ldns_rr *rr, uint32_t line)
{
	struct draft *draft = reader->draft;
	struct record *record;
	uint16_t type = (uint16_t)ldns_rr_get_type(rr);
	char text[SET_TEXT_ROOM];

	set_text(text, ldns_rdf_data(ldns_rr_owner(rr)), type);
	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return draft_refuse(draft, line,
				    "%s is not of class IN but %u: a root zone is of class IN",
				    text, ldns_rr_get_class(rr));
	if (!rdata_wire(reader, rr))
		return draft_no_memory(draft);
	if (ldns_buffer_position(reader->wire) > UINT16_MAX)
		return draft_refuse(draft, line,
				    "RDATA of %s is longer than 65535 bytes: "
				    "fetch the zone anew",
				    text);
	if (!rdata_well_formed(type, ldns_buffer_begin(reader->wire),
			       ldns_buffer_position(reader->wire)))
		return draft_refuse(draft, line, "RDATA of %s is malformed: fetch the zone anew",
				    text);
	if (!room_for_record(draft))
		return false;
	record = &draft->records[draft->record_count];
	*record = (struct record){
		.type = type,
		.ttl = record_ttl(reader, rr),
		.line = line,
		.rdata_length = (uint16_t)ldns_buffer_position(reader->wire),
	};
	if (!keep_bytes(reader, rr, record))
		return false;
	draft->record_count++;
	return true;
}

/* Steps over empty lines and comments, so that a record's line is its own. False at the end. */
static bool skip_to_record(struct reader *reader)
{
	int byte = getc(reader->in);

	while (byte == '\n' || byte == '\r' || byte == ';') {
		while (byte != '\n' && byte != EOF)
			byte = getc(reader->in);
		if (byte == '\n')
			reader->line++;
		byte = getc(reader->in);
	}
	if (byte == EOF)
		return false;
	ungetc(byte, reader->in);
	return true;
}

/* True when the text that ldns took for empty holds only white space and comments: it also
 * drops lines with parentheses that do not match. */
static bool is_blank(const char *from, const char *to)
{
	for (; from < to; from++) {
		if (*from == ';')
			while (from < to && *from != '\n')
				from++;
		else if (!strchr(" \t\r\n\f\v", *from))
			return false;
	}
	return true;
}

/* True when a parenthesis is left open, be it in a comment. */
static bool is_open(const char *from, const char *to)
{
	int depth = 0;

	for (; from < to; from++)
		depth += *from == '(' ? 1 : *from == ')' ? -1 : 0;
	return depth > 0;
}

static bool refuse_text(const struct reader *reader, uint32_t line, long from, const char *why)
{
	long to = ftell(reader->in);

	/* The file's last line is known to be whole, so it can only lack lines. */
	if (getc(reader->in) == EOF && is_open(reader->text + from, reader->text + to))
		return draft_refuse(reader->draft, line,
				    "the last record is not whole (%s): "
				    "the file looks cut short, fetch it anew",
				    why);
	return draft_refuse(reader->draft, line,
			    "not a record of a zone file (%s): "
			    "correct the line, or fetch the zone anew",
			    why);
}

static bool read_record(struct reader *reader)
{
	uint32_t line = (uint32_t)reader->line;
	long from = ftell(reader->in);
	ldns_rr *rr = NULL;
	ldns_status status =
		ldns_rr_new_frm_fp_l(&rr, reader->in, &reader->default_ttl, &reader->origin,
				     &reader->previous, &reader->line);
	bool right;

	if (ftell(reader->in) - from > RECORD_TEXT_MOST) {
		ldns_rr_free(rr);
		return draft_refuse(reader->draft, line,
				    "a record of more than %d characters: "
				    "fetch the zone anew",
				    RECORD_TEXT_MOST);
	}
	switch (status) {
	case LDNS_STATUS_OK:
		right = add_record(reader, rr, line);
		ldns_rr_free(rr);
		return right;
	case LDNS_STATUS_SYNTAX_TTL:
	case LDNS_STATUS_SYNTAX_ORIGIN:
		return true;
	case LDNS_STATUS_SYNTAX_EMPTY:
		if (is_blank(reader->text + from, reader->text + ftell(reader->in)))
			return true;
		return refuse_text(reader, line, from, "parentheses do not match");
	case LDNS_STATUS_SYNTAX_INCLUDE:
		return draft_refuse(reader->draft, line,
				    "$INCLUDE is not followed: "
				    "put all records into one file");
	default:
		return refuse_text(reader, line, from, ldns_get_errorstr_by_id(status));
	}
}

bool draft_read_text(struct draft *draft, const char *text, size_t size)
{
	struct reader reader = {
		.draft = draft,
		.in = fmemopen((void *)text, size, "r"),
		.text = text,
		.default_ttl = TTL_NONE,
		.last_ttl = TTL_NONE,
		.origin = ldns_dname_new_frm_str("."),
		.wire = ldns_buffer_new(UINT16_MAX),
		.line = 1,
	};
	bool right = reader.in && reader.origin && reader.wire;

	if (!right)
		draft_no_memory(draft);
	while (right && skip_to_record(&reader))
		right = read_record(&reader);
	ldns_rdf_deep_free(reader.origin);
	ldns_rdf_deep_free(reader.previous);
	ldns_buffer_free(reader.wire);
	if (reader.in)
		fclose(reader.in);
	return right;
}

static char *slurp(const struct draft *draft, FILE *in, size_t *size)
{
	size_t room = 1 << 20, grown;
	char *text = malloc(room + 1), *larger;

	*size = 0;
	while (text) {
		*size += fread(text + *size, 1, room - *size, in);
		if (*size < room || room >= FILE_SIZE_MOST)
			break;
		grown = room * 2;
		larger = realloc(text, grown + 1);
		if (!larger)
			free(text);
		text = larger;
		room = grown;
	}
	if (!text) {
		draft_no_memory(draft);
	} else if (ferror(in)) {
		draft_refuse(draft, 0, "cannot be read: %s", strerror(errno));
	} else if (*size >= FILE_SIZE_MOST) {
		draft_refuse(draft, 0, "larger than 1 GiB: this is no root zone");
	} else {
		return text;
	}
	free(text);
	return NULL;
}

char *draft_slurp(const struct draft *draft, size_t *size)
{
	FILE *in = fopen(draft->file, "re");
	char *text;

	if (!in) {
		draft_refuse(draft, 0, "cannot be opened: %s: check the path and its permissions",
			     strerror(errno));
		return NULL;
	}
	text = slurp(draft, in, size);
	fclose(in);
	if (!text)
		return NULL;
	if (!*size)
		draft_refuse(draft, 0, "the file is empty: fetch it anew");
	else if (memchr(text, '\0', *size))
		draft_refuse(draft, 0,
			     "not a text file (it has bytes of value 0): "
			     "give a zone file in RFC 1035's form");
	else
		return text;
	free(text);
	return NULL;
}

static bool refuse_cut_line(const struct draft *draft, const char *text, size_t size)
{
	uint32_t line = 1;

	for (size_t i = 0; i < size; i++)
		line += text[i] == '\n';
	return draft_refuse(draft, line,
			    "the last line has no end: the file looks cut short, "
			    "fetch it anew");
}

bool draft_read(struct draft *draft)
{
	size_t size;
	char *text = draft_slurp(draft, &size);
	bool right;

	if (!text)
		return false;
	right = text[size - 1] == '\n' ? draft_read_text(draft, text, size)
				       : refuse_cut_line(draft, text, size);
	free(text);
	if (right && !draft->record_count)
		right = draft_refuse(draft, 0, "the file has no records: fetch it anew");
	return right;
}
