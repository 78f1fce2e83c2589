// SPDX-License-Identifier: GPL-2.0-or-later
/* From what was read of the kernel's maps to a verdict about them. */
#include "examine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "checks.h"
#include "compare.h"
#include "rebuild.h"
#include "registry.h"
#include "zone_clock.h"

#define SECOND_NS 1000000000

/* One attestation under way. */
struct attempt {
	const struct attest_options *options;
	struct attestation *result;
	const struct snapshot *snapshot;
	struct rebuilt rebuilt;
	struct findings *damages; /* of the parts by themselves */
	struct zone *zone;
	struct image *image;
};

bool impossible(struct attestation *result, const char *why)
{
	find(&result->findings, "", "%s", why);
	result->outcome = ATTEST_IMPOSSIBLE;
	return false;
}

/* The loader's zone time is real time but for --validate-at: then no deadline is by TAI. */
static int64_t validation_time(const struct attempt *attempt)
{
	const struct snapshot *snapshot = attempt->snapshot;

	if (attempt->options->fixed)
		return attempt->options->validate_at;
	if (snapshot->info.deadline.tai_ns)
		return time(NULL);
	return snapshot->settings.zone_time + (int64_t)(boot_ns() / SECOND_NS);
}

/* zone_load()'s "/proc/self/fd/7:12: what, where: the way out": line 12 is from some reply. */
static void find_refused(struct attempt *attempt, const char *file, const char *text,
			 const uint32_t *replies, size_t lines)
{
	struct findings *findings = &attempt->result->findings;
	size_t length = strlen(file);
	unsigned long line = 0;
	const char *what;
	char *end;

	if (strncmp(text, file, length)) {
		impossible(attempt->result, text); /* the trust anchors can't be read */
		return;
	}
	what = text + length + strspn(text + length, ": ");
	line = strtoul(what, &end, 10);
	if (line)
		what = end + strspn(end, ": ");
	if (line && line <= lines)
		find_at(findings, &(struct spot){ SET_replies, replies[line - 1], -1 }, " (%s): %s",
			reply_words(&attempt->rebuilt.view, replies[line - 1]).text, what);
	else
		find(findings, "", "the zone of these replies: %s", what);
	if (!strncmp(what, "ZONEMD does not match", 21) && !attempt->rebuilt.damages)
		find(findings, "",
		     "all replies are well formed: an NS or an address was changed "
		     "in each that has it, or a record is in no reply (then the "
		     "loader said so when it loaded): " LOAD_ANEW);
}

/* Loads what was rebuilt, as a zone file that no one else sees. */
static bool load(struct attempt *attempt, const struct zone_policy *policy, FILE *out,
		 const char *file, bool say)
{
	struct zone_error error;
	uint32_t *replies;
	size_t lines;

	replies = rebuilt_write(&attempt->rebuilt, out, &lines);
	if (!replies)
		return impossible(attempt->result, "no memory for the rebuilt zone");
	attempt->zone = zone_load(file, policy, &error);
	if (!attempt->zone && say)
		find_refused(attempt, file, error.text, replies, lines);
	free(replies);
	return attempt->zone;
}

static struct zone_policy policy_of(const struct attempt *attempt)
{
	return (struct zone_policy){
		.trust_anchors = attempt->options->trust_anchors,
		.validate_at = attempt->result->validated_at,
		.zonemd = attempt->options->zonemd,
		.allow_unsigned = attempt->options->allow_unsigned,
	};
}

/* Writes the zone to an unnamed file and verifies it. `say`: why it is refused. */
static bool verify(struct attempt *attempt, bool say)
{
	const struct zone_policy policy = policy_of(attempt);
	int fd = memfd_create("attested zone", MFD_CLOEXEC);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	char file[32];
	bool fine;

	if (!out) {
		if (fd >= 0)
			close(fd);
		return impossible(attempt->result, "can't make an unnamed file for the zone");
	}
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	fine = load(attempt, &policy, out, file, say);
	fclose(out);
	return fine;
}

