// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp attest: is what the kernel answers from the authentic root zone? */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attest.h"
#include "command.h"
#include "log.h"
#include "maps.h"
#include "print.h"
#include "zone_clock.h"

static const char *const policy_words[] = {
	[ZONEMD_REQUIRE] = "require",
	[ZONEMD_IF_PRESENT] = "if-present",
	[ZONEMD_IGNORE] = "ignore",
};

static const char *anchors_words(const struct options *options)
{
	return options->trust_anchors ? options->trust_anchors : "IANA's, built in";
}

/* Which digest it was that matched: one match suffices, so of two it is one or the other. */
static const char *zonemd_words(const struct attestation *result, enum zonemd_policy policy)
{
	if (policy == ZONEMD_IGNORE)
		return "not checked";
	switch (result->proof.zonemd & ~1u) {
	case 2:
		return "scheme 1, hash 1 (SHA-384) matches";
	case 4:
		return "scheme 1, hash 2 (SHA-512) matches";
	case 6:
		return "scheme 1, hash 1 or 2 (SHA-384, SHA-512) matches";
	}
	return result->proof.zonemd ? "of an unsupported kind" : "the zone has none";
}

static uint64_t milliseconds(uint64_t ns)
{
	return ns / 1000000;
}

/* --- for people ----------------------------------------------------------------------------- */

static void print_records(const struct attestation *result)
{
	printf("zone          %zu records rebuilt from the replies:", result->records);
	for (size_t i = 0; i < result->types; i++)
		printf("%s %" PRIu32 " %s", i ? "," : "", result->type[i].records,
		       type_word(result->type[i].type).text);
	putchar('\n');
}

static void print_proof(const struct attestation *result, const struct options *options)
{
	const struct zone_proof *proof = &result->proof;
	bool real;

	if (!proof->signatures) {
		printf("DNSSEC        none: nobody vouches for this zone\n");
		printf("ZONEMD        %s\n", zonemd_words(result, options->zonemd));
		return;
	}
	real = llabs(time(NULL) - result->validated_at) < 60;

	printf("DNSSEC        %zu RRsets, %zu signatures, valid at %s%s; keys signed by KSK",
	       proof->signed_sets, proof->signatures, utc_text(result->validated_at).text,
	       real ? "" : " (not the real time)");
	for (size_t i = 0; i < proof->anchors; i++)
		printf("%s %u", i ? "," : "", proof->anchor[i]);
	printf(" (trust anchors: %s)\n", anchors_words(options));
	printf("ZONEMD        %s\n", zonemd_words(result, options->zonemd));
}

static void print_verdict(const struct attestation *result)
{
	uint64_t all = result->read_ns + result->verify_ns + result->compare_ns;

	if (result->outcome == ATTEST_PROVEN)
		printf("attested: the kernel answers from the authentic zone, serial %" PRIu32
		       " (in %" PRIu64 " ms)\n",
		       result->info.serial, milliseconds(all));
	else if (result->outcome == ATTEST_UNSIGNED)
		printf("NOT SIGNED: the kernel answers from one consistent zone, serial %" PRIu32
		       ", but nothing proves whose it is (in %" PRIu64 " ms)\n",
		       result->info.serial, milliseconds(all));
	else if (result->outcome == ATTEST_WRONG)
		printf("not attested: %zu finding%s\n", result->findings.count,
		       result->findings.count == 1 ? "" : "s");
}

static void print_text(const struct attestation *result, const struct options *options)
{
	const struct zone_info *info = &result->info;
	size_t listed = result->findings.count;

	if (result->tries) {
		printf("serial        %" PRIu32 " in set %" PRIu32 "\n", info->serial, result->set);
		printf("deadline      %s, %" PRIu64 " s left\n",
		       utc_text(deadline_utc(info, result->settings.zone_time)).text,
		       deadline_left(&info->deadline));
	}
	if (result->records) {
		print_records(result);
		print_proof(result, options);
		printf("compared      %zu of %zu replies are what the engine makes of that zone "
		       "(and %zu names, %zu cuts, %zu shelves)\n",
		       result->replies_same, result->replies, result->names, result->cuts,
		       result->shelves);
	}
	if (listed > FINDINGS_MAX)
		listed = FINDINGS_MAX;
	fflush(stdout);
	for (size_t i = 0; i < listed; i++)
		log_error("%s", result->findings.finding[i].text);
	if (listed < result->findings.count)
		log_error("and %zu findings more", result->findings.count - listed);
	print_verdict(result);
}

/* --- for programs --------------------------------------------------------------------------- */

static json_t *number(int64_t value)
{
	return value < 0 ? json_null() : json_integer(value);
}

