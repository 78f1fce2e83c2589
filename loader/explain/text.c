// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints what was found out about a packet. */
#include <stdio.h>
#include <string.h>

#include "text.h"

static const char *word(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_stage(const char *name, const char *text)
{
	printf("  %-9s %s\n", name, text);
}

static void print_sent(const json_t *sent)
{
	const json_t *flag;
	size_t i;

	printf("  %-9s %s;", "sends", word(sent, "rcode"));
	json_array_foreach(json_object_get(sent, "flags"), i, flag)
		printf(" %s", json_string_value(flag));
	printf("; question %d, answer %d, authority %d, additional %d; %d bytes\n",
	       number(sent, "question"), number(sent, "answer"), number(sent, "authority"),
	       number(sent, "additional"), number(sent, "length"));
}

/* Where the packet goes, when no tier answers it. */
static const char *next_words(const json_t *tier)
{
	const char *next = word(tier, "next");

	if (!strcmp(next, "tc"))
		return "goes on to tc";
	if (!strcmp(word(tier, "fate"), "other"))
		return "goes up the stack, and is none of ours";
	return "goes up the stack, to the server on port 53";
}

static void print_verdict(const json_t *tier)
{
	const json_t *sent = json_object_get(tier, "reply");
	const char *fate = word(tier, "fate");

	printf("  %-9s %s: %s\n", "verdict", word(tier, "verdict"), word(tier, "meaning"));
	if (json_is_object(sent))
		print_sent(sent);
	else if (strcmp(fate, "dropped"))
		printf("  %-9s ended at '%s': the packet %s\n", "next", word(tier, "ended_at"),
		       next_words(tier));
}

/* Both tiers' stages, when one passes for the same reasons as the other. */
static int is_repeated(const json_t *tiers, size_t i)
{
	return i && json_equal(json_object_get(json_array_get(tiers, i), "stages"),
			       json_object_get(json_array_get(tiers, i - 1), "stages"));
}

void text_print(const json_t *packet)
{
	const json_t *query = json_object_get(packet, "query");
	const json_t *tiers = json_object_get(packet, "tiers"), *tier, *stage;
	size_t i, j;

	printf("%s, from %s to %s: %d bytes of frame\n", word(query, "text"), word(query, "from"),
	       word(query, "to"), number(query, "frame_length"));
	json_array_foreach((json_t *)tiers, i, tier) {
		printf("%s (%s%s)\n", word(tier, "tier"), word(tier, "interface"),
		       strcmp(word(tier, "tier"), "xdp") ? "" : ", native");
		if (is_repeated(tiers, i))
			print_stage("...", "the same");
		else
			json_array_foreach(json_object_get(tier, "stages"), j, stage)
				print_stage(word(stage, "stage"), word(stage, "text"));
		print_verdict(tier);
	}
	if (!json_array_size(tiers))
		printf("neither XDP nor tc is attached: the packet goes up the stack\n");
}

/* The text of a stage, or NULL: the packet did not come so far. */
static const char *stage_text(const json_t *tier, const char *name)
{
	const json_t *stage;
	size_t i;

	json_array_foreach(json_object_get(tier, "stages"), i, stage)
		if (!strcmp(word(stage, "stage"), name))
			return word(stage, "text");
	return NULL;
}

void text_print_line(unsigned long packet_number, const json_t *packet)
{
	const json_t *query = json_object_get(packet, "query");
	const json_t *tiers = json_object_get(packet, "tiers"), *sent;
	size_t count = json_array_size(tiers);
	const json_t *tier = json_array_get(tiers, count ? count - 1 : 0);
	const char *text;

	printf("#%-5lu %s: %s", packet_number, word(query, "from"), word(query, "text"));
	if (!count) {
		printf(" -> the stack: nothing is attached\n");
		return;
	}
	sent = json_object_get(tier, "reply");
	printf(" -> %s %s", word(tier, "tier"), word(tier, "verdict"));
	text = stage_text(tier, word(tier, "ended_at"));
	if (json_is_object(sent))
		printf(", %s, %d bytes", word(sent, "rcode"), number(sent, "length"));
	else if (text)
		printf(" at '%s': %s", word(tier, "ended_at"), text);
	putchar('\n');
}