static void count_type(struct attestation *result, uint16_t type, uint32_t records)
{
	size_t i = 0;

	if (!records)
		return;
	result->records += records;
	while (i < result->types && result->type[i].type != type)
		i++;
	if (i == ATTESTED_TYPES)
		return;
	if (i == result->types)
		result->type[result->types++] = (struct attested_type){ .type = type };
	result->type[i].records += records;
}

static int compare_counts(const void *left, const void *right)
{
	const struct attested_type *a = left, *b = right;

	return a->records < b->records ? 1 : a->records > b->records ? -1 : a->type - b->type;
}

static void count_records(struct attestation *result, const struct zone *zone)
{
	for (size_t i = 0; i < zone->rrset_count; i++) {
		count_type(result, zone->rrsets[i].type, zone->rrsets[i].count);
		count_type(result, TYPE_RRSIG, zone->rrsets[i].signatures);
	}
	qsort(result->type, result->types, sizeof(*result->type), compare_counts);
}

/* A damaged reply may be the only one with some record: it is asked when there is no zone else. */
static bool rebuild_and_verify(struct attempt *attempt)
{
	struct attestation *result = attempt->result;
	const struct zone_policy policy = policy_of(attempt);
	struct zone_error error;

	if (!rebuild(&attempt->rebuilt, &attempt->snapshot->view, attempt->damages))
		return impossible(result, "no memory to rebuild the zone");
	if (!verify(attempt, !attempt->rebuilt.damages)) {
		if (result->outcome == ATTEST_IMPOSSIBLE || !attempt->rebuilt.damages)
			return false;
		if (!rebuild_missing(&attempt->rebuilt))
			return impossible(result, "no memory to rebuild the zone");
		if (!verify(attempt, true))
			return false;
	}
	result->verified = zone_is_signed(attempt->zone);
	count_records(result, attempt->zone);
	if (zone_prove(attempt->zone, &policy, &result->proof, &error))
		return true;
	return impossible(result, error.text);
}

static bool render_and_compare(struct attempt *attempt)
{
	struct attestation *result = attempt->result;
	const struct answer_config config = {
		.max_udp_size = attempt->snapshot->settings.max_udp_size,
	};
	struct image_view right;
	char why[256];

	attempt->image = image_render(attempt->zone, &config, why);
	if (!attempt->image)
		return impossible(result, why);
	right = image_parts(attempt->image);
	compare_images(&attempt->snapshot->view, &right, result);
	return true;
}

/* A comparison names the very bytes; without one, the parts by themselves must do. */
static void conclude(struct attempt *attempt, size_t before)
{
	struct attestation *result = attempt->result;

	if (!attempt->image || result->findings.count == before)
		find_all(&result->findings, attempt->damages);
	if (result->outcome != ATTEST_IMPOSSIBLE && !result->findings.count)
		result->outcome = zone_is_signed(attempt->zone) ? ATTEST_PROVEN : ATTEST_UNSIGNED;
}

static void check_settings(const struct snapshot *snapshot, struct findings *findings)
{
	uint32_t size = snapshot->settings.max_udp_size;

	if (size < ANSWER_UDP_SIZE_LEAST || size > ANSWER_UDP_SIZE_MOST)
		find(findings, "settings",
		     "settings[0]: max_udp_size is %u, not 512 to 4096: restart the loader", size);
}

void examine(const struct snapshot *snapshot, const struct attest_options *options,
	     struct attestation *result)
{
	struct attempt attempt = { .options = options, .result = result, .snapshot = snapshot };
	uint64_t began = monotonic_ns();
	size_t before;

	attempt.damages = calloc(1, sizeof(*attempt.damages));
	if (!attempt.damages) {
		impossible(result, "no memory");
		return;
	}
	attempt.damages->set = snapshot->set;
	result->validated_at = validation_time(&attempt);
	check_settings(snapshot, &result->findings);
	check_deadline(snapshot, &result->findings);
	before = result->findings.count;
	if (rebuild_and_verify(&attempt)) {
		result->verify_ns = monotonic_ns() - began;
		render_and_compare(&attempt);
		result->compare_ns = monotonic_ns() - began - result->verify_ns;
	}
	conclude(&attempt, before);
	free(attempt.image);
	zone_free(attempt.zone);
	rebuilt_free(&attempt.rebuilt);
	free(attempt.damages);
}
