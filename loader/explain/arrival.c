// SPDX-License-Identifier: GPL-2.0-or-later
/* Explains what came in: the packet, whether it is for us, the message, its checksum. */
#include <bpf/bpf.h>
#include <string.h>

#include "dname.h"
#include "envelope.h"
#include "print.h"
#include "stage.h"

/* --- packet ---------------------------------------------------------------------------------- */

static void explain_packet(const struct subject *subject, enum stage last, json_t *stages)
{
	const struct packet *packet = &subject->work->packet;
	__u32 tags = (packet->ip - sizeof(struct ethernet)) / sizeof(struct vlan_tag);
	struct said said = { 0 };
	__u32 length;

	if (last == STAGE_packet) {
		stage_add(stages, "packet", NULL, "%s", verdict_meaning(subject->run->verdict));
		return;
	}
	subject_message(subject, &length);
	if (tags)
		say(&said, "%u VLAN tag%s, ", tags, tags == 1 ? "" : "s");
	say(&said, "IPv%d, UDP port %u to %d, DNS message of %u bytes at %zu", packet->ipv6 ? 6 : 4,
	    host16(packet->source_port), DNS_PORT, length, packet->udp + sizeof(struct udp));
	stage_add(stages, "packet",
		  json_pack("{s:i, s:i, s:i, s:i, s:i}", "ip_version", packet->ipv6 ? 6 : 4,
			    "vlan_tags", (int)tags, "source_port", host16(packet->source_port),
			    "message_at", (int)(packet->udp + sizeof(struct udp)), "message_length",
			    (int)length),
		  "%s", said.text);
}

/* --- guard ----------------------------------------------------------------------------------- */

/* What an address is to us; 0: nothing. */
static __u32 use_of(const struct subject *subject, const struct address *address)
{
	__u32 use = 0;

	return bpf_map_lookup_elem(subject->maps->addresses, address, &use) ? 0 : use;
}

/* Why a source must not be answered. */
static const char *source_words(const struct subject *subject)
{
	const struct packet *packet = &subject->work->packet;
	__u32 use = use_of(subject, &packet->source);

	if (!packet->source_port)
		return "source port 0";
	if (source_is_special(packet, subject->interface->loopback))
		return "loopback, multicast or nobody's";
	return use == ADDRESS_BROADCAST ? "a subnet's broadcast address" : "an address of ours";
}

static void explain_guard(const struct subject *subject, enum stage last, json_t *stages)
{
	const struct packet *packet = &subject->work->packet;
	struct address_text to = address_text(&packet->destination);
	__u32 use = use_of(subject, &packet->destination);
	struct said said = { 0 };

	if (last != STAGE_guard)
		say(&said, "our address; the source may be answered");
	else if (subject->run->verdict == VERDICT_other_address)
		say(&said, "%s is %s", to.text,
		    use == ADDRESS_BROADCAST ? "a subnet's broadcast address"
					     : "not one of our addresses");
	else if (subject->run->verdict == VERDICT_pass_source)
		say(&said, "our address; the source must not be answered: %s",
		    source_words(subject));
	else
		say(&said, "our address; %s", verdict_meaning(subject->run->verdict));
	stage_add(stages, "guard",
		  json_pack("{s:b, s:b}", "ours", use == ADDRESS_OURS, "fine", last != STAGE_guard),
		  "%s", said.text);
}

/* --- message --------------------------------------------------------------------------------- */

static void option_word(struct said *said, __u16 code, __u16 length)
{
	static const struct {
		__u16 code;
		const char *name;
	} known[] = { { 3, "NSID" },       { 8, "ECS" },      { 9, "EXPIRE" }, { 10, "COOKIE" },
		      { 11, "KEEPALIVE" }, { 12, "PADDING" }, { 15, "EDE" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].code == code)
			say(said, "%s", known[i].name);
	if (!said->length)
		say(said, "option %u", code);
	if (length)
		say(said, " (%u bytes)", length);
}

/* The options of an OPT that parse_records() has read; a malformed one ends them. */
static json_t *options_json(const __u8 *message, const struct question *question)
{
	json_t *options = json_array();
	__u32 at = question->options, end = question->edns ? at + question->options_length : 0;

	while (at < end) {
		struct said said = { 0 };
		__u32 length;

		if (end - at < DNS_OPTION_HEAD) {
			json_array_append_new(options, json_string("cut short"));
			break;
		}
		length = host16(load16(message + at + 2));
		option_word(&said, host16(load16(message + at)), length);
		if (length > end - at - DNS_OPTION_HEAD)
			say(&said, ", cut short");
		json_array_append_new(options, json_string(said.text));
		at += DNS_OPTION_HEAD + length;
	}
	return options;
}

/* What is wrong with a message that gets FORMERR. */
static const char *formerr_words(const struct dns_header *header, const struct subject *subject)
{
	const struct question *question = &subject->work->question;

	if (host16(header->qdcount) > 1)
		return "more than one question";
	if (header->ancount)
		return "an answer section";
	if (header->nscount)
		return "an authority section";
	if (question->whole)
		return "a malformed option";
	if (!header->qdcount)
		return "no question";
	return question->name_length ? "question or OPT cut short" : "a malformed name";
}