static json_t *findings_json(const struct findings *findings)
{
	json_t *list = json_array();

	for (size_t i = 0; i < findings->count && i < FINDINGS_MAX; i++) {
		const struct finding *finding = &findings->finding[i];

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o, s:s}", "map",
					*finding->map ? json_string(finding->map) : json_null(),
					"key", number(finding->key), "byte", number(finding->byte),
					"text", finding->text));
	}
	return list;
}

static json_t *records_json(const struct attestation *result)
{
	json_t *types = json_object();

	for (size_t i = 0; i < result->types; i++)
		json_object_set_new(types, type_word(result->type[i].type).text,
				    json_integer(result->type[i].records));
	return json_pack("{s:I, s:o}", "all", (json_int_t)result->records, "types", types);
}

static json_t *dnssec_json(const struct attestation *result, const struct options *options)
{
	const struct zone_proof *proof = &result->proof;
	json_t *keys = json_array();

	for (size_t i = 0; i < proof->anchors; i++)
		json_array_append_new(keys, json_integer(proof->anchor[i]));
	return json_pack("{s:b, s:I, s:I, s:o, s:s, s:s}", "verified", result->verified, "rrsets",
			 (json_int_t)proof->signed_sets, "signatures",
			 (json_int_t)proof->signatures, "anchored_keys", keys, "trust_anchors",
			 anchors_words(options), "validated_at",
			 utc_text(result->validated_at).text);
}

static json_t *zonemd_json(const struct attestation *result, enum zonemd_policy policy)
{
	json_t *hashes = json_array();

	if (policy == ZONEMD_DEFAULT)
		policy = result->proof.signatures ? ZONEMD_REQUIRE : ZONEMD_IF_PRESENT;
	for (int hash = 1; hash <= 2; hash++)
		if (policy != ZONEMD_IGNORE && result->proof.zonemd >> hash & 1)
			json_array_append_new(hashes, json_integer(hash));
	return json_pack("{s:s, s:b, s:o}", "policy", policy_words[policy], "matched",
			 json_array_size(hashes) != 0, "hashes", hashes);
}

static json_t *compared_json(const struct attestation *result)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "replies", (json_int_t)result->replies,
			 "replies_same", (json_int_t)result->replies_same, "names",
			 (json_int_t)result->names, "cuts", (json_int_t)result->cuts, "shelves",
			 (json_int_t)result->shelves);
}

static json_t *times_json(const struct attestation *result)
{
	return json_pack("{s:I, s:I, s:I}", "read", (json_int_t)milliseconds(result->read_ns),
			 "verify", (json_int_t)milliseconds(result->verify_ns), "compare",
			 (json_int_t)milliseconds(result->compare_ns));
}

static void print_json(const struct attestation *result, const struct options *options)
{
	static const char *const outcomes[] = {
		[ATTEST_PROVEN] = "proven",
		[ATTEST_UNSIGNED] = "unsigned",
		[ATTEST_WRONG] = "wrong",
		[ATTEST_IMPOSSIBLE] = "impossible",
	};
	const struct zone_info *info = &result->info;
	json_t *json = json_pack(
		"{s:i, s:b, s:s, s:I, s:i, s:i, s:{s:s, s:I}, s:o, s:o, s:o, s:o, s:o, s:I, s:o}",
		"schema", 1, "attested", result->outcome == ATTEST_PROVEN, "outcome",
		outcomes[result->outcome], "serial", (json_int_t)info->serial, "set",
		(int)result->set, "tries", (int)result->tries, "deadline", "utc",
		utc_text(deadline_utc(info, result->settings.zone_time)).text, "seconds_left",
		(json_int_t)deadline_left(&info->deadline), "records", records_json(result),
		"dnssec", dnssec_json(result, options), "zonemd",
		zonemd_json(result, options->zonemd), "compared", compared_json(result),
		"milliseconds", times_json(result), "findings_all",
		(json_int_t)result->findings.count, "findings", findings_json(&result->findings));

	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

int command_attest(const struct options *options)
{
	const struct attest_options attest_options = {
		.trust_anchors = options->trust_anchors,
		.fixed = options->validate_at_text,
		.validate_at = options->validate_at,
		.zonemd = options->zonemd,
		.allow_unsigned = options->unsigned_zone,
	};
	static struct attestation result;
	struct maps maps;

	if (!maps_open(&maps, options->pin))
		return EXIT_FAILED;
	attest(&maps, &attest_options, &result);
	maps_close(&maps);
	if (options->json)
		print_json(&result, options);
	else
		print_text(&result, options);
	/* Who says --unsigned knows that more can't be shown. */
	return result.outcome == ATTEST_PROVEN || result.outcome == ATTEST_UNSIGNED ? EXIT_OK
										    : EXIT_FAILED;
}
