// SPDX-License-Identifier: GPL-2.0-or-later
/* Explains which reply was chosen: the label in the zone, the stored reply, the form that fits. */
#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>

#include "dname.h"
#include "print.h"
#include "stage.h"

/* Reads an entry of a set's map. */
static bool read_entry(const struct subject *subject, enum set_map_index which, __u32 index,
		       void *value)
{
	return !bpf_map_lookup_elem(subject->maps->set[which].inner[subject->work->set & 1], &index,
				    value);
}

/* --- find ------------------------------------------------------------------------------------ */

struct label_text {
	char text[DNAME_TEXT_ROOM];
};

/* A label as text, without the last dot. */
static struct label_text label_text(const void *label, __u8 length)
{
	__u8 name[1 + 63 + 1] = { length > 63 ? 63 : length };
	struct label_text text;
	size_t end;

	memcpy(name + 1, label, *name);
	dname_text(text.text, name);
	end = strlen(text.text);
	if (*name && text.text[end - 1] == '.')
		text.text[end - 1] = '\0';
	return text;
}

/* The label that was looked for. */
static struct label_text wanted_text(const struct subject *subject)
{
	const struct question *question = &subject->work->question;
	struct label label = { 0 };
	__be64 bytes[LABEL_WORDS];
	const __u8 *message;
	__u32 length;

	message = subject_message(subject, &length);
	if (question->labels)
		read_label(message, message + length, question, &label);
	for (int i = 0; i < LABEL_WORDS; i++)
		bytes[i] = host64(label.word[i]);
	return label_text(bytes, label.word[LABEL_WORDS - 1] & 0xff);
}

static struct label_text name_text(const struct subject *subject, __u32 index)
{
	struct name name = { 0 };

	read_entry(subject, SET_names, index, &name);
	return label_text(name.label, name.length);
}

static void explain_gap(const struct subject *subject, json_t *stages)
{
	__u32 before = subject->work->place.index, after = before + 1;
	struct label_text wanted = wanted_text(subject);
	struct label_text left = name_text(subject, before), right = { "." };
	bool is_last = after >= subject->zone.names;
	json_t *facts;

	if (!is_last)
		right = name_text(subject, after);
	facts = json_pack("{s:s, s:b, s:s, s:s}", "label", wanted.text, "exists", 0, "before",
			  left.text, "after", right.text);
	if (!before)
		stage_add(stages, "find", facts, "last label '%s': no TLD; before '%s', the first",
			  wanted.text, right.text);
	else if (is_last)
		stage_add(stages, "find", facts, "last label '%s': no TLD; behind '%s', the last",
			  wanted.text, left.text);
	else
		stage_add(stages, "find", facts, "last label '%s': no TLD; between '%s' and '%s'",
			  wanted.text, left.text, right.text);
}

static void explain_find(const struct subject *subject, enum stage last, json_t *stages)
{
	const struct work *work = subject->work;
	struct label_text wanted = wanted_text(subject);

	if (!work->question.labels) {
		stage_add(stages, "find", json_pack("{s:s, s:b}", "label", ".", "exists", 1),
			  "the name is '.', the zone's own");
	} else if (last == STAGE_find) {
		stage_add(stages, "find", NULL, "%s", verdict_meaning(subject->run->verdict));
	} else if (work->place.exact) {
		stage_add(stages, "find",
			  json_pack("{s:s, s:b, s:i, s:i}", "label", wanted.text, "exists", 1,
				    "index", (int)work->place.index, "names",
				    (int)subject->zone.names - 1),
			  "last label '%s': TLD %u of %u", wanted.text, work->place.index,
			  subject->zone.names - 1);
	} else {
		explain_gap(subject, stages);
	}
}

/* --- reply ----------------------------------------------------------------------------------- */

/* What a stored reply is for: the inverse of REPLY_APEX() and REPLY_OF_NAME(). */
static void say_kind(struct said *said, const struct subject *subject, __u32 index)
{
	static const char *const kinds[REPLY_KINDS] = {
		[REPLY_REFERRAL] = "referral",
		[REPLY_REFERRAL_DO] = "referral with DO",
		[REPLY_DS] = "DS",
		[REPLY_DS_DO] = "DS with DO",
		[REPLY_NXDOMAIN_DO] = "NXDOMAIN with DO",
	};
	__u32 slot = index / 2;

	if (index >= REPLY_OF_NAME(0, 0)) {
		say(said, "%s", kinds[(index - REPLY_OF_NAME(0, 0)) % REPLY_KINDS]);
		return;
	}
	if (slot == APEX_NODATA)
		say(said, "NODATA at '.'");
	else if (slot == APEX_NXDOMAIN)
		say(said, "NXDOMAIN");
	else
		say(said, "%s of '.'", type_word(subject->zone.apex_type[slot]).text);
	if (index & 1)
		say(said, " with DO");
}

