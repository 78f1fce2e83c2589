// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares the programs' reply to a query with the engine's. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <string.h>

#include "dname.h"
#include "log.h"
#include "print.h"
#include "reply_proof.h"
#include "wire.h"
#include "zone.h"

/* Documentation addresses (RFC 5737, RFC 3849): IPv4 and IPv6. */
static const struct address servers[] = {
	{ .byte = { [10] = 0xff, 0xff, 192, 0, 2, 53 } },
	{ .byte = { 0x20, 0x01, 0x0d, 0xb8, [15] = 53 } },
};
static const struct address clients[] = {
	{ .byte = { [10] = 0xff, 0xff, 198, 51, 100, 7 } },
	{ .byte = { 0x20, 0x01, 0x0d, 0xb8, [15] = 7 } },
};

static const struct tier_words {
	const char *name;
	__u32 sends, passes;
} tiers[TIER_COUNT] = {
	[TIER_XDP] = { "XDP", XDP_TX, XDP_PASS },
	[TIER_TC] = { "tc", TC_ACT_REDIRECT, (__u32)TC_ACT_UNSPEC },
};

static const struct verdict_words {
	const char *name, *meaning;
} verdicts[VERDICT_COUNT] = {
#define V(name, fate, meaning) { #name, meaning },
	VERDICTS(V)
#undef V
};

/* --- begin and end --------------------------------------------------------------------------- */

/* Does the header say that there is a reply to every question? (`.` has but the gap behind it.) */
static bool is_complete(const struct zone_info *info)
{
	__u32 apex = 2 + 1 + 2 * (info->apex_types - APEX_TYPES);

	return info->replies == apex + 1 + (info->names - 1) * REPLY_KINDS;
}

bool reply_proof_begin(struct reply_proof *proof, const struct maps *maps, __u32 set,
		       const struct zone *zone, const struct answer_config *config)
{
	struct zone_info info;
	__u32 zero = 0;

	*proof = (struct reply_proof){ .zone = zone, .config = config, .set = set };
	if (bpf_map_lookup_elem(maps->set[SET_zone].inner[set], &zero, &info)) {
		log_error("can't read the map zone_%u: %s", set, strerror(errno));
		return false;
	}
	proof->left_out = !is_complete(&info);
	return probe_open_set(&proof->probe, maps, set, servers, 2);
}

void reply_proof_end(struct reply_proof *proof)
{
	probe_close(&proof->probe);
}

/* --- what is wrong --------------------------------------------------------------------------- */

/* ": pass_no_reply, no stored reply for this question; stored reply 1360 of set 1" */
static void explain(struct reply_proof *proof, enum tier tier, char text[192])
{
	static struct probe_run run;
	int length = 0;

	*text = '\0';
	if (!probe_run(&proof->probe, tier, proof->frame, proof->frame_length, &run))
		return;
	if (verdict_fate(run.verdict) != FATE_answered)
		length = snprintf(text, 192, ": %s, %s", verdicts[run.verdict].name,
				  verdicts[run.verdict].meaning);
	if (run.work.reply != (__u32)-1)
		snprintf(text + length, 192 - length, "; stored reply %u of set %u", run.work.reply,
			 proof->set);
}

static size_t differs(struct reply_proof *proof, enum tier tier, const char *how)
{
	const struct proof_query *query = &proof->query;
	char name[DNAME_TEXT_ROOM], edns[32] = "no EDNS", why[192];
	const uint8_t *last = query->name;
	bool cut = dname_length(last) > sizeof(name) / 2;

	/* What is before the last label was made up here. */
	for (unsigned labels = dname_labels(last); cut && labels > 1; labels--)
		last += 1 + *last;
	dname_text(name, last);
	if (query->udp_size)
		snprintf(edns, sizeof(edns), "EDNS %u%s", query->udp_size,
			 query->dnssec_ok ? " DO" : "");
	explain(proof, tier, why);
	log_error("serial %u is not used: the %s program's reply to '%s%s %s' (%zu bytes, %s, "
		  "IPv%u) is not the engine's: %s%s",
		  proof->zone->serial, tiers[tier].name, cut ? "..." : "", name,
		  type_word(query->type).text, proof->length, edns, proof->ipv6 ? 6 : 4, how, why);
	return 0;
}

/* --- the query, and what it must give -------------------------------------------------------- */

/* Every other letter of every other pair of queries in upper case. */
static void put_name(uint8_t *at, const struct reply_proof *proof)
{
	const uint8_t *name = proof->query.name;
	size_t length = dname_length(name), label = 0;

	put(at, name, length);
	if (!(proof->asked & 2))
		return;
	while (name[label]) {
		for (size_t i = label + 1; i <= label + name[label]; i += 2)
			if (at[i] >= 'a' && at[i] <= 'z')
				at[i] -= 'a' - 'A';
		label += 1 + name[label];
	}
}

static void write_query(struct reply_proof *proof)
{
	const struct proof_query *query = &proof->query;
	uint8_t *at = proof->message;

	at = put16(at, proof->asked);
	at = put16(at, proof->asked & 4 ? DNS_RD : 0);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, query->udp_size > 0);
	put_name(at, proof);
	at += dname_length(query->name);
	at = put16(at, query->type);
	at = put16(at, DNS_CLASS_IN);
	if (query->udp_size) {
		*at++ = 0;
		at = put16(at, DNS_TYPE_OPT);
		at = put16(at, query->udp_size);
		at = put16(at, 0);
		at = put16(at, query->dnssec_ok ? DNS_OPT_DO : 0);
		at = put16(at, 0);
	}
	proof->length = at - proof->message;
}

