// SPDX-License-Identifier: GPL-2.0-or-later
/* Which trust anchors there are: IANA's, or those of a file, when they are valid. */
#include "anchors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>
#include <openssl/evp.h>

#include "draft.h"
#include "rdata.h"

#define XML_SIZE_MOST ((size_t)1 << 20) /* IANA's has 2 KB */

/* https://data.iana.org/root-anchors/root-anchors.xml: KSK-2017 and KSK-2024. */
static const char iana_anchors[] =
	". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
	". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";

static const EVP_MD *digest_kind(uint8_t type)
{
	switch (type) {
	case LDNS_SHA1:
		return EVP_sha1();
	case LDNS_SHA256:
		return EVP_sha256();
	case LDNS_SHA384:
		return EVP_sha384();
	default:
		return NULL;
	}
}

size_t anchor_digest_length(uint8_t digest_type)
{
	const EVP_MD *kind = digest_kind(digest_type);

	return kind ? EVP_MD_get_size(kind) : 0;
}

/* RFC 4034 5.1.4: the digest of the owner's name, '.', and the DNSKEY's RDATA. */
static bool ds_names(const struct anchor *ds, const uint8_t *rdata, size_t length)
{
	const EVP_MD *kind = digest_kind(ds->rdata[DS_DIGEST_TYPE]);
	uint8_t digest[EVP_MAX_MD_SIZE], text[1 + UINT16_MAX];
	unsigned digest_length;

	if (!kind || read_u16(ds->rdata + DS_TAG) != ldns_calc_keytag_raw(rdata, length) ||
	    ds->rdata[DS_ALGORITHM] != rdata[DNSKEY_ALGORITHM])
		return false;
	text[0] = 0;
	memcpy(text + 1, rdata, length);
	return EVP_Digest(text, 1 + length, digest, &digest_length, kind, NULL) == 1 &&
	       ds->rdata_length == DS_DIGEST + digest_length &&
	       memcmp(ds->rdata + DS_DIGEST, digest, digest_length) == 0;
}

bool anchor_names(const struct anchor *anchor, const uint8_t *rdata, size_t length)
{
	if (anchor->type == TYPE_DS)
		return ds_names(anchor, rdata, length);
	return anchor->rdata_length == length && memcmp(anchor->rdata, rdata, length) == 0;
}

/* --- where they come from --------------------------------------------------------------------- */

static void take_record(struct anchors *anchors, const struct record *record)
{
	struct anchor *anchor = &anchors->anchor[anchors->count++];
	bool ds = record->type == TYPE_DS;

	*anchor = (struct anchor){
		.rdata = record->rdata,
		.rdata_length = record->rdata_length,
		.type = record->type,
		.from = INT64_MIN,
		.until = INT64_MAX,
	};
	snprintf(anchor->name, sizeof(anchor->name), "%s of key %u", ds ? "DS" : "DNSKEY",
		 ds ? read_u16(record->rdata + DS_TAG)
		    : ldns_calc_keytag_raw(record->rdata, record->rdata_length));
}

static bool take_records(const struct draft *file, struct anchors *anchors)
{
	char text[SET_TEXT_ROOM];

	for (size_t i = 0; i < file->record_count; i++) {
		const struct record *record = &file->records[i];

		if (*record->owner || (record->type != TYPE_DS && record->type != TYPE_DNSKEY)) {
			set_text(text, record->owner, record->type);
			return draft_refuse(file, record->line,
					    "%s is no trust anchor: "
					    "give DS or DNSKEY records of '.'",
					    text);
		}
		if (anchors->count == ANCHORS_MOST)
			return draft_refuse(file, record->line,
					    "more than %d trust anchors: give fewer", ANCHORS_MOST);
		take_record(anchors, record);
	}
	return true;
}

static bool read_records(struct draft *file, const char *text, size_t size, struct anchors *anchors)
{
	bool right = draft_read_text(file, text, size) && take_records(file, anchors);

	draft_free(file);
	if (right && !anchors->count)
		right = draft_refuse(file, 0, "the file has no records: fetch it anew");
	return right;
}

/* No record of a zone file begins with '<'; XML may have a byte order mark before it. */
static bool is_xml(const char *text, size_t size)
{
	static const char mark[] = "\xEF\xBB\xBF", space[] = " \t\r\n";
	size_t at = size >= 3 && !memcmp(text, mark, 3) ? 3 : 0;

	while (at < size && memchr(space, text[at], sizeof(space) - 1))
		at++;
	return at < size && text[at] == '<';
}

