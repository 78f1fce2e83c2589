// SPDX-License-Identifier: GPL-2.0-or-later
/* A small root zone for tests: ldns signs it, digest included; edits are made on its text. */
#include "zone_maker.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ldns/ldns.h>

#define INCEPTION 1767225600 /* 2026-01-01 00:00 UTC */

/* Not in canonical order, names in both cases, with and without DS, glue of every kind. */
static const char records[] =
	". 86400 IN SOA a.root-servers.net. nstld.example. 2026010100 1800 900 604800 3600\n"
	". 518400 IN NS b.root-servers.net.\n"
	". 518400 IN NS a.root-servers.net.\n"
	"zz. 172800 IN NS ns.other.aa.\n"
	"zz. 172800 IN NS b.ns.zz.\n"
	"zz. 172800 IN NS a.ns.zz.\n"
	"zz. 172800 IN NS nowhere.example.\n"
	"AA. 172800 IN NS ns.other.aa.\n"
	"AA. 172800 IN NS NS.Zz.\n"
	"AA. 86400 IN DS 1 13 2 "
	"1111111111111111111111111111111111111111111111111111111111111111\n"
	"net. 172800 IN NS a.root-servers.net.\n"
	"net. 86400 IN DS 2 13 2 "
	"2222222222222222222222222222222222222222222222222222222222222222\n"
	"a\\000\\.b. 172800 IN NS ns.other.aa.\n"
	"a.root-servers.net. 518400 IN AAAA 2001:db8::a\n"
	"a.root-servers.net. 518400 IN A 192.0.2.1\n"
	"b.root-servers.net. 518400 IN A 192.0.2.2\n"
	"ns.other.aa. 172800 IN AAAA 2001:db8::1\n"
	"ns.other.aa. 172800 IN A 192.0.2.3\n"
	"a.ns.zz. 172800 IN AAAA 2001:db8::2\n"
	"b.ns.zz. 172800 IN A 192.0.2.4\n"
	"b.ns.zz. 172800 IN A 192.0.2.5\n"
	"ns.zz. 172800 IN A 192.0.2.6\n";

static ldns_key_list *keys; /* the KSK, then the ZSK */
static char *signed_text;

static void *must(void *result)
{
	if (!result)
		abort();
	return result;
}

static ldns_key *make_key(uint16_t flags)
{
	ldns_key *key = must(ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256));
	ldns_rr *public;

	ldns_key_set_pubkey_owner(key, must(ldns_dname_new_frm_str(".")));
	ldns_key_set_flags(key, flags);
	ldns_key_set_origttl(key, 172800);
	ldns_key_set_inception(key, INCEPTION);
	ldns_key_set_expiration(key, MADE_ZONE_END);
	public = must(ldns_key2rr(key));
	ldns_key_set_keytag(key, ldns_calc_keytag(public));
	ldns_rr_free(public);
	return key;
}

static ldns_rr_list *parse(const char *text)
{
	FILE *in = must(fmemopen((void *)text, strlen(text), "r"));
	ldns_rr_list *list = must(ldns_rr_list_new());
	ldns_rdf *origin = ldns_dname_new_frm_str("."), *previous = NULL;
	uint32_t ttl = 0;
	ldns_rr *rr;

	while (!feof(in)) {
		rr = NULL;
		if (ldns_rr_new_frm_fp_l(&rr, in, &ttl, &origin, &previous, NULL) == LDNS_STATUS_OK)
			ldns_rr_list_push_rr(list, rr);
	}
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
	fclose(in);
	return list;
}

/* One line: single spaces, no comment. */
static void print_line(FILE *out, const ldns_rr *rr)
{
	char *line = must(ldns_rr2str(rr));

	size_t end = strcspn(line, ";\n");

	while (end && line[end - 1] == ' ')
		end--;
	line[end] = '\0';
	for (char *c = line; *c; c++)
		*c = *c == '\t' ? ' ' : *c;
	fprintf(out, "%s\n", line);
	free(line);
}

static void sign(ldns_rr_list *list)
{
	ldns_dnssec_zone *zone = must(ldns_dnssec_zone_new());
	ldns_rr_list *made = must(ldns_rr_list_new());
	char *text = NULL;
	size_t size;
	FILE *out;

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		ldns_dnssec_zone_add_rr(zone, ldns_rr_list_rr(list, i));
	if (ldns_dnssec_zone_sign_flg(zone, made, keys, ldns_dnssec_default_add_to_signatures, NULL,
				      LDNS_SIGN_WITH_ZONEMD_SIMPLE_SHA384))
		abort();
	out = must(open_memstream(&text, &size));
	ldns_dnssec_zone_print(out, zone);
	fclose(out);
	ldns_dnssec_zone_deep_free(zone);
	ldns_rr_list_free(made);

	/* The names and the order that were given, then what the signer added. */
	list = parse(text);
	out = must(open_memstream(&signed_text, &size));
	fputs(records, out);
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr_type type = ldns_rr_get_type(ldns_rr_list_rr(list, i));

		if (type == LDNS_RR_TYPE_RRSIG || type == LDNS_RR_TYPE_NSEC ||
		    type == LDNS_RR_TYPE_DNSKEY || type == LDNS_RR_TYPE_ZONEMD)
			print_line(out, ldns_rr_list_rr(list, i));
	}
	fclose(out);
	free(text);
	ldns_rr_list_deep_free(list);
}