/* What the programs count such a reply as. */
static enum verdict verdict_of(const struct reply_proof *proof, enum limit_class class)
{
	if ((proof->wanted[2] << 8 | proof->wanted[3]) & DNS_TC)
		return VERDICT_answer_truncated;
	switch (class) {
	case LIMIT_REFERRAL:
		return VERDICT_answer_referral;
	case LIMIT_NODATA:
		return VERDICT_answer_nodata;
	case LIMIT_NXDOMAIN:
		return VERDICT_answer_nxdomain;
	default:
		return proof->query.type == DNS_TYPE_DS ? VERDICT_answer_ds : VERDICT_answer_apex;
	}
}

static void ask_engine(struct reply_proof *proof)
{
	const struct asker asker = { .transport = TRANSPORT_UDP, .address = clients[proof->ipv6] };
	struct answered answered = { 0 };

	proof->wanted_length =
		answer_query(proof->zone, proof->config, &asker, proof->message, proof->length,
			     proof->wanted, sizeof(proof->wanted), &answered);
	proof->verdict = verdict_of(proof, answered.class);
}

/* --- the replies ----------------------------------------------------------------------------- */

static bool is_checksum_right(const struct reply_proof *proof, size_t udp_at, size_t udp_length)
{
	const struct packet ends = { .source = servers[proof->ipv6],
				     .destination = clients[proof->ipv6],
				     .ipv6 = proof->ipv6 };
	__u64 sum = sum_pseudo_header(sum_addresses(&ends), udp_length);
	const __u8 *end = proof->reply + udp_at + udp_length;

	for (size_t at = 0; at < udp_length; at += SUM_MAX) {
		const __u8 *part = proof->reply + udp_at + at;
		size_t length = udp_length - at < SUM_MAX ? udp_length - at : SUM_MAX;

		/* It looks at what stands before a part that is shorter than eight bytes. */
		sum += sum_bytes(part - 8, end, 8, length);
	}
	return sum_fold(sum) == 0xffff;
}

/* Is a query that was passed one that has to be, here? */
static bool may_pass(struct reply_proof *proof, enum tier tier, size_t wanted)
{
	struct verdict_counts *counts = &proof->counts[tier];

	if (tier == TIER_XDP && wanted > PROBE_FRAME_MOST)
		counts->pass_room++;
	else if (proof->left_out)
		counts->pass_no_reply++;
	else
		return false;
	return true;
}

static size_t compare(struct reply_proof *proof, enum tier tier, size_t length)
{
	size_t ip = proof->ipv6 ? sizeof(struct ipv6) : sizeof(struct ipv4);
	size_t udp = sizeof(struct ethernet) + ip, message = udp + sizeof(struct udp);
	size_t wanted = proof->wanted_length, byte = 0;
	const uint8_t *seen = proof->reply + message;
	char how[80];

	if (length != (message + wanted < FRAME_MIN ? FRAME_MIN : message + wanted)) {
		snprintf(how, sizeof(how), "%zu bytes of frame, not %zu", length, message + wanted);
		return differs(proof, tier, how);
	}
	if (memcmp(seen, proof->wanted, wanted)) {
		while (seen[byte] == proof->wanted[byte])
			byte++;
		snprintf(how, sizeof(how), "byte %zu is 0x%02x, not 0x%02x", byte, seen[byte],
			 proof->wanted[byte]);
		return differs(proof, tier, how);
	}
	if (!is_checksum_right(proof, udp, sizeof(struct udp) + wanted))
		return differs(proof, tier, "a wrong UDP checksum");
	return wanted;
}

static size_t prove_tier(struct reply_proof *proof, enum tier tier)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = proof->frame,
		    .data_size_in = proof->frame_length, .data_out = proof->reply,
		    .data_size_out = sizeof(proof->reply));

	if (bpf_prog_test_run_opts(proof->probe.fd[tier], &run))
		return differs(proof, tier, strerror(errno));
	if (run.retval == tiers[tier].passes &&
	    may_pass(proof, tier, ENVELOPE_MOST + proof->wanted_length))
		return proof->wanted_length;
	if (run.retval != tiers[tier].sends)
		return differs(proof, tier, "there is none");
	((__u64 *)&proof->counts[tier])[proof->verdict]++;
	proof->proofs++;
	return compare(proof, tier, run.data_size_out);
}

size_t reply_prove(struct reply_proof *proof, const struct proof_query *query)
{
	proof->query = *query;
	proof->ipv6 = proof->asked & 1;
	write_query(proof);
	proof->asked++;
	ask_engine(proof);
	proof->frame_length = envelope_write(proof->frame, &clients[proof->ipv6],
					     &servers[proof->ipv6], proof->message, proof->length);
	return prove_tier(proof, TIER_XDP) && prove_tier(proof, TIER_TC) ? proof->wanted_length : 0;
}

bool reply_proof_counted(struct reply_proof *proof, const uint8_t *name)
{
	struct verdict_counts counts;
	char text[DNAME_TEXT_ROOM];

	for (int tier = 0; tier < TIER_COUNT; tier++) {
		const __u64 *seen = (const __u64 *)&counts;
		const __u64 *wanted = (const __u64 *)&proof->counts[tier];
		__u32 verdict = 0;

		if (!probe_counts(&proof->probe, tier, &counts))
			return false;
		while (verdict < VERDICT_COUNT && seen[verdict] <= wanted[verdict])
			verdict++;
		if (verdict == VERDICT_COUNT)
			continue;
		dname_text(text, name);
		log_error("serial %u is not used: the %s program counts a reply to '%s' as %s, "
			  "which it is not",
			  proof->zone->serial, tiers[tier].name, text, verdicts[verdict].name);
		return false;
	}
	return true;
}