static bool read_file(struct draft *file, struct anchors *anchors)
{
	size_t size;
	char *text = draft_slurp(file, &size);
	bool right;

	if (!text)
		return false;
	if (!is_xml(text, size)) {
		if (text[size - 1] != '\n')
			text[size++] = '\n';
		right = read_records(file, text, size, anchors);
	} else if (size > XML_SIZE_MOST) {
		right = draft_refuse(file, 0,
				     "XML of more than 1 MiB: this is no root-anchors.xml");
	} else {
		right = anchors_read_xml(file, text, size, anchors);
	}
	free(text);
	return right;
}

/* --- which of them are used ------------------------------------------------------------------- */

#define LIST_ROOM 200 /* so that the way out, behind it, fits a message */

/* Adds words to a list with commas; what has no room becomes an ellipsis. */
static void list_add(char list[LIST_ROOM], const char *words)
{
	size_t length = strlen(list);

	if (length >= 3 && !strcmp(list + length - 3, "..."))
		return;
	if (length + strlen(words) + sizeof(", , ...") > LIST_ROOM)
		words = "...";
	snprintf(list + length, LIST_ROOM - length, "%s%s", length ? ", " : "", words);
}

static void add_dates(char list[LIST_ROOM], const struct anchor *anchor, int64_t now)
{
	char words[ANCHOR_NAME_ROOM + TIME_TEXT_ROOM + 10], time[TIME_TEXT_ROOM];
	bool early = now < anchor->from;

	snprintf(words, sizeof(words), "%s %s %s", anchor->name, early ? "from" : "until",
		 time_text(time, early ? anchor->from : anchor->until));
	list_add(list, words);
}

/* RFC 9718 2.2: validFrom and validUntil bound the times at which a digest may be used. */
static bool keep_valid(const struct draft *file, struct anchors *anchors, int64_t now)
{
	char list[LIST_ROOM] = "", time[TIME_TEXT_ROOM];
	size_t kept = 0;

	for (size_t i = 0; i < anchors->count; i++) {
		const struct anchor *anchor = &anchors->anchor[i];

		if (now < anchor->from || now >= anchor->until)
			add_dates(list, anchor, now);
		else
			anchors->anchor[kept++] = *anchor;
	}
	anchors->count = kept;
	if (kept)
		return true;
	return draft_refuse(file, 0,
			    "no anchor is valid at %s: %s: "
			    "fetch the file anew, or check the clock",
			    time_text(time, now), list);
}

static bool is_supported(const struct anchor *anchor)
{
	if (anchor->type == TYPE_DNSKEY)
		return algorithm_supported(anchor->rdata[DNSKEY_ALGORITHM]);
	return algorithm_supported(anchor->rdata[DS_ALGORITHM]) &&
	       anchor_digest_length(anchor->rdata[DS_DIGEST_TYPE]);
}

static void add_kind(char list[LIST_ROOM], const struct anchor *anchor)
{
	char words[ANCHOR_NAME_ROOM + 48];

	if (anchor->type == TYPE_DS)
		snprintf(words, sizeof(words), "%s (algorithm %u, digest type %u)", anchor->name,
			 anchor->rdata[DS_ALGORITHM], anchor->rdata[DS_DIGEST_TYPE]);
	else
		snprintf(words, sizeof(words), "%s (algorithm %u)", anchor->name,
			 anchor->rdata[DNSKEY_ALGORITHM]);
	list_add(list, words);
}

/* RFC 4035 5.2 and RFC 6840 5.2: what is of an unknown kind is as if it were not there. */
static bool keep_supported(const struct draft *file, struct anchors *anchors)
{
	char list[LIST_ROOM] = "";
	size_t kept = 0;

	for (size_t i = 0; i < anchors->count; i++) {
		const struct anchor *anchor = &anchors->anchor[i];

		if (is_supported(anchor))
			anchors->anchor[kept++] = *anchor;
		else
			add_kind(list, anchor);
	}
	anchors->count = kept;
	return kept || draft_refuse(file, 0,
				    "no anchor is of a kind that is supported: %s: "
				    "give others, or look for a newer rootxdp",
				    list);
}

bool anchors_read(const struct draft *zone, struct anchors *anchors)
{
	struct draft file = {
		.file = zone->policy->trust_anchors,
		.error = zone->error,
		.arena = zone->arena,
	};
	bool right;

	anchors->count = 0;
	if (file.file) {
		right = read_file(&file, anchors);
	} else {
		file.file = "built-in trust anchors";
		right = read_records(&file, iana_anchors, sizeof(iana_anchors) - 1, anchors);
	}
	anchors->file = file.file;
	return right && keep_valid(&file, anchors, zone->policy->validate_at) &&
	       keep_supported(&file, anchors);
}
