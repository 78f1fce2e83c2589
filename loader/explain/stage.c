// SPDX-License-Identifier: GPL-2.0-or-later
/* How far a packet came, and what all stages' texts are made with. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stage.h"

static const char *const verdict_names[] = {
#define V(name, fate, meaning) #name,
	VERDICTS(V)
#undef V
};

static const char *const verdict_meanings[] = {
#define V(name, fate, meaning) meaning,
	VERDICTS(V)
#undef V
};

const char *verdict_name(enum verdict verdict)
{
	return verdict_names[verdict];
}

const char *verdict_meaning(enum verdict verdict)
{
	return verdict_meanings[verdict];
}

const char *fate_name(enum fate fate)
{
	static const char *const names[] = {
		[FATE_answered] = "answered",
		[FATE_passed] = "passed",
		[FATE_dropped] = "dropped",
		[FATE_other] = "other",
	};

	return names[fate];
}

const char *stage_name(enum stage stage)
{
	static const char *const names[] = {
#define S(name) #name,
		STAGES(S)
#undef S
	};

	return names[stage];
}

/* PROBE_UNWRITTEN: no stage has stored this number. */
static bool is_unwritten(__u32 number)
{
	return number == (__u32)-1;
}

/* Where no reply was found: for want of a zone, of a place in it, or of what should be there. */
static enum stage last_without_reply(const struct work *work)
{
	if (!is_unwritten(work->chaos))
		return STAGE_reply;
	return is_unwritten(work->label.word[LABEL_WORDS - 1]) ? STAGE_zone : STAGE_find;
}

/* Where a packet ended that was a query for us. */
static enum stage last_of_query(const struct probe_run *run)
{
	switch (run->verdict) {
	case VERDICT_pass_subtree:
		return STAGE_subtree;
	case VERDICT_pass_short:
	case VERDICT_pass_udp_checksum:
		return STAGE_checksum;
	case VERDICT_pass_deadline:
		return STAGE_zone;
	case VERDICT_pass_no_reply:
	case VERDICT_pass_error:
		return last_without_reply(&run->work);
	case VERDICT_pass_room:
		return STAGE_room;
	case VERDICT_limit_dropped:
		return STAGE_limit;
	default:
		return STAGE_write;
	}
}

/*
 * Some verdicts may come from several stages: which one it was is seen by what the others stored.
 */
enum stage stage_last(const struct probe_run *run)
{
	const struct work *work = &run->work;

	switch (run->verdict) {
	case VERDICT_other_protocol:
	case VERDICT_other_malformed:
	case VERDICT_other_fragment:
	case VERDICT_other_port:
		return STAGE_packet;
	default:
		break;
	}
	if (is_unwritten(work->asked))
		return STAGE_guard;
	if (work->asked < VERDICT_COUNT && verdict_fate(work->asked) != FATE_answered)
		return STAGE_message;
	return last_of_query(run);
}

void stage_add(json_t *stages, const char *name, json_t *facts, const char *format, ...)
{
	json_t *stage = json_object();
	va_list arguments;
	char text[512];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_object_set_new(stage, "stage", json_string(name));
	json_object_set_new(stage, "text", json_string(text));
	if (facts)
		json_object_update_new(stage, facts);
	json_array_append_new(stages, stage);
}

const __u8 *subject_message(const struct subject *subject, __u32 *length)
{
	const struct packet *packet = &subject->work->packet;
	__u32 begin = packet->udp + sizeof(struct udp);

	*length = packet->udp_length < sizeof(struct udp) ? 0
							  : packet->udp_length - sizeof(struct udp);
	if (begin + *length > subject->length)
		*length = begin < subject->length ? subject->length - begin : 0;
	return subject->frame + begin;
}

void say(struct said *said, const char *format, ...)
{
	size_t room = sizeof(said->text) - said->length;
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(said->text + said->length, room, format, arguments);
	va_end(arguments);
	if (written > 0)
		said->length += (size_t)written < room ? (size_t)written : room - 1;
}
