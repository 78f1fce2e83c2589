// SPDX-License-Identifier: GPL-2.0-or-later
/* Queries made by hand, and replies told in one line. */
#include "answer_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

void query_append(struct query *query, const void *bytes, size_t length)
{
	assert_true(query->length + length <= sizeof(query->bytes));
	if (length)
		memcpy(query->bytes + query->length, bytes, length);
	query->length += length;
}

void query_put16(struct query *query, uint16_t value)
{
	query_append(query, (uint8_t[]){ value >> 8, value & 0xFF }, 2);
}

static void count(struct query *query, int section)
{
	uint8_t *field = query->bytes + 4 + 2 * section;

	if (++field[1] == 0)
		field[0]++;
}

static void put_name(struct query *query, const char *name)
{
	while (*name && strcmp(name, ".") != 0) {
		size_t length = strcspn(name, ".");

		query_append(query, (uint8_t[]){ length }, 1);
		query_append(query, name, length);
		name += length;
		name += *name == '.';
	}
	query_append(query, "", 1);
}

void query_begin(struct query *query, uint16_t flags)
{
	query->length = 0;
	query_put16(query, 0xABCD);
	query_put16(query, flags);
	query_append(query, "\0\0\0\0\0\0\0", 8);
}

void query_question(struct query *query, const char *name, uint16_t type, uint16_t class)
{
	put_name(query, name);
	query_put16(query, type);
	query_put16(query, class);
	count(query, 0);
}

void query_opt(struct query *query, uint16_t size, bool dnssec_ok, uint8_t version,
	       const void *options, uint16_t length)
{
	query_append(query, "", 1);
	query_put16(query, LDNS_RR_TYPE_OPT);
	query_put16(query, size);
	query_put16(query, version);
	query_put16(query, dnssec_ok ? 0x8000 : 0);
	query_put16(query, length);
	query_append(query, options, length);
	count(query, 3);
}

void query_record(struct query *query, int section, const char *owner, uint16_t type,
		  uint16_t class, const void *rdata, uint16_t length)
{
	put_name(query, owner);
	query_put16(query, type);
	query_put16(query, class);
	query_put16(query, 0);
	query_put16(query, 0);
	query_put16(query, length);
	query_append(query, rdata, length);
	count(query, section);
}

void query_make(struct query *query, const char *name, uint16_t type, int size, bool dnssec_ok)
{
	query_begin(query, 0x0100);
	query_question(query, name, type, LDNS_RR_CLASS_IN);
	if (size != NO_EDNS)
		query_opt(query, size, dnssec_ok, 0, NULL, 0);
}

void ask_by(const struct zone *zone, const struct answer_config *config, const struct asker *asker,
	    const struct query *query, struct answer *answer, struct answered *answered)
{
	size_t room = asker->transport == TRANSPORT_UDP ? config->max_udp_size
							: ANSWER_TCP_SIZE_MOST;
	uint8_t *asked = malloc(query->length ? query->length : 1);
	uint8_t *reply = malloc(room);

	assert_non_null(asked);
	assert_non_null(reply);
	memcpy(asked, query->bytes, query->length);
	answer->length = answer_query(zone, config, asker, asked, query->length, reply, room,
				      answered);
	assert_true(answer->length <= room);
	memcpy(answer->bytes, reply, answer->length);
	free(asked);
	free(reply);
}

void ask_as(const struct zone *zone, const struct answer_config *config, enum transport transport,
	    const struct query *query, struct answer *answer)
{
	const struct asker asker = { .transport = transport };

	ask_by(zone, config, &asker, query, answer, NULL);
}

void ask(const struct zone *zone, enum transport transport, const struct query *query,
	 struct answer *answer)
{
	const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };

	ask_as(zone, &config, transport, query, answer);
}

/* What tell() has written so far. */
struct line {
	char text[4096];
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void say(struct line *line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line->length += vsnprintf(line->text + line->length, sizeof(line->text) - line->length,
				  format, arguments);
	va_end(arguments);
	assert_true(line->length < sizeof(line->text));
}

static void name_record(char name[600], const ldns_rr *rr, bool with_owner)
{
	char *owner;
	char *type = ldns_rr_type2str(ldns_rr_get_type(rr));
	char *covered = NULL;

	ldns_dname2canonical(ldns_rr_owner(rr)); /* a pointer to the question keeps its case */
	owner = ldns_rdf2str(ldns_rr_owner(rr));
	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG)
		covered = ldns_rdf2str(ldns_rr_rrsig_typecovered(rr));
	snprintf(name, 600, "%s%s%s%s%s%s", with_owner ? owner : "", with_owner ? " " : "", type,
		 covered ? "(" : "", covered ? covered : "", covered ? ")" : "");
	free(owner);
	free(type);
	free(covered);
}