static void explain_stored(const struct subject *subject, const struct reply *reply, json_t *stages)
{
	struct said kind = { 0 };
	json_t *facts;

	say_kind(&kind, subject, subject->work->reply);
	facts = json_pack("{s:I, s:s, s:i, s:i, s:i, s:i, s:I, s:i}", "stored",
			  (json_int_t)subject->work->reply, "kind", kind.text, "answer",
			  host16(reply->ancount), "authority", host16(reply->nscount), "additional",
			  reply->whole.arcount, "length", reply->whole.length, "shelf",
			  (json_int_t)reply->shelf, "place", reply->place);
	stage_add(stages, "reply", facts,
		  "stored reply %u (%s): answer %u, authority %u, additional %u; %u bytes in shelf "
		  "%u at %u",
		  subject->work->reply, kind.text, host16(reply->ancount), host16(reply->nscount),
		  reply->whole.arcount, reply->whole.length, reply->shelf, reply->place);
}

/* What has no stored body: CHAOS, errors, a cookie alone. */
static void explain_bare(const struct subject *subject, json_t *stages)
{
	static const char *const texts[] = {
		[CHAOS_NONE] = "no name that we know",
		[CHAOS_HOSTNAME] = "our identity",
		[CHAOS_VERSION] = "our version text",
	};
	const struct work *work = subject->work;
	const char *question = question_size(&work->question) ? ", question" : "";
	const char *opt = work->question.edns ? ", OPT" : "";

	if (work->asked == VERDICT_answer_chaos)
		stage_add(stages, "reply",
			  json_pack("{s:n, s:s}", "stored", "chaos", texts[work->chaos % 3]),
			  "CHAOS TXT, %s%s", texts[work->chaos % 3],
			  work->outline.form.length   ? ""
			  : work->chaos == CHAOS_NONE ? ": REFUSED"
						      : ", which was not given: REFUSED");
	else
		stage_add(stages, "reply", json_pack("{s:n}", "stored"),
			  "made here, not stored: header%s%s", question, opt);
}

/* --- cut ------------------------------------------------------------------------------------- */

/* The form that fits: the stored reply whole (*number 0), its *number-th cut, or none (false). */
static bool find_form(const struct subject *subject, const struct reply *reply, __u32 room,
		      struct cut *form, __u32 *number)
{
	*form = reply->whole;
	for (*number = 0; *number <= reply->cuts; ++*number) {
		if (*number && !read_entry(subject, SET_cuts, reply->first_cut + *number - 1, form))
			break;
		if (form->length <= room)
			return true;
	}
	*form = (struct cut){ 0 };
	return false;
}

static void explain_cut(const struct subject *subject, const struct reply *reply, struct cut *form,
			json_t *stages)
{
	const struct work *work = subject->work;
	__u32 most = size_limit(&work->question, subject->settings->max_udp_size);
	__u32 around = question_end(&work->question) + work->outline.opt;
	__u32 number;
	bool fits = find_form(subject, reply, around < most ? most - around : 0, form, &number);
	json_t *facts = json_pack("{s:b, s:i, s:i, s:i, s:i, s:i}", "fits", fits, "cut",
				  fits ? (int)number : -1, "cuts", reply->cuts, "length",
				  (int)(around + form->length), "limit", (int)most, "additional",
				  form->arcount);

	if (!fits)
		stage_add(stages, "cut", facts,
			  "of %u forms not even the shortest fits into %u bytes: empty, TC=1",
			  reply->cuts + 1, most);
	else if (!number)
		stage_add(stages, "cut", facts, "whole: %u of %u bytes", around + form->length,
			  most);
	else
		stage_add(stages, "cut", facts,
			  "%u of %u additional records: %u of %u bytes (cut %u of %u)",
			  form->arcount, reply->whole.arcount, around + form->length, most, number,
			  reply->cuts);
}

void choice_explain(const struct subject *subject, enum stage last, struct cut *form,
		    json_t *stages)
{
	const struct work *work = subject->work;
	struct reply reply;

	if (work->asked != VERDICT_undecided) {
		*form = work->outline.form;
		explain_bare(subject, stages);
		return;
	}
	explain_find(subject, last, stages);
	if (last == STAGE_find)
		return;
	if (last == STAGE_reply || !read_entry(subject, SET_replies, work->reply, &reply)) {
		stage_add(stages, "reply", NULL, "stored reply %u is damaged: reload the zone",
			  work->reply);
		return;
	}
	explain_stored(subject, &reply, stages);
	explain_cut(subject, &reply, form, stages);
}
