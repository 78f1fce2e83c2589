// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the messages of a transfer. */
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "rdata.h"
#include "transfer_text.h"

#define HEADER_SIZE 12

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static const char *rcode_word(unsigned int rcode)
{
	const ldns_lookup_table *entry = ldns_lookup_by_id(ldns_rcodes, rcode);

	return entry ? entry->name : "an unknown RCODE";
}

/* The header of a reply to us that has answers. */
static bool check_header(const uint8_t *message, size_t length, uint16_t id, char why[256])
{
	unsigned int rcode;

	if (length < HEADER_SIZE) {
		snprintf(why, 256, "a message of %zu bytes, less than a header", length);
		return false;
	}
	rcode = message[3] & 15;
	if (get16(message) != id || !(message[2] & 0x80) || message[2] & 0x78)
		snprintf(why, 256, "a message that is no reply to ours");
	else if (rcode == LDNS_RCODE_REFUSED)
		snprintf(why, 256, "refused: does it allow transfers to us?");
	else if (rcode)
		snprintf(why, 256, "%s", rcode_word(rcode));
	else if (message[2] & 0x02)
		snprintf(why, 256, "a truncated message");
	else
		return true;
	return false;
}

/* Moves behind the questions. */
static bool skip_questions(const uint8_t *message, size_t length, size_t *at, char why[256])
{
	for (unsigned int left = get16(message + 4); left > 0; left--) {
		ldns_rr *question = NULL;

		if (ldns_wire2rr(&question, message, length, at, LDNS_SECTION_QUESTION)) {
			snprintf(why, 256, "a malformed question");
			return false;
		}
		ldns_rr_free(question);
	}
	return true;
}

/* RDATA of an SOA, uncompressed; its length, or 0. */
static size_t soa_rdata(const ldns_rr *rr, uint8_t rdata[600])
{
	size_t length = 0;

	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *field = ldns_rr_rdf(rr, i);

		if (length + ldns_rdf_size(field) > 600)
			return 0;
		memcpy(rdata + length, ldns_rdf_data(field), ldns_rdf_size(field));
		length += ldns_rdf_size(field);
	}
	return length;
}

static bool is_root(const ldns_rr *rr)
{
	return ldns_rdf_size(ldns_rr_owner(rr)) == 1;
}

static bool is_root_soa(const ldns_rr *rr)
{
	return ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && is_root(rr);
}

static bool begin(struct transfer_text *transfer, const ldns_rr *rr, char why[256])
{
	if (!is_root_soa(rr)) {
		snprintf(why, 256, "the first record is not the SOA of '.': it serves another zone");
		return false;
	}
	transfer->soa_length = soa_rdata(rr, transfer->soa);
	if (!transfer->soa_length) {
		snprintf(why, 256, "an SOA that is too long");
		return false;
	}
	transfer->serial = get32(soa_numbers(transfer->soa, transfer->soa_length));
	return true;
}

static bool end(struct transfer_text *transfer, const ldns_rr *rr, char why[256])
{
	uint8_t rdata[600];
	size_t length = soa_rdata(rr, rdata);

	transfer->ended = length == transfer->soa_length && !memcmp(rdata, transfer->soa, length);
	if (!transfer->ended)
		snprintf(why, 256, "the last SOA is not the first one: the zone changed meanwhile");
	return transfer->ended;
}

static bool print(const struct transfer_text *transfer, const ldns_rr *rr, char why[256])
{
	char *text = ldns_rr2str_fmt(ldns_output_format_nocomments, rr);
	bool fine = text && fputs(text, transfer->out) >= 0;

	free(text);
	if (!fine)
		snprintf(why, 256, "a record could not be written");
	return fine;
}

static bool take_record(struct transfer_text *transfer, const ldns_rr *rr, char why[256])
{
	if (transfer->ended) {
		snprintf(why, 256, "records behind the last SOA");
		return false;
	}
	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN) {
		snprintf(why, 256, "a record of a class other than IN");
		return false;
	}
	if (!transfer->records && !begin(transfer, rr, why))
		return false;
	if (transfer->records && is_root_soa(rr))
		return end(transfer, rr, why);
	transfer->records++;
	return print(transfer, rr, why);
}

bool transfer_take(struct transfer_text *transfer, const uint8_t *message, size_t length,
			char why[256])
{
	size_t at = HEADER_SIZE;
	bool fine = true;

	if (!check_header(message, length, transfer->id, why) ||
	    !skip_questions(message, length, &at, why))
		return false;
	transfer->messages++;
	for (unsigned int left = get16(message + 6); fine && left > 0; left--) {
		ldns_rr *rr = NULL;

		if (ldns_wire2rr(&rr, message, length, &at, LDNS_SECTION_ANSWER)) {
			snprintf(why, 256, "a malformed record");
			return false;
		}
		fine = take_record(transfer, rr, why);
		ldns_rr_free(rr);
	}
	if (fine && !transfer->records)
		snprintf(why, 256, "a message without records");
	return fine && transfer->records;
}

bool transfer_serial(const uint8_t *message, size_t length, uint16_t id, uint32_t *serial,
		     char why[256])
{
	size_t at = HEADER_SIZE;
	uint8_t rdata[600];
	ldns_rr *rr = NULL;
	size_t size = 0;

	if (!check_header(message, length, id, why) || !skip_questions(message, length, &at, why))
		return false;
	if (get16(message + 6) && !ldns_wire2rr(&rr, message, length, &at, LDNS_SECTION_ANSWER) &&
	    is_root_soa(rr))
		size = soa_rdata(rr, rdata);
	ldns_rr_free(rr);
	if (!size) {
		snprintf(why, 256, "no SOA of '.' in its answer: does it serve the root?");
		return false;
	}
	*serial = get32(soa_numbers(rdata, size));
	return true;
}