static void make_once(void)
{
	ldns_rr_list *list;

	if (signed_text)
		return;
	keys = must(ldns_key_list_new());
	ldns_key_list_push_key(keys, make_key(257));
	ldns_key_list_push_key(keys, make_key(256));
	list = parse(records);
	for (unsigned i = 0; i < 2; i++)
		ldns_rr_list_push_rr(list, ldns_key2rr(ldns_key_list_key(keys, i)));
	sign(list);
	ldns_rr_list_free(list);
}

__attribute__((destructor)) static void forget(void)
{
	free(signed_text);
	if (keys)
		ldns_key_list_free(keys);
}

char *made_zone(void)
{
	make_once();
	return strdup(signed_text);
}

char *made_zone_anchor(void)
{
	ldns_rr *public, *ds;
	char *text;

	make_once();
	public = must(ldns_key2rr(ldns_key_list_key(keys, 0)));
	ds = must(ldns_key_rr2ds(public, LDNS_SHA256));
	text = must(ldns_rr2str(ds));
	ldns_rr_free(public);
	ldns_rr_free(ds);
	return text;
}

/* `text` with the RRset '. TYPE' signed again, as it is now, by the KSK or the ZSK. */
static char *resigned(const char *text, uint16_t type, bool by_ksk)
{
	ldns_rr_list *list = parse(text), *set = ldns_rr_list_new(), *signatures;
	ldns_key_list *signers = ldns_key_list_new();
	char *changed;
	size_t size;
	FILE *out = must(open_memstream(&changed, &size));

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr *rr = ldns_rr_list_rr(list, i);
		bool apex = ldns_dname_label_count(ldns_rr_owner(rr)) == 0;

		if (apex && ldns_rr_get_type(rr) == type)
			ldns_rr_list_push_rr(set, rr);
		if (apex && ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
		    ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == type)
			continue;
		print_line(out, rr);
	}
	ldns_key_list_push_key(signers, ldns_key_list_key(keys, !by_ksk));
	ldns_key_list_set_use(signers, true);
	signatures = must(ldns_sign_public(set, signers));
	print_line(out, ldns_rr_list_rr(signatures, 0));
	fclose(out);
	ldns_rr_list_deep_free(signatures);
	ldns_rr_list_free(set);
	ldns_rr_list_deep_free(list);
	free(signers->_keys);
	free(signers);
	return changed;
}

static char *without(const char *text, const char *start)
{
	char *left = must(malloc(strlen(text) + 1)), *end = left;

	for (const char *line = text, *next; *line; line = next) {
		next = line + strcspn(line, "\n");
		next += *next == '\n';
		if (strncmp(line, start, strlen(start)))
			end = mempcpy(end, line, next - line);
	}
	*end = '\0';
	return left;
}

/* `both` is "OLD~NEW". */
static char *replaced(const char *text, const char *both)
{
	size_t old = strcspn(both, "~");
	const char *new = both + old + 1, *place;
	char *wanted = must(strndup(both, old)), *changed;

	place = strstr(text, wanted);
	if (!place) {
		fprintf(stderr, "the made zone has no \"%s\"\n", wanted);
		abort();
	}
	if (asprintf(&changed, "%.*s%s%s", (int)(place - text), text, new, place + old) < 0)
		abort();
	free(wanted);
	return changed;
}

static char *edit_once(const char *text, const char *edit)
{
	uint16_t type;
	long length;
	char *more;

	switch (edit[0]) {
	case '-':
		return without(text, edit + 1);
	case '~':
		return replaced(text, edit + 1);
	case '!':
	case '?':
		type = (uint16_t)atoi(edit + 1);
		return resigned(text, type, (type == LDNS_RR_TYPE_DNSKEY) == (edit[0] == '!'));
	case '^':
		return must(strndup(text, strstr(text, edit + 1) - text));
	case '<':
		length = atol(edit + 1);
		return must(strndup(text, length < 0 ? strlen(text) + length : (size_t)length));
	default:
		if (asprintf(&more, "%s%s\n", text, edit + 1) < 0)
			abort();
		return more;
	}
}

char *made_zone_edit(const char *text, const char *const edits[8])
{
	char *now = must(strdup(text)), *then;

	for (unsigned i = 0; i < 8 && edits[i]; i++) {
		then = now;
		now = edit_once(then, edits[i]);
		free(then);
	}
	return now;
}

char *temporary_file(const char *text)
{
	char *path = must(strdup("/tmp/rootxdp-zone-XXXXXX"));
	int file = mkstemp(path);

	if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(file);
	return path;
}

struct zone *made_zone_load(const char *text, int64_t later, enum zonemd_policy zonemd,
			    struct zone_error *error)
{
	char *anchor = made_zone_anchor(), *anchor_file = temporary_file(anchor);
	char *file = temporary_file(text);
	struct zone_policy policy = {
		.trust_anchors = anchor_file,
		.validate_at = MADE_ZONE_TIME + later,
		.zonemd = zonemd,
	};
	struct zone *zone = zone_load(file, &policy, error);

	unlink(file);
	unlink(anchor_file);
	free(file);
	free(anchor_file);
	free(anchor);
	return zone;
}
