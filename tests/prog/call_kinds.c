// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of query whose calls and look-ups are counted. */
#include "call_kinds.h"

#include "changes.h"
#include "conditions.h"

#define IN_IPV6 .ipv6 = true
#define WITH_EDNS(bytes) .edns = true, .size = bytes
#define WITH_DO(bytes) .edns = true, .size = bytes, .dnssec_ok = true
#define WITH_OPTIONS(text) .options = text, .options_length = sizeof(text) - 1
#define COOKIE_ALONE "\0\x0a\0\x08" "cookie!!"
#define COOKIE_WHOLE "\0\x0a\0\x18" "cookie!!" "\1\0\0\0" "\0\0\0\0" "12345678"
#define MUSEUM .name = "www.example.museum"
#define NSID_ASKED "\0\3\0\0"

/* 255 bytes in wire form. */
#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk."
#define LONGEST_COM LABEL_63 LABEL_63 LABEL_63                                                     \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcde.com"

#define KIND(name_, verdict_, ...)                                                                 \
	{ .name = name_, .verdict = VERDICT_##verdict_, .query = { __VA_ARGS__ } }
#define KIND_OF_ALL(every_, name_, verdict_, ...)                                                  \
	{ .name = name_, .verdict = VERDICT_##verdict_, .every = every_, .query = { __VA_ARGS__ } }
#define KIND_WITH(prepare_, name_, verdict_, ...)                                                  \
	{ .name = name_, .verdict = VERDICT_##verdict_, .prepare = prepare_,                       \
	  .query = { __VA_ARGS__ } }

const struct call_kind call_kinds[] = {
	/* What comes most often. */
	KIND("com_do", answer_referral, .name = "www.example.com", WITH_DO(1232)),
	KIND("com_do_longest_name", answer_referral, .name = LONGEST_COM, WITH_DO(1232)),
	KIND("referral_do", answer_referral, MUSEUM, WITH_DO(1232)),
	KIND("referral_edns", answer_referral, MUSEUM, WITH_EDNS(1232)),
	KIND("referral_no_edns", answer_referral, MUSEUM),
	KIND("referral_minimised", answer_referral, .name = "museum", .type = 2, WITH_DO(1232)),
	KIND("referral_do_ipv6", answer_referral, MUSEUM, IN_IPV6, WITH_DO(1232)),
	KIND("referral_do_vlan", answer_referral, MUSEUM, .tags = 1, WITH_DO(1232)),
	KIND("referral_cut", answer_referral, .name = "www.example.com", WITH_DO(777)),
	KIND_OF_ALL(EVERY_TLD, "referral_dearest", answer_referral, WITH_DO(1232)),
	KIND("nxdomain_do", answer_nxdomain, .name = "www.nonexistent", WITH_DO(1232)),
	KIND("nxdomain_no_edns", answer_nxdomain, .name = "www.nonexistent"),
	KIND_OF_ALL(EVERY_GAP, "nxdomain_dearest", answer_nxdomain, WITH_DO(1232)),
	KIND("ds_do", answer_ds, .name = "museum", .type = 43, WITH_DO(1232)),
	KIND("priming_do", answer_apex, .type = 2, WITH_DO(4096)),
	KIND("dnskey_do", answer_apex, .type = 48, WITH_DO(4096)),
	KIND("soa", answer_apex, .type = 6),
	KIND("apex_nodata_do", answer_nodata, .type = 16, WITH_DO(1232)),
	KIND("truncated", answer_truncated, .name = "nonexistent", WITH_DO(512)),

	/* Options, errors, identity. */
	KIND("nsid", answer_referral, MUSEUM, WITH_DO(1232), WITH_OPTIONS(NSID_ASKED)),
	KIND("cookie_alone", answer_referral, MUSEUM, WITH_DO(1232),
	     WITH_OPTIONS(COOKIE_ALONE)),
	KIND("cookie_valid", answer_referral, MUSEUM, WITH_DO(1232),
	     WITH_OPTIONS(COOKIE_WHOLE), .change_message = cookie_now),
	KIND("chaos", answer_chaos, .name = "hostname.bind", .type = 16, .class = 3),
	KIND("refused", answer_refused, .name = "com", .class = 4, WITH_EDNS(1232)),
	KIND("formerr", answer_formerr, .name = "com", .change_message = two_questions),
	KIND("badvers", answer_badvers, .name = "com", WITH_EDNS(1232), .edns_version = 1),

	/* What the operator may choose. */
	KIND_WITH(limit_is_far, "limit_not_reached", answer_referral, MUSEUM, WITH_DO(1232)),
	KIND_WITH(limit_slips, "limit_slipped", limit_slipped, MUSEUM, WITH_DO(1232)),
	KIND_WITH(limit_drops, "limit_dropped", limit_dropped, MUSEUM, WITH_DO(1232)),
	KIND_WITH(limit_exempts, "limit_exempt", answer_referral, MUSEUM, WITH_DO(1232)),
	KIND_WITH(passes_some, "subtrees_other", answer_referral, MUSEUM, WITH_DO(1232)),
	KIND_WITH(passes_some, "subtrees_passed", pass_subtree,
		  .name = "a.root-servers.net", WITH_DO(1232)),
	KIND_WITH(slots_crowded, "addresses_crowded", answer_referral, MUSEUM, WITH_DO(1232)),
	KIND_WITH(recheck_is_due, "once_a_second", answer_referral, MUSEUM, WITH_DO(1232)),

	/* What is not answered: other people's packets. */
	KIND("pass_tcp", other_protocol, .change_frame = is_tcp),
	KIND("pass_arp", other_protocol, .change_frame = is_arp),
	KIND("pass_other_port", other_port, .port = 54),
	KIND("pass_other_address", other_address, .destination = "192.0.2.54"),
	KIND("pass_fragment", pass_fragment, .name = "com", .fragment = 0x2000),
	KIND("pass_axfr", pass_transfer, .type = 252),
	KIND("pass_udp_checksum", pass_udp_checksum, .name = "com", .checksum = CHECKSUM_WRONG),
};

const size_t call_kind_count = sizeof(call_kinds) / sizeof(call_kinds[0]);