static void say_flags(struct said *said, __u16 flags)
{
	static const struct {
		__u16 bit;
		const char *name;
	} known[] = { { 0x8000, "QR" }, { 0x0400, "AA" }, { 0x0200, "TC" }, { 0x0100, "RD" },
		      { 0x0080, "RA" }, { 0x0040, "Z" },  { 0x0020, "AD" }, { 0x0010, "CD" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (flags & known[i].bit)
			say(said, ", %s", known[i].name);
}

static void say_opt(struct said *said, const struct question *question, const json_t *options)
{
	const json_t *option;
	size_t i;

	if (!question->edns) {
		say(said, "; no OPT");
		return;
	}
	say(said, "; OPT: ");
	if (question->edns_version)
		say(said, "version %u, ", question->edns_version);
	say(said, "%u bytes%s", question->udp_size, question->dnssec_ok ? ", DO" : "");
	json_array_foreach((json_t *)options, i, option)
		say(said, ", %s", json_string_value(option));
	if (!json_array_size(options))
		say(said, ", no options");
}

/* The last words: why the message ends here, or gets an error. */
static void say_asked(struct said *said, const struct subject *subject,
		      const struct dns_header *header)
{
	enum verdict asked = subject->work->asked;

	if (asked == VERDICT_answer_formerr)
		say(said, "; FORMERR: %s", formerr_words(header, subject));
	else if (asked < VERDICT_COUNT)
		say(said, "; %s", verdict_meaning(asked));
}

static json_t *message_json(const struct dns_header *header, const struct question *question,
			    const json_t *options)
{
	__u16 flags = host16(header->flags);
	json_t *facts =
		json_pack("{s:i, s:b, s:i, s:i}", "opcode", flags >> 11 & 15, "rd", flags & DNS_RD,
			  "questions", host16(header->qdcount), "question_length",
			  question->name_length ? question->name_length + 4 : 0);

	if (question->edns)
		json_object_set_new(facts, "edns",
				    json_pack("{s:i, s:i, s:b, s:O}", "version",
					      question->edns_version, "udp_size",
					      question->udp_size, "do", question->dnssec_ok,
					      "options", options));
	return facts;
}

static void explain_message(const struct subject *subject, json_t *stages)
{
	struct question question;
	struct said said = { 0 };
	const struct dns_header *header;
	struct cursor cursor;
	json_t *options;
	__u32 length;
	const __u8 *message = subject_message(subject, &length);
	__u16 flags;

	if (length < DNS_HEADER_SIZE) {
		stage_add(stages, "message", NULL, "%u bytes: %s", length,
			  verdict_meaning(VERDICT_pass_short));
		return;
	}
	header = (const void *)message;
	flags = host16(header->flags);
	/* The first step alone: as the message is, whatever became of it. */
	cursor = cursor_over(message, length);
	parse_records(&cursor, &question);
	options = options_json(message, &question);
	say(&said, "opcode %s", opcode_word(flags >> 11 & 15).text);
	say_flags(&said, flags);
	if (question.name_length)
		say(&said, "; question of %u bytes", question.name_length + 4);
	if (!subject->work->question.whole && subject->work->asked < VERDICT_COUNT)
		say(&said, "; %u+%u+%u+%u records", host16(header->qdcount),
		    host16(header->ancount), host16(header->nscount), host16(header->arcount));
	else
		say_opt(&said, &question, options);
	say_asked(&said, subject, header);
	stage_add(stages, "message", message_json(header, &question, options), "%s", said.text);
	json_decref(options);
}

/* --- subtree and checksum -------------------------------------------------------------------- */

static void explain_subtree(const struct subject *subject, enum stage last, json_t *stages)
{
	struct subtree subtree;
	__u32 index = subject->work->subtree;
	char name[DNAME_TEXT_ROOM] = "?";

	if (!subject->settings->subtrees || subject->work->asked != VERDICT_undecided)
		return;
	if (last != STAGE_subtree) {
		stage_add(stages, "subtree", json_pack("{s:n}", "name"),
			  "in none of the %u that are passed", subject->settings->subtrees);
		return;
	}
	if (!bpf_map_lookup_elem(subject->maps->subtrees, &index, &subtree) &&
	    subtree.length <= sizeof(subtree.name))
		dname_text(name, subtree.name + sizeof(subtree.name) - subtree.length);
	stage_add(stages, "subtree", json_pack("{s:s}", "name", name),
		  "at or below '%s', which the fallback serves as a zone of its own", name);
}

/* What the UDP checksum field holds. */
static const char *checksum_words(const struct subject *subject)
{
	const struct packet *packet = &subject->work->packet;
	const struct udp *udp = (const void *)(subject->frame + packet->udp);
	__u64 sum = sum_pseudo_header(sum_addresses(packet), packet->udp_length);

	if (!udp->checksum)
		return packet->ipv6 ? "zero, which IPv6 does not allow" : "zero: there is none";
	if (udp->checksum == sum_fold(sum))
		return subject->work->partial_ok
			       ? "the pseudo-header's alone: from a sender on this host"
			       : "the pseudo-header's alone, which this device's must not be";
	return NULL;
}

static void explain_checksum(const struct subject *subject, enum stage last, json_t *stages)
{
	bool fine = last != STAGE_checksum;
	const char *words = checksum_words(subject);

	if (!words)
		words = fine ? "right" : "wrong: the stack drops the packet";
	stage_add(stages, "checksum", json_pack("{s:b}", "fine", fine), "%s", words);
}

void arrival_explain(const struct subject *subject, json_t *stages)
{
	enum stage last = stage_last(subject->run);

	explain_packet(subject, last, stages);
	if (last >= STAGE_guard)
		explain_guard(subject, last, stages);
	if (last >= STAGE_message)
		explain_message(subject, stages);
	if (last >= STAGE_subtree)
		explain_subtree(subject, last, stages);
	if (last >= STAGE_checksum)
		explain_checksum(subject, last, stages);
}
