// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages to and from text, by ldns. */
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

static uint8_t *put16(uint8_t *place, uint16_t value)
{
	place[0] = value >> 8;
	place[1] = value;
	return place + 2;
}

static uint8_t *put_opt(uint8_t *place, const struct query_words *words)
{
	*place++ = 0;
	place = put16(place, LDNS_RR_TYPE_OPT);
	place = put16(place, words->udp_size);
	place = put16(place, 0); /* extended RCODE, version */
	place = put16(place, words->dnssec ? 0x8000 : 0);
	return put16(place, 0);
}

/* ldns knows types by name, and any as TYPEn. */
static bool type_parse(const char *word, uint16_t *type)
{
	*type = ldns_get_rr_type_by_name(word);
	return *type || !strcasecmp(word, "TYPE0");
}

size_t query_write(const struct query_words *words, uint8_t query[QUERY_SIZE_MOST], char why[256])
{
	ldns_rdf *name = ldns_dname_new_frm_str(words->name);
	uint8_t *place = query;
	uint16_t type;

	if (!name || !type_parse(words->type, &type)) {
		snprintf(why, 256, "'%s' is no %s", name ? words->type : words->name,
			 name ? "query type: NS, DS, TYPE65, ..." : "domain name");
		ldns_rdf_deep_free(name);
		return 0;
	}
	memset(place, 0, 12);
	put16(place + 4, 1);
	put16(place + 10, !!words->udp_size);
	place += 12;
	memcpy(place, ldns_rdf_data(name), ldns_rdf_size(name));
	place += ldns_rdf_size(name);
	place = put16(place, type);
	place = put16(place, LDNS_RR_CLASS_IN);
	if (words->udp_size)
		place = put_opt(place, words);
	ldns_rdf_deep_free(name);
	return place - query;
}

static void print_word(FILE *out, ldns_lookup_table *table, int id)
{
	ldns_lookup_table *entry = ldns_lookup_by_id(table, id);

	if (entry)
		fprintf(out, "%s", entry->name);
	else
		fprintf(out, "%d", id);
}

static void print_header(FILE *out, const ldns_pkt *message)
{
	const struct {
		bool set;
		const char *name;
	} flags[] = {
		{ ldns_pkt_qr(message), "qr" }, { ldns_pkt_aa(message), "aa" },
		{ ldns_pkt_tc(message), "tc" }, { ldns_pkt_rd(message), "rd" },
		{ ldns_pkt_ra(message), "ra" }, { ldns_pkt_ad(message), "ad" },
		{ ldns_pkt_cd(message), "cd" },
	};

	fprintf(out, ";; ->>HEADER<<- opcode: ");
	print_word(out, ldns_opcodes, ldns_pkt_get_opcode(message));
	fprintf(out, ", status: ");
	print_word(out, ldns_rcodes, ldns_pkt_get_rcode(message));
	fprintf(out, ", id: %u\n;; flags:", ldns_pkt_id(message));
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (flags[i].set)
			fprintf(out, " %s", flags[i].name);
	/* ldns takes the OPT out of the additional section, dig counts it there */
	fprintf(out, "; QUERY: %u, ANSWER: %u, AUTHORITY: %u, ADDITIONAL: %zu\n",
		ldns_pkt_qdcount(message), ldns_pkt_ancount(message), ldns_pkt_nscount(message),
		ldns_rr_list_rr_count(ldns_pkt_additional(message)) + ldns_pkt_edns(message));
	if (ldns_pkt_edns(message))
		fprintf(out, "\n;; OPT PSEUDOSECTION:\n; EDNS: version: %u, flags:%s; udp: %u\n",
			ldns_pkt_edns_version(message), ldns_pkt_edns_do(message) ? " do" : "",
			ldns_pkt_edns_udp_size(message));
}

/* ldns ends a list of types with a blank; dig does not. */
static void print_record(FILE *out, const ldns_rr *record)
{
	char *text = ldns_rr2str_fmt(ldns_output_format_nocomments, record);
	size_t length = text ? strlen(text) : 0;

	while (length && strchr(" \n", text[length - 1]))
		length--;
	fprintf(out, "%s%.*s\n", ldns_rr_is_question(record) ? ";" : "", (int)length, text ? text : "");
	free(text);
}

static void print_section(FILE *out, const char *name, const ldns_rr_list *records)
{
	if (!ldns_rr_list_rr_count(records))
		return;
	fprintf(out, "\n;; %s SECTION:\n", name);
	for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++)
		print_record(out, ldns_rr_list_rr(records, i));
}

bool reply_print(FILE *out, const uint8_t *reply, size_t length)
{
	ldns_pkt *message = NULL;

	if (ldns_wire2pkt(&message, reply, length) != LDNS_STATUS_OK)
		return false;
	print_header(out, message);
	print_section(out, "QUESTION", ldns_pkt_question(message));
	print_section(out, "ANSWER", ldns_pkt_answer(message));
	print_section(out, "AUTHORITY", ldns_pkt_authority(message));
	print_section(out, "ADDITIONAL", ldns_pkt_additional(message));
	ldns_pkt_free(message);
	return true;
}
