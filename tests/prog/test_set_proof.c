// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filled set is proven; one with a single wrong bit is not, wherever in it that is. Bits that no
 * reply depends on are left alone; they are:
 *
 * - what is for the operator: serial, signatures_end and soa_expire in zone_info, `name` in replies
 * - flags of a reply but AA and RCODE; the upper four bits of relocations
 * - relocations, `even` and `odd` of what is sent for the name that it was rendered for alone: DS
 *   and '.'; and of forms that leave no room for a longer name
 * - forms that are never sent: too long for the largest size, or too short for the smallest
 * - a larger `cuts` or `apex_types`, or a window of the search that begins earlier, if they do not
 *   change what is found
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "image.h"
#include "program.h"
#include "question.h"
#include "set_proof.h"
#include "transfer.h"
#include "zone.h"
#include "zone_clock.h"

#define ZONE_FILE "tests/data/root.zone.2026073102"
#define ZONE_TIME 1785542400 /* 2026-08-01T00:00:00Z */
#define SET       1          /* the one that is not active */
#define FAULTS    25         /* of each kind, by default */
#define MOST      ANSWER_UDP_SIZE_DEFAULT

/* Header, type and class, OPT: what stands beside a body and the name. */
#define AROUND (DNS_HEADER_SIZE + 4 + DNS_OPT_SIZE)

static struct program program;
static struct zone *zone;
static struct image_view view;
static const struct answer_config config = { .max_udp_size = MOST };
static char said[4096];

/* One bit of an entry in one of the set's maps. */
struct spot {
	enum set_map_index map;
	__u32 key;
	size_t byte;
	__u8 bit;
	__u32 reply; /* that it belongs to; ~0: none */
};

static void fail(const char *what, const struct spot *spot)
{
	printf("FAILED: %s; map %d, key %u, byte %zu, bit 0x%02x; it said: %s\n", what, spot->map,
	       spot->key, spot->byte, spot->bit, said);
	exit(1);
}

static uint32_t dice(uint32_t below)
{
	static uint64_t state = 20260731;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull >> 32) % below;
}

/* --- what matters ---------------------------------------------------------------------------- */

static int kind_of(__u32 reply)
{
	return reply < REPLY_OF_NAME(0, 0) ? -1
					   : (int)((reply - REPLY_OF_NAME(0, 0)) % REPLY_KINDS);
}

/* Is it sent for names of several lengths? */
static bool is_moved(__u32 reply)
{
	int kind = kind_of(reply);

	return kind == REPLY_REFERRAL || kind == REPLY_REFERRAL_DO || kind == REPLY_NXDOMAIN_DO ||
	       reply == REPLY_APEX(APEX_NXDOMAIN, 0);
}

/* Is a form sent, if `longer` is the next longer one, to names longer by `delta`? */
static bool is_sent(__u32 reply, size_t length, size_t longer, size_t delta)
{
	size_t label = view.names[view.replies[reply].name].length;
	size_t name = label ? 1 + label + 1 : 1;
	size_t longest = is_moved(reply) ? DNS_NAME_MAX : name;

	if (delta && !is_moved(reply))
		return false;
	return AROUND + name + delta + length <= MOST &&
	       AROUND + longest + longer > ANSWER_UDP_SIZE_LEAST;
}

/* A form: 0 is the whole, then come the cuts. */
static const struct cut *form_of(__u32 reply, __u32 number)
{
	const struct reply *stored = &view.replies[reply];

	return number ? &view.cuts[stored->first_cut + number - 1] : &stored->whole;
}

static bool is_form_sent(__u32 reply, __u32 number, size_t delta)
{
	if (number > view.replies[reply].cuts)
		return false;
	return is_sent(reply, form_of(reply, number)->length,
		       number ? form_of(reply, number - 1)->length : BODY_MAX, delta);
}

/* The longest form that is sent. */
static const struct cut *longest_sent(__u32 reply, size_t delta)
{
	for (__u32 number = 0; number <= view.replies[reply].cuts; number++)
		if (is_form_sent(reply, number, delta))
			return form_of(reply, number);
	return NULL;
}

/* A byte of struct cut. */
static bool form_matters(__u32 reply, __u32 number, size_t byte)
{
	return is_form_sent(reply, number, byte < offsetof(struct cut, even) ? 0 : 2);
}

