// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes up delegations in the proportions of the real root of July 2026: a quarter of the TLDs is
 * served by operators that serve many, the others by name servers in their own domain; 94 % are
 * signed. All addresses are of documentation and benchmarks (RFC 2544, RFC 3849).
 */
#include "delegation.h"

#include <stdbool.h>
#include <string.h>

/* One operator for so many TLDs. */
#define OPERATOR_SHARE 24

#define SERIAL 2026080100

static const char letters[] = "abcdefghijklm";

/* A source of chance of its own for each thing that is made. */
static struct chance chance_of(const struct world *world, uint64_t kind, size_t index)
{
	struct chance chance = { world->seed + (kind << 56) + index };

	chance.state = random64(&chance);
	return chance;
}

static void write_addresses(struct chance *chance, const char *server, unsigned ttl, FILE *out)
{
	unsigned net = between(chance, 18, 19);

	fprintf(out, "%s %u IN A 198.%u.%u.%u\n", server, ttl, net, below(chance, 256),
		between(chance, 1, 254));
	if (happens(chance, 9500))
		fprintf(out, "%s %u IN AAAA 2001:db8:%x:%x::%x\n", server, ttl,
			below(chance, 65536), below(chance, 65536), between(chance, 1, 65535));
}

/* --- operators of many TLDs ------------------------------------------------------------------ */

/* An operator's name servers are all below one TLD, which it serves too. */
struct operator {
	size_t place; /* of that TLD */
	unsigned servers;
	char label[LABEL_ROOM];
};

static size_t operator_count(const struct world *world)
{
	return world->count / OPERATOR_SHARE + 1;
}

static size_t operator_place(const struct world *world, size_t number)
{
	return number * world->count / operator_count(world);
}

static struct operator operator_of(const struct world *world, size_t number)
{
	static const struct share servers[] = {
		{ 2, 5 }, { 4, 60 }, { 5, 10 }, { 6, 20 }, { 8, 5 },
	};
	struct chance chance = chance_of(world, 1, number);
	struct operator operator = { .place = operator_place(world, number),
				     .servers = DRAW(&chance, servers) };

	label_spell(&chance, between(&chance, 5, 14), operator.label);
	return operator;
}

static const char *operator_server(const struct world *world, const struct operator *operator,
				   unsigned number, char text[80])
{
	snprintf(text, 80, "ns%u.%s.%s.", number + 1, operator->label,
		 world->labels[operator->place].text);
	return text;
}

/* The operator with its place here, or any; true: here. */
static bool choose_operator(const struct world *world, size_t index, struct chance *chance,
			    struct operator *operator)
{
	size_t number = index * operator_count(world) / world->count;

	/* Rounding: it may be the next one. */
	for (size_t at = number; at < number + 2 && at < operator_count(world); at++) {
		if (operator_place(world, at) == index) {
			*operator = operator_of(world, at);
			return true;
		}
	}
	*operator = operator_of(world, below(chance, (unsigned)operator_count(world)));
	return false;
}

/* --- name servers of a TLD ------------------------------------------------------------------- */

/* `here`: the operator's name servers are below this TLD, and their addresses stand with it. */
static void write_served(const struct world *world, const char *label,
			 const struct operator *operator, bool here, struct chance *chance,
			 FILE *out)
{
	char server[80];

	for (unsigned i = 0; i < operator->servers; i++) {
		operator_server(world, operator, i, server);
		fprintf(out, "%s. 172800 IN NS %s\n", label, server);
		if (here)
			write_addresses(chance, server, 172800, out);
	}
}

static void write_own(const char *label, unsigned count, struct chance *chance, FILE *out)
{
	/* The real root's two fashions: all in one domain, or half of them in another. */
	unsigned first = happens(chance, 5000) ? count : (count + 1) / 2;
	char server[80];

	for (unsigned i = 0; i < count; i++) {
		if (i < first)
			snprintf(server, sizeof(server), "%c.nic.%s.", letters[i], label);
		else
			snprintf(server, sizeof(server), "ns%u.dns.nic.%s.", i - first + 1, label);
		fprintf(out, "%s. 172800 IN NS %s\n", label, server);
		write_addresses(chance, server, 172800, out);
	}
}

static void write_large(const char *label, unsigned count, FILE *out)
{
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "%s. 172800 IN NS %c.gtld-servers.net.\n", label, letters[i]);
}

/* Servers with names of their own, below net: as in the real root. */
static void write_famous(const char *domain, unsigned ttl, struct chance *chance, FILE *out)
{
	char server[80];

	for (unsigned i = 0; i < sizeof(letters) - 1; i++) {
		snprintf(server, sizeof(server), "%c.%s.", letters[i], domain);
		write_addresses(chance, server, ttl, out);
	}
}

static void write_servers(const struct world *world, size_t index, struct chance *chance, FILE *out)
{
	static const struct share counts[] = {
		{ 2, 14 }, { 3, 79 }, { 4, 499 }, { 5, 109 }, { 6, 574 }, { 7, 27 }, { 8, 119 },
		{ 9, 8 },  { 10, 5 },
	};
	const char *label = world->labels[index].text;
	unsigned count = DRAW(chance, counts);
	struct operator operator;
	bool here = choose_operator(world, index, chance, &operator);

	if (!strcmp(label, "com") || !strcmp(label, "net"))
		write_large(label, sizeof(letters) - 1, out);
	else if (here || happens(chance, 2300))
		write_served(world, label, &operator, here, chance, out);
	else
		write_own(label, count, chance, out);
	if (strcmp(label, "net"))
		return;
	write_famous("gtld-servers.net", 172800, chance, out);
	write_famous("root-servers.net", 518400, chance, out);
}

/* --- records --------------------------------------------------------------------------------- */

/* False: an insecure delegation. */
static bool write_ds(const char *label, struct chance *chance, FILE *out)
{
	static const struct share counts[] = { { 0, 89 }, { 1, 1220 }, { 2, 124 }, { 3, 5 } };
	unsigned count = DRAW(chance, counts);

	for (unsigned i = 0; i < count; i++) {
		fprintf(out, "%s. 86400 IN DS %u %u 2 ", label, below(chance, 65536),
			happens(chance, 5000) ? 8 : 13);
		for (unsigned byte = 0; byte < 32; byte++)
			fprintf(out, "%02X", below(chance, 256));
		fputc('\n', out);
	}
	return count > 0;
}

void delegation_write(const struct world *world, size_t index, FILE *out)
{
	struct chance chance = chance_of(world, 2, index);
	const char *label = world->labels[index].text;
	bool secure;

	write_servers(world, index, &chance, out);
	secure = write_ds(label, &chance, out);
	fprintf(out, "%s. 86400 IN NSEC %s. NS%s RRSIG NSEC\n", label,
		index + 1 < world->count ? world->labels[index + 1].text : "",
		secure ? " DS" : "");
}

void apex_write(const struct world *world, FILE *out)
{
	fprintf(out,
		". 86400 IN SOA a.root-servers.net. nstld.example. %u 1800 900 604800 86400\n"
		". 86400 IN NSEC %s. NS SOA RRSIG NSEC DNSKEY ZONEMD\n",
		SERIAL, world->labels[0].text);
	for (unsigned i = 0; i < sizeof(letters) - 1; i++)
		fprintf(out, ". 518400 IN NS %c.root-servers.net.\n", letters[i]);
}
