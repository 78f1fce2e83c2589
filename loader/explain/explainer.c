// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs packets through the tiers, and puts together what is known of them. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "dname.h"
#include "envelope.h"
#include "explainer.h"
#include "log.h"
#include "print.h"
#include "program.h"
#include "stage.h"

/* Runs that a zone switch may spoil before we give up. */
#define TRIES 5

/* --- where ----------------------------------------------------------------------------------- */

struct wanted {
	const char *name;
	__u32 ifindex;
	struct interface *found;
	struct said names;
};

static void look_at_interface(__u32 ifindex, const struct interface *interface, void *context)
{
	struct wanted *wanted = context;

	say(&wanted->names, "%s%s", wanted->names.length ? ", " : "", interface->name);
	if (wanted->name ? strcmp(wanted->name, interface->name) != 0
			 : wanted->ifindex && wanted->ifindex < ifindex)
		return;
	wanted->ifindex = ifindex;
	*wanted->found = *interface;
}

static bool find_interface(struct explainer *explainer, const char *name)
{
	struct wanted wanted = { .name = name, .found = &explainer->interface };

	maps_each_interface(&explainer->maps, look_at_interface, &wanted);
	if (wanted.ifindex)
		return true;
	if (wanted.names.length)
		log_error("not attached to '%s', but to %s", name, wanted.names.text);
	else
		log_error("attached to no interface: nothing can come in");
	return false;
}

bool explainer_open(struct explainer *explainer, const char *pin, const char *interface)
{
	*explainer = (struct explainer){ 0 };
	maps_none(&explainer->maps);
	return maps_open(&explainer->maps, pin) && program_possible() &&
	       maps_settings(&explainer->maps, &explainer->settings) &&
	       find_interface(explainer, interface) &&
	       probe_open(&explainer->probe, &explainer->maps, &explainer->interface);
}

void explainer_close(struct explainer *explainer)
{
	probe_close(&explainer->probe);
	maps_close(&explainer->maps);
}

bool explainer_is_ours(const struct explainer *explainer, const struct address *address)
{
	__u32 use;

	return !bpf_map_lookup_elem(explainer->maps.addresses, address, &use) &&
	       use == ADDRESS_OURS;
}

bool explainer_address(const struct explainer *explainer, const struct address *from,
		       struct address *address)
{
	struct address each, *previous = NULL;
	bool found = false;

	while (!bpf_map_get_next_key(explainer->maps.addresses, previous, &each)) {
		previous = &each;
		if (!explainer_is_ours(explainer, &each) ||
		    (from && address_is_ipv4(from) != address_is_ipv4(&each)) ||
		    (found && memcmp(&each, address, sizeof(each)) > 0))
			continue;
		*address = each;
		found = true;
	}
	if (!found && from)
		log_error("none of our addresses has the family of --from %s",
			  address_text(from).text);
	else if (!found)
		log_error("there is no address of ours: nothing is answered");
	return found;
}

/* --- the query ------------------------------------------------------------------------------- */

/* The first question, whatever else the message has. False: there is none. */
static bool say_question(struct said *said, const __u8 *message, __u32 length, json_t *facts)
{
	const struct dns_header *header = (const void *)message;
	const __u8 *question = message + DNS_HEADER_SIZE, *behind;
	char name[DNAME_TEXT_ROOM];
	struct dns_word type, class;
	size_t name_length;

	if (length < DNS_HEADER_SIZE || !header->qdcount)
		return false;
	name_length = dname_measure(question, length - DNS_HEADER_SIZE);
	if (!name_length || DNS_HEADER_SIZE + name_length + 4 > length)
		return false;
	behind = question + name_length;
	dname_text(name, question);
	type = type_word(host16(load16(behind)));
	class = class_word(host16(load16(behind + 2)));
	json_object_update_new(facts, json_pack("{s:s, s:s, s:s}", "name", name, "class",
						class.text, "type", type.text));
	say(said, "%s %s %s", name, class.text, type.text);
	return true;
}

/* What a query is, so far as it can be read. */
static void say_query(struct said *said, const __u8 *message, __u32 length, json_t *facts)
{
	struct cursor cursor = cursor_over(message, length);
	struct question question;
	__u16 opcode;

	if (!say_question(said, message, length, facts)) {
		say(said, "a message of %u bytes without a question", length);
		return;
	}
	opcode = host16(((const struct dns_header *)(const void *)message)->flags) >> 11 & 15;
	if (opcode)
		say(said, ", opcode %s", opcode_word(opcode).text);
	parse_question(&cursor, &question);
	if (!question.edns) {
		say(said, question.whole ? ", no EDNS" : "");
		return;
	}
	say(said, ", EDNS %u", question.udp_size);
	if (question.edns_version)
		say(said, " version %u", question.edns_version);
	say(said, "%s%s%s", question.dnssec_ok ? " DO" : "", question.nsid ? " NSID" : "",
	    question.cookie ? " COOKIE" : "");
}

/* Of a frame that parse_packet() takes for UDP to port 53. */
static json_t *query_json(const __u8 *frame, __u32 length)
{
	struct cursor cursor = cursor_over(frame, length);
	struct packet packet;
	struct subject subject = { .frame = frame, .length = length };
	struct work work = { 0 };
	struct said said = { 0 };
	json_t *facts = json_object();
	const __u8 *message;
	__u32 message_length;

	parse_packet(&cursor, &packet);
	work.packet = packet;
	subject.work = &work;
	message = subject_message(&subject, &message_length);
	say_query(&said, message, message_length, facts);
	json_object_update_new(facts,
			       json_pack("{s:s, s:s, s:s, s:i, s:i}", "text", said.text, "from",
					 address_text(&packet.source).text, "to",
					 address_text(&packet.destination).text, "source_port",
					 host16(packet.source_port), "frame_length", (int)length));
	return facts;
}