static bool reply_matters(__u32 reply, size_t byte, __u8 bit)
{
	const struct reply *stored = &view.replies[reply];
	size_t cuts = offsetof(struct reply, cuts), whole = offsetof(struct reply, whole);

	if (byte == offsetof(struct reply, flags))
		return bit & (DNS_AA >> 8);
	if (byte == offsetof(struct reply, flags) + 1)
		return bit & DNS_RCODE;
	if (byte >= whole && byte < whole + sizeof(struct cut))
		return form_matters(reply, 0, byte - whole);
	if (byte >= offsetof(struct reply, first_cut) && byte < cuts)
		return is_form_sent(reply, 1, 0);
	if (byte == cuts)
		return stored->cuts & bit && is_form_sent(reply, 1 + (stored->cuts ^ bit), 0);
	return byte != cuts + 1 && byte < offsetof(struct reply, name);
}

/* --- a bit of each kind; false: try again ---------------------------------------------------- */

static bool in_body(struct spot *spot)
{
	const struct reply *reply = &view.replies[spot->reply];
	const struct cut *form = longest_sent(spot->reply, 0);

	if (!form)
		return false;
	spot->map = SET_shelves;
	spot->key = reply->shelf;
	spot->byte = reply->place + dice(form->length);
	return true;
}

static bool in_relocations(struct spot *spot)
{
	const struct reply *reply = &view.replies[spot->reply];
	const struct cut *form = longest_sent(spot->reply, 2);

	if (!form || form->even + form->odd == 0)
		return false;
	spot->map = SET_shelves;
	spot->key = reply->shelf;
	spot->byte =
		RELOCATIONS(reply->place, reply->whole.length) + dice(2 * (form->even + form->odd));
	/* Host order: the upper four bits are in the second byte of a little one. */
	return spot->byte % 2 == 0 || spot->bit < 0x10;
}

static bool in_reply(struct spot *spot)
{
	spot->map = SET_replies;
	spot->key = spot->reply;
	spot->byte = dice(sizeof(struct reply));
	return reply_matters(spot->reply, spot->byte, spot->bit);
}

/* The same, of what few replies have. */
static bool in_verdict(struct spot *spot)
{
	spot->map = SET_replies;
	spot->key = spot->reply;
	spot->byte = offsetof(struct reply, verdict);
	return true;
}

static bool in_cut(struct spot *spot)
{
	const struct reply *reply = &view.replies[spot->reply];
	__u32 number;

	if (!reply->cuts)
		return false;
	number = 1 + dice(reply->cuts);
	spot->map = SET_cuts;
	spot->key = reply->first_cut + number - 1;
	spot->byte = dice(sizeof(struct cut));
	return form_matters(spot->reply, number, spot->byte);
}

/* Longer than its key says: of other names, nothing but the key is read. */
static bool in_name(struct spot *spot)
{
	*spot = (struct spot){ .map = SET_names,
			       .key = 1 + dice(view.name_count - 1),
			       .byte = dice(sizeof(struct name)),
			       .bit = spot->bit,
			       .reply = ~0u };
	return view.names[spot->key].length > KEY_BYTES;
}

/* Bit 10: far from where it was. One of those that are read. */
static bool in_prefixes(struct spot *spot)
{
	*spot = (struct spot){ .map = SET_prefixes,
			       .byte = sizeof(__u32) * name_prefix(dice(256), dice(256)) + 1,
			       .bit = 0x04,
			       .reply = ~0u };
	return true;
}

/* The first bit: far from where it was. */
static bool in_keys(struct spot *spot)
{
	*spot = (struct spot){ .map = SET_keys,
			       .byte = sizeof(__u64) * (1 + dice(view.name_count - 1)) + 7,
			       .bit = 0x20,
			       .reply = ~0u };
	return true;
}

static bool in_apex_types(struct spot *spot)
{
	__u32 slot = APEX_TYPES + dice(view.info->apex_types - APEX_TYPES);

	*spot = (struct spot){ .map = SET_zone,
			       .byte = offsetof(struct zone_info, apex_type[slot]) + dice(2),
			       .bit = spot->bit,
			       .reply = ~0u };
	return true;
}

