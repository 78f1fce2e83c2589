// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages to and from text, by ldns. */
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "dname.h"
#include "print.h"

static uint8_t *put16(uint8_t *place, uint16_t value)
{
	place[0] = value >> 8;
	place[1] = value;
	return place + 2;
}

static uint8_t *put(uint8_t *place, const void *bytes, size_t length)
{
	memcpy(place, bytes, length);
	return place + length;
}

static uint8_t *put_options(uint8_t *place, const struct query_words *words)
{
	if (words->nsid)
		place = put16(put16(place, LDNS_EDNS_NSID), 0);
	if (!words->cookie_length)
		return place;
	place = put16(put16(place, LDNS_EDNS_COOKIE), words->cookie_length);
	return put(place, words->cookie, words->cookie_length);
}

static uint8_t *put_opt(uint8_t *place, const struct query_words *words)
{
	uint8_t *length, *end;

	*place++ = 0;
	place = put16(place, LDNS_RR_TYPE_OPT);
	place = put16(place, words->udp_size);
	*place++ = 0; /* extended RCODE */
	*place++ = words->edns_version;
	length = put16(place, words->dnssec ? 0x8000 : 0);
	end = put_options(length + 2, words);
	put16(length, end - length - 2);
	return end;
}

/* ldns knows types and classes by name, and any as TYPEn and CLASSn. */
static bool type_parse(const char *word, uint16_t *type)
{
	*type = ldns_get_rr_type_by_name(word);
	return *type || !strcasecmp(word, "TYPE0");
}

static bool class_parse(const char *word, uint16_t *class)
{
	*class = word ? ldns_get_rr_class_by_name(word) : LDNS_RR_CLASS_IN;
	return *class || !strcasecmp(word, "CLASS0");
}

static uint16_t query_flags(const struct query_words *words)
{
	return words->opcode << 11 | (words->recursion ? 0x0100 : 0) |
	       (words->unchecked ? 0x0010 : 0);
}

/* A question's parts. */
struct asked {
	uint8_t name[DNAME_LONGEST];
	size_t name_length;
	uint16_t type;
	uint16_t class;
};

static bool words_parse(const struct query_words *words, struct asked *asked, char why[256])
{
	asked->name_length = dname_parse(words->name, asked->name);
	if (!asked->name_length)
		snprintf(why, 256, "'%s' is no domain name", words->name);
	else if (!type_parse(words->type, &asked->type))
		snprintf(why, 256, "'%s' is no query type: NS, DS, TYPE65, ...", words->type);
	else if (!class_parse(words->class, &asked->class))
		snprintf(why, 256, "'%s' is no class: IN, CH, CLASS5, ...", words->class);
	else
		return true;
	return false;
}

size_t query_write(const struct query_words *words, uint8_t query[QUERY_SIZE_MOST], char why[256])
{
	struct asked asked;
	uint8_t *place = query;

	if (!words_parse(words, &asked, why))
		return 0;
	place = put16(place, 0);
	place = put16(place, query_flags(words));
	place = put16(place, 1);
	place = put16(place, 0);
	place = put16(place, 0);
	place = put16(place, !!words->udp_size);
	place = put(place, asked.name, asked.name_length);
	place = put16(place, asked.type);
	place = put16(place, asked.class);
	if (words->udp_size)
		place = put_opt(place, words);
	return place - query;
}

/* ldns writes into memory of its own. */
static struct dns_word keep_word(char *text)
{
	struct dns_word word;

	snprintf(word.text, sizeof(word.text), "%s", text ? text : "?");
	free(text);
	return word;
}

struct dns_word type_word(uint16_t type)
{
	return keep_word(ldns_rr_type2str(type));
}

struct dns_word class_word(uint16_t class)
{
	return keep_word(ldns_rr_class2str(class));
}

static struct dns_word table_word(ldns_lookup_table *table, const char *kind, int id)
{
	ldns_lookup_table *entry = ldns_lookup_by_id(table, id);
	struct dns_word word;

	if (entry)
		snprintf(word.text, sizeof(word.text), "%s", entry->name);
	else
		snprintf(word.text, sizeof(word.text), "%s%d", kind, id);
	return word;
}

struct dns_word opcode_word(uint8_t opcode)
{
	return table_word(ldns_opcodes, "", opcode);
}

/* ldns has none of those that need an OPT, and another name for NOTIMP. */
struct dns_word rcode_word(uint16_t rcode)
{
	switch (rcode) {
	case LDNS_RCODE_NOTIMPL:
		return (struct dns_word){ "NOTIMP" };
	case 16:
		return (struct dns_word){ "BADVERS" };
	case 23:
		return (struct dns_word){ "BADCOOKIE" };
	}
	return table_word(ldns_rcodes, "RCODE", rcode);
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
