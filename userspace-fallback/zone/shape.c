// SPDX-License-Identifier: GPL-2.0-or-later
/* What a root zone may hold, and where: rootxdp answers from no other shape of zone. */
#include "draft.h"

#include "dname.h"

static const uint8_t root[] = { 0 };

static bool refuse_set(const struct draft *draft, const struct set *set, const char *why)
{
	char text[SET_TEXT_ROOM];

	set_text(text, set_first(set)->owner, set_type(set));
	return draft_refuse(draft, set_first(set)->line, "%s %s", text, why);
}

/* Exactly one SOA, and it is the root's. */
static bool check_soa(const struct draft *draft)
{
	const struct set *soa = draft_find(draft, root, TYPE_SOA);
	char name[DNAME_TEXT_ROOM];

	if (soa && soa->count > 1)
		return draft_refuse(draft, soa->records[1]->line,
				    "a second SOA, the first is on line %u: "
				    "a zone has one, fetch it anew",
				    soa->records[0]->line);
	if (soa)
		return true;
	for (size_t i = 0; i < draft->set_count; i++) {
		if (set_type(&draft->sets[i]) != TYPE_SOA)
			continue;
		dname_text(name, set_owner(&draft->sets[i]));
		return draft_refuse(draft, set_first(&draft->sets[i])->line,
				    "this is the zone '%s', "
				    "not the root: give a root zone file",
				    name);
	}
	return draft_refuse(draft, 0, "the root has no SOA: fetch the zone anew");
}

/* Types that make a zone one that rootxdp can't answer from, wherever they stand. */
static bool check_type(const struct draft *draft, const struct set *set)
{
	uint16_t type = set_type(set);

	if (type == TYPE_NSEC3 || type == TYPE_NSEC3PARAM)
		return refuse_set(draft, set,
				  "is of NSEC3: only zones with NSEC are answered from");
	if (type == TYPE_CNAME || type == TYPE_DNAME)
		return refuse_set(draft, set, "is an alias: a root zone has none");
	if (type == 0 || type == TYPE_OPT || (type >= TYPE_META_FIRST && type <= TYPE_META_LAST))
		return refuse_set(draft, set, "is of a type that no zone may hold: remove it");
	if (set_owner(set)[0] == 1 && set_owner(set)[1] == '*')
		return refuse_set(draft, set,
				  "is a wildcard: zones with wildcards are not answered from");
	return true;
}

/* Delegations' NS and glue are not the root's to sign (RFC 4035 2.2). */
static bool check_unsigned(const struct draft *draft, const struct set *set)
{
	char text[SET_TEXT_ROOM];

	if (!set->signature_count)
		return true;
	set_text(text, set_first(set)->owner, set_type(set));
	return draft_refuse(draft, set->signatures[0]->line,
			    "a signature covers %s, which the root has "
			    "no authority over: fetch the zone anew",
			    text);
}

/* A set one label below the root. `ns`: whether there is a delegation. */
static bool check_delegation(const struct draft *draft, const struct set *set, bool ns)
{
	switch (set_type(set)) {
	case TYPE_NS:
		return check_unsigned(draft, set);
	case TYPE_A:
	case TYPE_AAAA:
		if (!ns)
			return refuse_set(draft, set, "is an address at no delegation: remove it");
		return check_unsigned(draft, set);
	case TYPE_DS:
	case TYPE_NSEC:
		if (!ns)
			return refuse_set(draft, set,
					  "stands at a name without NS: fetch the zone anew");
		return true;
	default:
		return refuse_set(draft, set,
				  "is data of the root's own: only NS, DS, NSEC and glue "
				  "may stand below '.'");
	}
}

/* A set deeper than one label; `cut` is the delegation that comes before it, or NULL. */
static bool check_below(const struct draft *draft, const struct set *set, const uint8_t *cut)
{
	uint16_t type = set_type(set);

	if (type == TYPE_NS)
		return refuse_set(draft, set,
				  "is a delegation deeper than one label: "
				  "such zones are not answered from");
	if (type != TYPE_A && type != TYPE_AAAA)
		return refuse_set(draft, set, "is deeper than one label and no glue: remove it");
	if (!cut || !dname_at_or_below(set_owner(set), cut))
		return refuse_set(draft, set, "is an address at no delegation: remove it");
	return check_unsigned(draft, set);
}

static bool check_apex(const struct draft *draft)
{
	for (size_t i = 0; i < draft->apex_count; i++) {
		if (!check_type(draft, &draft->sets[i]))
			return false;
		if (set_type(&draft->sets[i]) == TYPE_DS)
			return refuse_set(draft, &draft->sets[i],
					  "is a DS of the root, which has no parent: "
					  "remove it");
	}
	if (!draft_find(draft, root, TYPE_NS))
		return draft_refuse(draft, 0, "the root has no NS: fetch the zone anew");
	return true;
}

bool draft_check_shape(const struct draft *draft)
{
	const uint8_t *cut = NULL;

	if (!check_soa(draft) || !check_apex(draft))
		return false;
	for (size_t i = draft->apex_count; i < draft->set_count; i++) {
		const struct set *set = &draft->sets[i];
		const uint8_t *owner = set_owner(set);
		bool deep = owner[1 + *owner];
		bool ns = !deep && draft_find(draft, owner, TYPE_NS);

		if (ns)
			cut = owner;
		if (!check_type(draft, set))
			return false;
		if (deep ? !check_below(draft, set, cut) : !check_delegation(draft, set, ns))
			return false;
	}
	return true;
}
