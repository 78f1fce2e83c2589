// SPDX-License-Identifier: GPL-2.0-or-later
/* Explains what goes out: the zone, the cookie, then the reply, its room and its rate limit. */
#include <bpf/bpf.h>

#include "envelope.h"
#include "print.h"
#include "stage.h"
#include "zone_clock.h"

/* --- zone ------------------------------------------------------------------------------------ */

static void explain_zone(const struct subject *subject, enum stage last, json_t *stages)
{
	const struct zone_info *zone = &subject->zone;
	struct utc_text text = utc_text(deadline_utc(zone, subject->settings->zone_time));

	if (!zone->names) {
		stage_add(stages, "zone", NULL, "there is none yet in set %u", subject->work->set);
		return;
	}
	stage_add(stages, "zone",
		  json_pack("{s:I, s:i, s:s}", "serial", (json_int_t)zone->serial, "set",
			    (int)subject->work->set, "deadline", text.text),
		  "serial %u in set %u, %s %s", zone->serial, subject->work->set,
		  last == STAGE_zone ? "expired" : "good until", text.text);
}

/* --- cookie ---------------------------------------------------------------------------------- */

/* The cookie's time as the client sent it; 0: it sent none with a time in it. */
static __be32 sent_time(const struct subject *subject)
{
	__u32 length;
	const __u8 *message = subject_message(subject, &length);
	struct cookie cookie;

	return read_cookie(message, message + length, &subject->work->question, &cookie)
		       ? cookie.time
		       : 0;
}

static const char *cookie_words(const struct subject *subject, const struct cookie_secrets *secrets)
{
	const struct work *work = &subject->run->work;

	switch (work->cookie_state) {
	case COOKIE_ALONE:
		return "a client cookie alone: a server cookie is added";
	case COOKIE_BAD:
		return "its server cookie is not valid (forged, of another secret, or too old): "
		       "a fresh one is sent";
	case COOKIE_VALID:
		return sent_time(subject) == work->cookie.time
			       ? "valid: not rate limited; given back as it is"
			       : "valid: not rate limited; renewed";
	default:
		break;
	}
	if (work->question.cookie && work->question.malformed)
		return "sent, and ignored: the message is malformed";
	if (secrets->count)
		return "none sent";
	return work->question.cookie ? "sent, and ignored: we have no secrets (--cookie-secrets)"
				     : "none sent; we have no secrets";
}

static void explain_cookie(const struct subject *subject, json_t *stages)
{
	static const char *const states[] = {
		[COOKIE_NONE] = "none",
		[COOKIE_ALONE] = "alone",
		[COOKIE_BAD] = "bad",
		[COOKIE_VALID] = "valid",
	};
	struct cookie_secrets secrets = { 0 };
	__u32 zero = 0;

	bpf_map_lookup_elem(subject->maps->cookie_secrets, &zero, &secrets);
	stage_add(stages, "cookie",
		  json_pack("{s:s, s:b}", "state", states[subject->work->cookie_state & 3],
			    "configured", secrets.count > 0),
		  "%s", cookie_words(subject, &secrets));
	explicit_bzero(&secrets, sizeof(secrets));
}

/* --- room ------------------------------------------------------------------------------------ */

/* The frame's length with the reply in it, before a rate limit made that shorter. */
static __u32 planned_length(const struct subject *subject, const struct cut *form)
{
	const struct work *work = subject->work;
	__u32 length = work->packet.udp + sizeof(struct udp) + question_end(&work->question) +
		       form->length + work->outline.opt;

	return length > FRAME_MIN ? length : FRAME_MIN;
}

static void explain_room(const struct subject *subject, enum stage last, const struct cut *form,
			 json_t *stages)
{
	__u32 length = planned_length(subject, form);
	json_t *facts = json_pack("{s:i, s:i}", "from", (int)subject->length, "to", (int)length);

	if (last == STAGE_room)
		stage_add(stages, "room", facts, "a frame of %u bytes can't become one of %u here",
			  subject->length, length);
	else if (subject->tier == TIER_XDP && length > subject->length)
		stage_add(stages, "room", facts,
			  "frame %u -> %u bytes, if there is room behind it on %s (else %s)",
			  subject->length, length, subject->interface->name,
			  subject->interface->tc ? "tc answers" : "it is passed");
	else if (length == subject->length)
		stage_add(stages, "room", facts, "the frame keeps its %u bytes", length);
	else
		stage_add(stages, "room", facts, "frame %u -> %u bytes", subject->length, length);
}

/* --- write ----------------------------------------------------------------------------------- */

static void explain_adapt(const struct subject *subject, json_t *stages)
{
	const struct work *work = subject->work;
	int delta = reply_delta(&work->question);
	int pointers = work->outline.form.even + work->outline.form.odd;
	json_t *facts = json_pack("{s:i, s:i}", "delta", delta, "pointers", delta ? pointers : 0);

	if (!delta)
		stage_add(stages, "adapt", facts, "nothing to move");
	else if (!pointers)
		stage_add(stages, "adapt", facts,
			  "name %d bytes longer than its last label: no compression pointers",
			  delta);
	else
		stage_add(stages, "adapt", facts,
			  "name %d bytes longer than its last label: %d compression pointers moved",
			  delta, pointers);
}

void answer_explain(const struct subject *subject, json_t *stages)
{
	enum stage last = stage_last(subject->run);
	struct cut form = { 0 };

	if (last >= STAGE_zone)
		explain_zone(subject, last, stages);
	if (last >= STAGE_cookie)
		explain_cookie(subject, stages);
	if (last >= STAGE_find)
		choice_explain(subject, last, &form, stages);
	if (last >= STAGE_room)
		explain_room(subject, last, &form, stages);
	if (last >= STAGE_limit)
		limit_explain(subject, stages);
	if (last == STAGE_write && subject->work->outline.form.length &&
	    subject->work->chaos == CHAOS_NONE)
		explain_adapt(subject, stages);
}
