// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for what is wrong, and where. */
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>

#include "dname.h"
#include "print.h"
#include "reply_records.h"

static const char *const map_names[] = {
#define M(name, value) #name,
	SET_MAPS(M)
#undef M
};

/* NULL: no more are listed. */
static struct finding *next_finding(struct findings *findings)
{
	struct finding *finding;

	if (findings->count++ >= FINDINGS_MAX)
		return NULL;
	finding = &findings->finding[findings->count - 1];
	*finding = (struct finding){ .key = -1, .byte = -1 };
	return finding;
}

void find_at(struct findings *findings, const struct spot *spot, const char *format, ...)
{
	struct finding *finding = next_finding(findings);
	const char *map = map_names[spot->map];
	va_list arguments;
	int length;

	if (!finding)
		return;
	finding->key = spot->key;
	finding->byte = spot->byte;
	snprintf(finding->map, sizeof(finding->map), "%s_%u", map, findings->set);
	length = snprintf(finding->text, FINDING_TEXT, "%s_%u[%lld]", map, findings->set,
			  (long long)spot->key);
	if (spot->byte >= 0)
		length += snprintf(finding->text + length, FINDING_TEXT - length, " byte %lld",
				   (long long)spot->byte);
	va_start(arguments, format);
	vsnprintf(finding->text + length, FINDING_TEXT - length, format, arguments);
	va_end(arguments);
}

void find(struct findings *findings, const char *map, const char *format, ...)
{
	struct finding *finding = next_finding(findings);
	va_list arguments;

	if (!finding)
		return;
	snprintf(finding->map, sizeof(finding->map), "%s", map);
	va_start(arguments, format);
	vsnprintf(finding->text, FINDING_TEXT, format, arguments);
	va_end(arguments);
}

void find_all(struct findings *findings, const struct findings *more)
{
	for (size_t i = 0; i < more->count; i++) {
		struct finding *finding = next_finding(findings);

		if (finding && i < FINDINGS_MAX)
			*finding = more->finding[i];
	}
}

static struct reply_words apex_words(const struct image_view *view, uint32_t index)
{
	static const char *const special[] = {
		[APEX_NODATA] = "NODATA", [APEX_NXDOMAIN] = "NXDOMAIN"
	};
	struct reply_words words;
	uint32_t slot = index / 2;

	snprintf(words.text, sizeof(words.text), ". %s%s",
		 slot < APEX_TYPES ? special[slot] : type_word(view->info->apex_type[slot]).text,
		 index % 2 ? " with DO" : "");
	return words;
}

struct reply_words reply_words(const struct image_view *view, uint32_t index)
{
	static const char *const kinds[] = {
		[REPLY_REFERRAL] = "referral",
		[REPLY_REFERRAL_DO] = "referral with DO",
		[REPLY_DS] = "DS",
		[REPLY_DS_DO] = "DS with DO",
		[REPLY_NXDOMAIN_DO] = "NXDOMAIN with DO",
	};
	uint32_t kind = (index - REPLY_OF_NAME(0, 0)) % REPLY_KINDS;
	struct reply_question name;
	char text[DNAME_TEXT_ROOM];
	struct reply_words words;

	if (index < REPLY_OF_NAME(0, 0))
		return apex_words(view, index);
	name = reply_name(view, index);
	dname_text(text, name.name);
	snprintf(words.text, sizeof(words.text), "%s%s%s %s",
		 kind == REPLY_NXDOMAIN_DO ? "the gap behind " : "", text,
		 kind == REPLY_NXDOMAIN_DO ? "," : "", kinds[kind]);
	return words;
}