static void say_section(struct line *line, const ldns_rr_list *list, bool with_owner)
{
	size_t count_in_list = ldns_rr_list_rr_count(list), run = 0;
	const char *separator = " | ";
	char name[600], next[600];

	for (size_t i = 0; i < count_in_list; i++) {
		name_record(name, ldns_rr_list_rr(list, i), with_owner);
		run++;
		if (i + 1 < count_in_list) {
			name_record(next, ldns_rr_list_rr(list, i + 1), with_owner);
			if (strcmp(name, next) == 0)
				continue;
		}
		say(line, "%s%s", separator, name);
		if (run > 1)
			say(line, "*%zu", run);
		run = 0;
		separator = with_owner ? ", " : " ";
	}
	if (count_in_list == 0)
		say(line, " | -");
}

static size_t count_type(const ldns_rr_list *list, ldns_rr_type type)
{
	size_t found = 0;

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		found += ldns_rr_get_type(ldns_rr_list_rr(list, i)) == type;
	return found;
}

/* What the OPT makes of NOERROR and YXRRSET. */
static const char *extended_rcode(const ldns_pkt *packet)
{
	switch (ldns_pkt_edns_extended_rcode(packet) << 4 | ldns_pkt_get_rcode(packet)) {
	case 16:
		return " BADVERS";
	case 23:
		return " BADCOOKIE";
	default:
		assert_int_equal(ldns_pkt_edns_extended_rcode(packet), 0);
		return "";
	}
}

/* A and AAAA alternate, so they are counted over the whole section. */
static void say_additional(struct line *line, const ldns_pkt *packet)
{
	const ldns_rr_list *list = ldns_pkt_additional(packet);
	size_t a = count_type(list, LDNS_RR_TYPE_A);
	size_t aaaa = count_type(list, LDNS_RR_TYPE_AAAA);

	say(line, " |");
	if (a)
		say(line, " A*%zu", a);
	if (aaaa)
		say(line, " AAAA*%zu", aaaa);
	assert_int_equal(ldns_rr_list_rr_count(list), a + aaaa);
	if (ldns_pkt_edns(packet))
		say(line, " OPT(%u%s%s)", ldns_pkt_edns_udp_size(packet),
		    ldns_pkt_edns_do(packet) ? " do" : "", extended_rcode(packet));
	if (ldns_pkt_tsig(packet))
		say(line, " TSIG");
	if (line->text[line->length - 1] == '|')
		say(line, " -");
}

static void check_question(const struct query *query, const struct answer *answer,
			   const ldns_pkt *packet)
{
	size_t end = LDNS_HEADER_SIZE;

	assert_memory_equal(answer->bytes, query->bytes, 2);
	if (ldns_pkt_qdcount(packet) == 0)
		return;
	assert_int_equal(ldns_pkt_qdcount(packet), 1);
	while (query->bytes[end])
		end += 1 + query->bytes[end];
	end += 5;
	assert_memory_equal(answer->bytes + LDNS_HEADER_SIZE, query->bytes + LDNS_HEADER_SIZE,
			    end - LDNS_HEADER_SIZE);
}

const char *tell(const struct query *query, const struct answer *answer)
{
	static struct line line;
	ldns_pkt *packet = NULL;
	char *rcode;

	line.length = 0;
	line.text[0] = 0;
	if (answer->length == 0)
		return "silence";
	assert_int_equal(ldns_wire2pkt(&packet, answer->bytes, answer->length), LDNS_STATUS_OK);
	check_question(query, answer, packet);
	assert_true(ldns_pkt_qr(packet));
	assert_false(ldns_pkt_ra(packet) || ldns_pkt_ad(packet) || ldns_pkt_cd(packet));
	assert_int_equal(answer->bytes[3] & 0x40, 0);

	rcode = ldns_pkt_rcode2str(ldns_pkt_get_rcode(packet));
	say(&line, "%s%s%s%s", rcode, ldns_pkt_aa(packet) ? " aa" : "",
	    ldns_pkt_tc(packet) ? " tc" : "", ldns_pkt_rd(packet) ? " rd" : "");
	free(rcode);
	if (answer->length == LDNS_HEADER_SIZE) {
		say(&line, " header");
	} else {
		if (ldns_pkt_qdcount(packet) == 0)
			say(&line, " alone");
		say_section(&line, ldns_pkt_answer(packet), true);
		say_section(&line, ldns_pkt_authority(packet), true);
		say_additional(&line, packet);
	}
	ldns_pkt_free(packet);
	return line.text;
}
