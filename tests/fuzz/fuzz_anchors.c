// SPDX-License-Identifier: GPL-2.0-or-later
/* Any file in place of root-anchors.xml: anchors that fit their bounds, or an error in one line. */
#include <stdlib.h>
#include <string.h>

#include "anchors.h"
#include "arena.h"
#include "draft.h"
#include "rdata.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static void check_anchor(const struct anchor *anchor)
{
	uint8_t last;

	expect(anchor->type == TYPE_DS && anchor->rdata_length > DS_DIGEST, "a DS record");
	memcpy(&last, anchor->rdata + anchor->rdata_length - 1, 1);
	expect(anchor->from != INT64_MAX, "it is valid from some time on");
	expect(*anchor->name && is_printable(anchor->name), "a name for messages");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct anchors anchors;
	struct zone_error error = { "" };
	struct draft file = { .file = "file", .error = &error, .arena = zone_arena_new() };
	char *text = (char *)exactly(data, size);

	if (anchors_read_xml(&file, text, size, &anchors)) {
		expect(anchors.count && anchors.count <= ANCHORS_MOST, "some, not too many");
		expect(!*error.text, "no error");
		for (size_t i = 0; i < anchors.count; i++)
			check_anchor(&anchors.anchor[i]);
	} else {
		expect(!strncmp(error.text, "file:", 5) && is_printable(error.text), "a line");
	}
	zone_arena_free(file.arena);
	free(text);
	return 0;
}
