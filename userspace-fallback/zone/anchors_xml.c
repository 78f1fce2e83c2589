// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IANA's root-anchors.xml (RFC 9718, before RFC 7958) as trust anchors.
 *
 * Elements and attributes that the RFC does not know are passed over; what it knows must be there
 * once and be right. A DOCTYPE is refused, and with it entities: they are of no use here, and can
 * blow a file up ("billion laughs"), or lead to others. The file's signature, which is in another
 * file, is not looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "anchors.h"
#include "draft.h"
#include "key_digest.h"

#define FIELD_TEXT_MOST 16384 /* the largest is a PublicKey */

struct reader {
	const struct draft *file;
	struct anchors *anchors;
	XML_Parser parser;
	unsigned depth;       /* of the elements that are open */
	unsigned unknown;     /* depth of the outermost open one that we do not know; 0: none */
	enum key_field field; /* which is open, or KEY_FIELDS */
	unsigned seen;        /* bits: fields of this KeyDigest, and the Zone */
	bool refused;
	struct key_digest digest;
	size_t length; /* of text */
	char text[FIELD_TEXT_MOST + 1];
};

/* Stops reading; what expat calls after this does nothing. */
static void refuse(struct reader *reader, const char *why, const char *subject)
{
	if (reader->refused)
		return;
	reader->refused = true;
	draft_refuse(reader->file, (uint32_t)XML_GetCurrentLineNumber(reader->parser),
		     "%s%s: give IANA's root-anchors.xml, or fetch it anew", subject, why);
	XML_StopParser(reader->parser, XML_FALSE);
}

static bool is_white(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!memchr(XML_WHITE_SPACE, text[i], sizeof(XML_WHITE_SPACE) - 1))
			return false;
	return true;
}

/* --- elements --------------------------------------------------------------------------------- */

static void begin_digest(struct reader *reader, const char *const *attributes)
{
	const char *why;

	reader->seen &= 1u << KEY_ZONE;
	why = key_digest_begin(&reader->digest, attributes);
	if (why)
		refuse(reader, why, "KeyDigest");
}

static void begin_field(struct reader *reader, enum key_field field)
{
	if (reader->seen & 1u << field)
		refuse(reader, " is there twice", key_field_names[field]);
	reader->seen |= 1u << field;
	reader->field = field;
	reader->length = 0;
}

static void XMLCALL on_start(void *data, const char *name, const char **attributes)
{
	struct reader *reader = data;
	enum key_field field;

	reader->depth++;
	if (reader->unknown || reader->refused)
		return;
	if (reader->depth == 1) {
		if (strcmp(name, "TrustAnchor"))
			refuse(reader, "XML whose outermost element is not TrustAnchor", "");
		return;
	}
	if (reader->field != KEY_FIELDS) {
		refuse(reader, " has an element in it", key_field_names[reader->field]);
		return;
	}
	if (reader->depth == 2 && !strcmp(name, "KeyDigest")) {
		begin_digest(reader, attributes);
		return;
	}
	field = key_field_find(name);
	if (field == KEY_FIELDS || (field == KEY_ZONE) != (reader->depth == 2))
		reader->unknown = reader->depth;
	else
		begin_field(reader, field);
}

static void XMLCALL on_text(void *data, const char *text, int length)
{
	struct reader *reader = data;

	if (reader->unknown || reader->refused)
		return;
	if (reader->field == KEY_FIELDS) {
		if (!is_white(text, length))
			refuse(reader, "text that is in no element with a value", "");
		return;
	}
	if (reader->length + length > FIELD_TEXT_MOST) {
		refuse(reader, " is too long", key_field_names[reader->field]);
		return;
	}
	memcpy(reader->text + reader->length, text, length);
	reader->length += length;
}

static void end_field(struct reader *reader)
{
	enum key_field field = reader->field;
	const char *why;

	reader->field = KEY_FIELDS;
	reader->text[reader->length] = '\0';
	why = key_digest_field(&reader->digest, field, reader->text);
	if (why)
		refuse(reader, why, key_field_names[field]);
}

static void end_digest(struct reader *reader)
{
	struct anchors *anchors = reader->anchors;
	struct anchor *anchor = &anchors->anchor[anchors->count];
	const char *why;

	if (anchors->count == ANCHORS_MOST) {
		refuse(reader, "too many KeyDigests", "");
		return;
	}
	why = key_digest_end(&reader->digest, reader->seen, reader->file->arena, anchor);
	if (why)
		refuse(reader, why, "KeyDigest");
	else
		anchors->count++;
}

static void XMLCALL on_end(void *data, const char *name)
{
	struct reader *reader = data;
	unsigned depth = reader->depth--;

	(void)name; /* expat sees to it that they match */
	if (reader->refused)
		return;
	if (reader->unknown) {
		if (reader->unknown == depth)
			reader->unknown = 0;
	} else if (reader->field != KEY_FIELDS) {
		end_field(reader);
	} else if (depth == 2) {
		end_digest(reader);
	} else if (depth == 1 && !(reader->seen & 1u << KEY_ZONE)) {
		refuse(reader, "TrustAnchor has no Zone", "");
	} else if (depth == 1 && !reader->anchors->count) {
		refuse(reader, "TrustAnchor has no KeyDigest", "");
	}
}

static void XMLCALL on_doctype(void *data, const char *name, const char *system_id,
			       const char *public_id, int has_subset)
{
	(void)name, (void)system_id, (void)public_id, (void)has_subset;
	refuse(data, "XML with a DOCTYPE, which root-anchors.xml has not", "");
}

/* --- the file --------------------------------------------------------------------------------- */

static bool parse(struct reader *reader, const char *text, size_t size)
{
	XML_Parser parser = reader->parser;
	enum XML_Error error;

	XML_SetUserData(parser, reader);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	if (XML_Parse(parser, text, (int)size, XML_TRUE) == XML_STATUS_OK && !reader->refused)
		return true;
	if (reader->refused)
		return false;
	error = XML_GetErrorCode(parser);
	if (error == XML_ERROR_NO_MEMORY)
		return draft_no_memory(reader->file);
	return draft_refuse(reader->file, (uint32_t)XML_GetCurrentLineNumber(parser),
			    "not well-formed XML (%s): fetch root-anchors.xml anew",
			    XML_ErrorString(error));
}

bool anchors_read_xml(const struct draft *file, const char *text, size_t size,
		      struct anchors *anchors)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	bool right = false;

	anchors->count = 0;
	if (reader) {
		reader->file = file;
		reader->anchors = anchors;
		reader->field = KEY_FIELDS;
		reader->parser = XML_ParserCreate(NULL);
	}
	if (reader && reader->parser)
		right = parse(reader, text, size);
	else
		draft_no_memory(file);
	if (reader && reader->parser)
		XML_ParserFree(reader->parser);
	free(reader);
	return right;
}
