/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The set that is answered from, and the stored reply in it. */
#ifndef ROOTXDP_FIND_BPF_H
#define ROOTXDP_FIND_BPF_H

#include "deadline.bpf.h"
#include "guard.bpf.h"
#include "touch.h"
#include "zone.bpf.h"

/* Which set is answered from, and may it be? Without a zone, not even errors are answered. */
static __always_inline enum verdict choose_set(struct work *work)
{
	__u32 zero = 0;
	const __u32 *set = bpf_map_lookup_elem(&active, &zero);
	struct zone_info *info;
	struct zone_view view;

	if (!set)
		return VERDICT_pass_no_reply;
	work->set = *set;
	view = zone_of_set(work->set);
	info = zone_header(&view);
	if (!info || !info->names)
		return VERDICT_pass_no_reply;
	return is_over(&info->deadline) ? VERDICT_pass_deadline : VERDICT_undecided;
}

/* Finds the name's last label where a longer name of the zone has its key. */
static __always_inline enum verdict find_name(void *ctx, enum tier tier, struct work *work)
{
	struct zone_view view = zone_of_set(work->set);
	struct cursor message = message_cursor(ctx, tier, work);

	if (!read_label(message.start, message.end, &work->question, &work->label))
		return VERDICT_pass_error;
	forget();
	return find_by_name(&view, &work->label, &work->place) ? VERDICT_undecided
								: VERDICT_pass_no_reply;
}
STAGE(find_name)

/* Finds the name's last label. */
static __always_inline enum verdict find_label(void *ctx, enum tier tier, struct work *work)
{
	struct zone_view view = zone_of_set(work->set);
	struct cursor message = message_cursor(ctx, tier, work);
	__u64 head;

	if (!read_label_head(message.start, message.end, &work->question, &head))
		return VERDICT_pass_error;
	switch (find_by_key(&view, head, label_length(&work->question), &work->place)) {
	case FOUND:
		return VERDICT_undecided;
	case FOUND_ALIKE:
		return GO_THROUGH(find_name);
	default:
		return VERDICT_pass_no_reply;
	}
}

/* Finds the stored reply. */
static __always_inline enum verdict find_reply(void *ctx, enum tier tier, struct work *work,
					       const struct reply **stored)
{
	struct zone_view view = zone_of_set(work->set);
	const struct zone_info *info;
	enum verdict verdict;

	if (!work->question.labels) {
		info = zone_info(&view);
		if (!info)
			return VERDICT_pass_no_reply;
		work->reply = choose_apex(info, &work->question);
	} else {
		verdict = find_label(ctx, tier, work);
		if (verdict != VERDICT_undecided)
			return verdict;
		forget();
		work->reply = choose_reply(&work->place, &work->question);
	}
	*stored = zone_reply(&view, work->reply);
	if (!*stored)
		return VERDICT_pass_no_reply;
	touch(*stored);
	return VERDICT_undecided;
}

#endif