/* --- the reply ------------------------------------------------------------------------------- */

static json_t *flags_json(__u16 flags)
{
	static const struct {
		__u16 bit;
		const char *name;
	} known[] = { { DNS_QR, "QR" }, { DNS_AA, "AA" }, { DNS_TC, "TC" }, { DNS_RD, "RD" } };
	json_t *names = json_array();

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (flags & known[i].bit)
			json_array_append_new(names, json_string(known[i].name));
	return names;
}

static json_t *sent_json(const struct probe_run *run)
{
	const struct work *work = &run->work;
	const struct udp *udp = (const void *)(run->frame + work->packet.udp);
	const struct dns_header *header = (const void *)(udp + 1);
	__u16 flags = host16(header->flags);
	__u16 rcode = (flags & DNS_RCODE) | work->outline.extended_rcode << 4;

	return json_pack("{s:s, s:o, s:i, s:i, s:i, s:i, s:i, s:i}", "rcode",
			 rcode_word(rcode).text, "flags", flags_json(flags), "question",
			 host16(header->qdcount), "answer", host16(header->ancount), "authority",
			 host16(header->nscount), "additional", host16(header->arcount), "length",
			 (int)(host16(udp->length) - sizeof(*udp)), "frame_length",
			 (int)run->length);
}

/* --- the tiers ------------------------------------------------------------------------------- */

static const char *const tier_names[TIER_COUNT] = { [TIER_XDP] = "xdp", [TIER_TC] = "tc" };

/* Where a packet with this fate goes from a tier. */
static const char *next_place(const struct subject *subject, enum fate fate)
{
	switch (fate) {
	case FATE_answered:
		return "client";
	case FATE_dropped:
		return "nowhere";
	default:
		return subject->tier == TIER_XDP && subject->interface->tc ? "tc" : "stack";
	}
}

static json_t *tier_json(const struct subject *subject)
{
	enum verdict verdict = subject->run->verdict;
	enum fate fate = verdict_fate(verdict);
	json_t *stages = json_array();

	arrival_explain(subject, stages);
	answer_explain(subject, stages);
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:o}", "tier",
			 tier_names[subject->tier], "interface", subject->interface->name, "stages",
			 stages, "verdict", verdict_name(verdict), "meaning",
			 verdict_meaning(verdict), "fate", fate_name(fate), "ended_at",
			 stage_name(stage_last(subject->run)), "next", next_place(subject, fate),
			 "reply", fate == FATE_answered ? sent_json(subject->run) : json_null());
}

/* The header of the zone that was answered from; zero: none was. */
static struct zone_info read_zone(const struct subject *subject)
{
	int map = subject->maps->set[SET_zone].inner[subject->work->set & 1];
	struct zone_info zone;
	__u32 zero = 0;

	if (subject->work->set > 1 || bpf_map_lookup_elem(map, &zero, &zone))
		return (struct zone_info){ 0 };
	return zone;
}

/* Again when the set was filled with another zone before all of it was read. */
static json_t *run_tier(struct explainer *explainer, enum tier tier, const __u8 *frame,
			__u32 length, enum fate *fate)
{
	static struct probe_run run;
	struct subject subject = {
		.maps = &explainer->maps,
		.probe = &explainer->probe,
		.interface = &explainer->interface,
		.settings = &explainer->settings,
		.run = &run,
		.work = &run.work,
		.frame = frame,
		.length = length,
		.tier = tier,
	};

	for (int i = 0; i < TRIES; i++) {
		struct zone_info after;
		json_t *explained;

		if (!probe_run(&explainer->probe, tier, frame, length, &run))
			return NULL;
		*fate = verdict_fate(run.verdict);
		subject.zone = read_zone(&subject);
		explained = tier_json(&subject);
		after = read_zone(&subject);
		if (!memcmp(&after, &subject.zone, sizeof(after)))
			return explained;
		json_decref(explained);
	}
	log_error("the zone is changing all the time: try again");
	return NULL;
}

/* Adds a tier's part if it is attached and the packet comes so far. */
static bool add_tier(struct explainer *explainer, enum tier tier, bool attached, const __u8 *frame,
		     __u32 length, enum fate *fate, json_t *tiers)
{
	json_t *explained;

	if (!attached || *fate == FATE_answered || *fate == FATE_dropped)
		return true;
	explained = run_tier(explainer, tier, frame, length, fate);
	if (explained)
		json_array_append_new(tiers, explained);
	return explained;
}

json_t *explainer_packet(struct explainer *explainer, const __u8 *frame, __u32 length)
{
	const struct interface *interface = &explainer->interface;
	json_t *tiers = json_array();
	enum fate fate = FATE_passed;

	if (add_tier(explainer, TIER_XDP, interface->xdp, frame, length, &fate, tiers) &&
	    add_tier(explainer, TIER_TC, interface->tc, frame, length, &fate, tiers))
		return json_pack("{s:o, s:o}", "query", query_json(frame, length), "tiers", tiers);
	json_decref(tiers);
	return NULL;
}