static const struct kind {
	const char *what;
	bool (*choose)(struct spot *spot);
} kinds[] = {
	{ "a body", in_body },       { "a relocation", in_relocations },
	{ "a reply", in_reply },     { "a verdict", in_verdict },
	{ "a cut", in_cut },         { "a name", in_name },
	{ "a prefix", in_prefixes }, { "a key", in_keys }, { "an apex type", in_apex_types },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* --- the proof ------------------------------------------------------------------------------- */

/* Keeps what was said on stderr. */
static bool is_proven(void)
{
	int saved = dup(STDERR_FILENO), file = memfd_create("said", 0);
	ssize_t length;
	bool fine;

	dup2(file, STDERR_FILENO);
	fine = proof_run(&program.maps, SET, zone, &config);
	dup2(saved, STDERR_FILENO);
	length = pread(file, said, sizeof(said) - 1, 0);
	said[length > 0 ? length : 0] = '\0';
	close(saved);
	close(file);
	return fine;
}

static bool is_said(const struct spot *spot)
{
	char stored[64], name[80];

	if (strncmp(said, "rootxdp: serial 2026073102 is not used: ", 40) ||
	    strchr(said, '\n') != said + strlen(said) - 1)
		return false;
	if (spot->reply == ~0u)
		return true;
	snprintf(stored, sizeof(stored), "; stored reply %u of set %d\n", spot->reply, SET);
	snprintf(name, sizeof(name), "%s", view.names[view.replies[spot->reply].name].label);
	/* What is counted wrongly is known by its name alone, and in a gap that is any. */
	return strstr(said, stored) || strstr(said, name) ||
	       (kind_of(spot->reply) == REPLY_NXDOMAIN_DO && strstr(said, " counts a reply to "));
}

/* Flips the bit, expects that it is found, and undoes it. */
static void spoil(const struct spot *spot, const char *what)
{
	static unsigned char value[sizeof(struct shelf)];
	int map = program.maps.set[spot->map].inner[SET];

	if (bpf_map_lookup_elem(map, &spot->key, value))
		fail("no such entry", spot);
	value[spot->byte] ^= spot->bit;
	bpf_map_update_elem(map, &spot->key, value, BPF_ANY);
	if (is_proven() || !is_said(spot))
		fail(what, spot);
	value[spot->byte] ^= spot->bit;
	bpf_map_update_elem(map, &spot->key, value, BPF_ANY);
}

static void spoil_each(int faults)
{
	for (size_t i = 0; i < KINDS * faults; i++) {
		const struct kind *kind = &kinds[i % KINDS];
		struct spot spot;

		do {
			spot = (struct spot){ .bit = 1 << dice(8),
					      .reply = dice(view.reply_count) };
		} while (!view.replies[spot.reply].verdict || !kind->choose(&spot));
		spoil(&spot, kind->what);
	}
}

static void load(void)
{
	const struct zone_policy policy = { .trust_anchors = "tests/data/root.ds",
					    .validate_at = ZONE_TIME,
					    .zonemd = ZONEMD_REQUIRE };
	const struct deadline deadline = { .boot_ns = ~0ull };
	const struct settings settings = { .layout_version = LAYOUT_VERSION, .max_udp_size = MOST };
	struct zone_error error;
	struct image *image;
	struct maps none;
	char why[256];
	__u32 zero = 0;

	zone = zone_load(ZONE_FILE, &policy, &error);
	image = zone ? image_render(zone, &config, why) : NULL;
	if (!image || !program_possible())
		fail("no image, or not root", &(struct spot){ 0 });
	view = image_parts(image);
	maps_none(&none);
	if (!program_load(&program, &view, &none) ||
	    !transfer_fill(&program.maps, SET, &view, &deadline) ||
	    bpf_map_update_elem(program.maps.settings, &zero, &settings, BPF_ANY))
		fail("the maps", &(struct spot){ 0 });
}

/* A set that is over answers nothing, so it can't be proven either. */
static void expire(void)
{
	const struct deadline over = { .boot_ns = 1 }, deadline = { .boot_ns = ~0ull };

	if (!transfer_deadline(&program.maps, SET, &over) || is_proven() ||
	    !strstr(said, "pass_deadline") || !transfer_deadline(&program.maps, SET, &deadline))
		fail("a set that is over", &(struct spot){ 0 });
}

int main(void)
{
	const char *wanted = getenv("FAULTS");
	int faults = wanted ? atoi(wanted) : FAULTS;
	struct zone_info info;
	uint64_t began;
	__u32 zero = 0;

	if (geteuid()) {
		printf("it needs root\n");
		return 77;
	}
	load();
	began = monotonic_ns();
	if (!is_proven())
		fail("the set as it is", &(struct spot){ 0 });
	bpf_map_lookup_elem(program.maps.set[SET_zone].inner[SET], &zero, &info);
	if (info.proofs < 30000 || info.proven != info.proofs)
		fail("what the header says", &(struct spot){ .key = info.proven });
	printf("# %u answers proven in %.0f ms; ", info.proven, (monotonic_ns() - began) / 1e6);
	expire();
	spoil_each(faults);
	if (!is_proven())
		fail("the set as it was", &(struct spot){ 0 });
	printf("%zu single wrong bits found\n", KINDS * faults);
	return 0;
}
