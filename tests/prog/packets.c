// SPDX-License-Identifier: GPL-2.0-or-later
// The table of packets: description, input, verdict.
#include "packets.h"

#include <string.h>

/* --- changes to a query's message -------------------------------------------------------------- */

static void two_questions(struct frame *frame)
{
	put16(frame->bytes + frame->message + 4, 2);
}

static void no_question(struct frame *frame)
{
	put16(frame->bytes + frame->message + 4, 0);
}

static void an_answer(struct frame *frame)
{
	put16(frame->bytes + frame->message + 6, 1);
}

static void an_authority(struct frame *frame)
{
	put16(frame->bytes + frame->message + 8, 1);
}

static void two_additional(struct frame *frame)
{
	put16(frame->bytes + frame->message + 10, 2);
}

static void header_short(struct frame *frame)
{
	frame->length = frame->message + 11;
}

static void no_message(struct frame *frame)
{
	frame->length = frame->message;
}

static void header_only(struct frame *frame)
{
	frame->length = frame->message + 12;
}

static void one_byte_less(struct frame *frame)
{
	frame->length--;
}

static void name_points(struct frame *frame)
{
	frame->bytes[frame->message + 12] = 0xc0;
}

static void name_is_bitstring(struct frame *frame)
{
	frame->bytes[frame->message + 12] = 0x41;
}

/* Labels of 63, 63, 63 and 62 bytes: a name of 256. */
static void name_too_long(struct frame *frame)
{
	uint8_t *at = frame->bytes + frame->message + 12;

	memset(at, 'a', 260);
	for (int i = 0; i < 3; i++)
		at[i * 64] = 63;
	at[192] = 62;
	at[255] = 0;
	memcpy(at + 256, "\0\1\0\1", 4);
	frame->length = frame->message + 12 + 260;
}

static void opt_has_a_name(struct frame *frame)
{
	frame->bytes[frame->length - 11] = 1;
}

static void opt_is_tsig(struct frame *frame)
{
	put16(frame->bytes + frame->length - 10, 250);
}

static void opt_length_too_long(struct frame *frame)
{
	put16(frame->bytes + frame->length - 2, 1);
}

/* --- changes to a query's frame ---------------------------------------------------------------- */

static void cut_in_ip(struct frame *frame)
{
	frame->length = frame->ip + 19;
}

static void cut_in_udp(struct frame *frame)
{
	frame->length = frame->udp + 7;
}

static void cut_in_message(struct frame *frame)
{
	frame->length -= 1;
}

static void ethernet_only(struct frame *frame)
{
	frame->length = 14;
}

static void ip_version_5(struct frame *frame)
{
	frame->bytes[frame->ip] = 0x55;
}

static void ihl_4(struct frame *frame)
{
	frame->bytes[frame->ip] = 0x44;
}

static void ip_length_too_short(struct frame *frame)
{
	put16(frame->bytes + frame->ip + 2, 19);
}

static void ip_checksum_wrong(struct frame *frame)
{
	frame->bytes[frame->ip + 8]++;
}

static void is_arp(struct frame *frame)
{
	put16(frame->bytes + frame->ip - 2, 0x0806);
}

static void is_tcp(struct frame *frame)
{
	frame->bytes[frame->ip + (frame->ipv6 ? 6 : 9)] = 6;
}

static void third_tag(struct frame *frame)
{
	put16(frame->bytes + frame->ip - 2, 0x8100);
}

static void udp_length(struct frame *frame, int change)
{
	uint8_t *length = frame->bytes + frame->udp + 4;

	put16(length, get16(length) + change);
	frame_checksums(frame);
}

static void udp_length_more(struct frame *frame)
{
	udp_length(frame, 1);
}

static void udp_length_7(struct frame *frame)
{
	put16(frame->bytes + frame->udp + 4, 7);
}

/* --- changes to the programs' maps ------------------------------------------------------------- */

static void deadline_over(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline_ns = 1;
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

static void deadline_far(struct prog *prog)
{
	struct zone_info info = *prog->view.info;

	info.deadline_ns = ~0ull;
	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

static void no_zone(struct prog *prog)
{
	struct zone_info info = { 0 };

	prog_set(prog->skeleton->maps.zone_1, 0, &info);
}

static void other_set(struct prog *prog)
{
	uint32_t zero = 0;

	prog_set(prog->skeleton->maps.active, 0, &zero);
}

static void loopback(struct prog *prog)
{
	prog->interface.loopback = 1;
	prog_configure(prog);
}

static void partial_ok(struct prog *prog)
{
	prog->interface.partial_ok = 1;
	prog_configure(prog);
}

/* A first slot, SOA without DO, that is longer than BPF_PROG_RUN gives a frame to grow. */
static void reply_of_4000(struct prog *prog)
{
	for (uint32_t i = 0; i < prog->view.reply_count; i++) {
		struct reply reply = prog->view.replies[i];

		if (reply.verdict != VERDICT_answer_apex)
			continue;
		reply.whole.length = 4000;
		prog_set(prog->skeleton->maps.replies_1, i, &reply);
	}
	prog->config.max_udp_size = 4096;
	prog_configure(prog);
}

/* Values that no loader writes: the program must not take them. */
static void damaged(struct prog *prog, struct reply damage)
{
	for (uint32_t i = 0; i < prog->view.reply_count; i++)
		if (prog->view.replies[i].verdict == VERDICT_answer_apex)
			prog_set(prog->skeleton->maps.replies_1, i, &damage);
}

static void verdict_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = 0xffff });
}

static void verdict_passes(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_pass_class });
}

static void shelf_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex, .shelf = 0x7fffffff });
}

static void place_damaged(struct prog *prog)
{
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex, .place = PLACE_MAX + 8 });
}

static void length_damaged(struct prog *prog)
{
	prog->config.max_udp_size = 0xffff;
	prog_configure(prog);
	damaged(prog, (struct reply){ .verdict = VERDICT_answer_apex,
				      .whole.length = BODY_MAX + 1 });
}

void prog_restore(struct prog *prog)
{
	uint32_t one = 1;

	prog->interface.loopback = 0;
	prog->interface.partial_ok = 0;
	prog->config.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
	prog_configure(prog);
	prog_set(prog->skeleton->maps.zone_1, 0, prog->view.info);
	prog_set(prog->skeleton->maps.active, 0, &one);
	for (uint32_t i = 0; i < prog->view.reply_count; i++)
		if (prog->view.replies[i].verdict == VERDICT_answer_apex)
			prog_set(prog->skeleton->maps.replies_1, i, &prog->view.replies[i]);
}

#define IN_IPV6 .ipv6 = true
#define WITH_EDNS(bytes) .edns = true, .size = bytes
#define WITH_DO(bytes) .edns = true, .size = bytes, .dnssec_ok = true
#define BYTES(field, text) .field = text, .field##_length = sizeof(text) - 1
#define ROW(what_, verdict_, ...) { .what = what_, .verdict = VERDICT_##verdict_, .query = { __VA_ARGS__ } }
#define ROW_IN(tiers_, what_, verdict_, ...)                                                      \
	{ .what = what_, .verdict = VERDICT_##verdict_, .tiers = tiers_, .query = { __VA_ARGS__ } }
#define ROW_WITH(prepare_, what_, verdict_, ...)                                                  \
	{ .what = what_, .verdict = VERDICT_##verdict_, .prepare = prepare_, .query = { __VA_ARGS__ } }

const struct packet_case packet_cases[] = {
	ROW("referral", answer_referral, .name = "www.example.com"),
	ROW("referral with DO", answer_referral, .name = "www.example.com", WITH_DO(1232)),
	ROW("referral, bare TLD", answer_referral, .name = "com", .type = 2),
	ROW("referral over IPv6", answer_referral, .name = "com", IN_IPV6),
	ROW("referral, mixed case", answer_referral, .name = "wWw.eXaMpLe.CoM", WITH_DO(4096)),
	ROW("DS below a TLD is a referral", answer_referral, .name = "a.com", .type = 43),
	ROW("ANY at a TLD is a referral", answer_referral, .name = "com", .type = 255),
	ROW("DS", answer_ds, .name = "com", .type = 43, WITH_DO(1232)),
	ROW("SOA", answer_apex, .type = 6),
	ROW("priming", answer_apex, .type = 2, WITH_DO(4096)),
	ROW("DNSKEY", answer_apex, .type = 48, WITH_DO(4096)),
	ROW("no such type at the root", answer_nodata, .type = 16, WITH_DO(1232)),
	ROW("type 0 at the root", answer_nodata, .type = 0xffff),
	ROW("nonexistent name", answer_nxdomain, .name = "www.nonexistent"),
	ROW("nonexistent name with DO", answer_nxdomain, .name = "nonexistent", WITH_DO(1232)),
	ROW("nonexistent name before all", answer_nxdomain, .name = "-", WITH_DO(1232)),
	ROW("nonexistent name behind all", answer_nxdomain, .name = "~~~", WITH_DO(1232)),
	ROW("nonexistent name of 63 bytes", answer_nxdomain, WITH_DO(1232),
	    .name = "comcomcomcomcomcomcomcomcomcomcomcomcomcomcomcomcomcomcomcomcom"),
	ROW("truncated", answer_truncated, .name = "nonexistent", WITH_DO(512)),
	ROW("truncated, the shortest frame", answer_truncated, .type = 48),
	ROW("RD, CD and AD set", answer_referral, .name = "com", .flags = 0x0130),
	ROW("unknown options", answer_referral, .name = "com", WITH_DO(1232),
	    BYTES(options, "\0\x0a\0\x08" "cookie!!" "\0\3\0\0" "\xff\xfe\0\1x")),
	ROW("bytes behind the OPT", answer_referral, .name = "com", WITH_DO(1232),
	    BYTES(extra, "trailing")),
	ROW("bytes behind the question", answer_referral, .name = "com", BYTES(extra, "odd")),
	ROW("bytes behind UDP in IP", answer_referral, .name = "com", .in_ip = 9),
	ROW("padding behind IP", answer_referral, .name = "com", .behind_ip = 11),
	ROW("more padding than the reply is long", answer_apex, .type = 6, .behind_ip = 1400),
	ROW("no UDP checksum", answer_referral, .name = "com", .checksum = CHECKSUM_ZERO),
	ROW_WITH(partial_ok, "pseudo-header sum on a veth", answer_referral, .name = "com",
		 .checksum = CHECKSUM_PSEUDO),
	ROW_WITH(partial_ok, "pseudo-header sum on a veth, IPv6", answer_referral, .name = "a.com",
		 IN_IPV6, .checksum = CHECKSUM_PSEUDO),
	ROW_WITH(partial_ok, "full sum on a veth", answer_referral, .name = "com"),
	ROW_WITH(loopback, "loopback address on lo", answer_apex, .type = 6, .source = "127.0.0.1"),
	ROW_WITH(loopback, "::1 on lo", answer_apex, .type = 6, IN_IPV6, .source = "::1"),
	ROW_WITH(loopback, "our own address on lo", answer_apex, .type = 6, .source = OUR_IPV4),
	ROW_WITH(deadline_far, "before the deadline", answer_apex, .type = 6),

	{ .what = "an aggregate", .verdict = VERDICT_pass_aggregate, .tiers = TC_ONLY, .segments = 2,
	  .query = { .name = "com" } },
	ROW("not our MAC address", pass_foreign_mac, .name = "com", .mac = "\2\0\0\0\0\3"),
	ROW("broadcast MAC address", pass_foreign_mac, .name = "com", .mac = "\xff\xff\xff\xff\xff\xff"),
	ROW("first fragment", pass_fragment, .name = "com", .fragment = 0x2000),
	ROW("first fragment, IPv6", pass_fragment, .name = "com", IN_IPV6, .next = 44,
	    BYTES(between, "\x11\0\0\1\0\0\0\7")),
	ROW("IP options", pass_ip_options, .name = "com", BYTES(between, "\1\1\1\0")),
	ROW("hop-by-hop header", pass_extension, .name = "com", IN_IPV6, .next = 0,
	    BYTES(between, "\x11\0\1\4\0\0\0\0")),
	ROW("three extension headers", pass_extension, .name = "com", IN_IPV6, .next = 0,
	    BYTES(between, "\x2b\0\1\4\0\0\0\0" "\x3c\0\0\0\0\0\0\0" "\x11\0\1\4\0\0\0\0")),
	ROW("authentication header", pass_extension, .name = "com", IN_IPV6, .next = 51,
	    BYTES(between, "\x11\1\0\0\0\0\0\1\0\0\0\2")),
	ROW("IPv4 header checksum", pass_ip_checksum, .name = "com", .change_frame = ip_checksum_wrong),
	ROW("UDP checksum", pass_udp_checksum, .name = "com", .checksum = CHECKSUM_WRONG),
	ROW("UDP checksum, IPv6, DO", pass_udp_checksum, .name = "com", IN_IPV6, WITH_DO(1232),
	    .checksum = CHECKSUM_WRONG),
	ROW("no UDP checksum in IPv6", pass_udp_checksum, .name = "com", IN_IPV6,
	    .checksum = CHECKSUM_ZERO),
	ROW("pseudo-header sum from a wire", pass_udp_checksum, .name = "com",
	    .checksum = CHECKSUM_PSEUDO),
	ROW_WITH(partial_ok, "wrong sum on a veth", pass_udp_checksum, .name = "com",
		 .checksum = CHECKSUM_WRONG),
	ROW("UDP longer than IP", pass_udp_length, .name = "com", .change_frame = udp_length_more),
	ROW("UDP longer than IP, not than the frame", pass_udp_length, .name = "com",
	    .behind_ip = 4, .change_frame = udp_length_more),
	ROW("UDP shorter than its header", pass_udp_length, .name = "com", .change_frame = udp_length_7),
	ROW("source port 0", pass_source, .name = "com", .source_port = 0xffff),
	ROW("our own address", pass_source, .name = "com", .source = OUR_IPV4),
	ROW("our own address, IPv6", pass_source, .name = "com", IN_IPV6, .source = OUR_IPV6),
	ROW_WITH(loopback, "our own address and port 53 on lo", pass_source, .name = "com",
		 .source = OUR_IPV4, .source_port = 53),
	ROW("loopback address", pass_source, .name = "com", .source = "127.0.0.1"),
	ROW("::1", pass_source, .name = "com", IN_IPV6, .source = "::1"),
	ROW("::", pass_source, .name = "com", IN_IPV6, .source = "::"),
	ROW("0.0.0.0", pass_source, .name = "com", .source = "0.0.0.0"),
	ROW("broadcast source", pass_source, .name = "com", .source = "255.255.255.255"),
	ROW("multicast source", pass_source, .name = "com", .source = "224.0.0.251"),
	ROW("multicast source, IPv6", pass_source, .name = "com", IN_IPV6, .source = "ff02::fb"),
	ROW("IPv4-mapped source", pass_source, .name = "com", IN_IPV6, .source = "::ffff:198.51.100.7"),
	ROW("a message of 1473 bytes", pass_long, .name = "com", WITH_EDNS(512),
	    .options = (const char[1472]){ "\0\x0c\5\x9a" }, .options_length = 1442),
	ROW("no DNS message", pass_short, .change_message = no_message),
	ROW("11 bytes of DNS", pass_short, .change_message = header_short),
	ROW("a response", pass_response, .name = "com", .flags = 0x8000),
	ROW("a response with an opcode", pass_response, .name = "com", .flags = 0xa000),
	ROW("NOTIFY", pass_opcode, .type = 6, .flags = 0x2000),
	ROW("UPDATE", pass_opcode, .type = 6, .flags = 0x2800, .change_message = two_questions),
	ROW("two questions", pass_counts, .name = "com", .change_message = two_questions),
	ROW("no question", pass_counts, .name = "com", .change_message = no_question),
	ROW("an answer record", pass_counts, .name = "com", .change_message = an_answer),
	ROW("an authority record", pass_counts, .name = "com", .change_message = an_authority),
	ROW("header only", pass_question, .change_message = header_only),
	ROW("question cut short", pass_question, .name = "com", .change_message = one_byte_less),
	ROW("compressed name", pass_question, .name = "com", .change_message = name_points),
	ROW("bit-string label", pass_question, .name = "com", .change_message = name_is_bitstring),
	ROW("name of 256 bytes", pass_question, .change_message = name_too_long),
	ROW("OPT and another record", pass_record, .name = "com", WITH_EDNS(1232),
	    .change_message = two_additional),
	ROW("TSIG", pass_record, .name = "com", WITH_EDNS(1232), .change_message = opt_is_tsig),
	ROW("OPT with a name", pass_record, .name = "com", WITH_EDNS(1232),
	    .change_message = opt_has_a_name),
	ROW("OPT cut short", pass_opt, .name = "com", WITH_EDNS(1232),
	    .change_message = one_byte_less),
	ROW("OPT longer than the message", pass_opt, .name = "com", WITH_EDNS(1232),
	    .change_message = opt_length_too_long),
	ROW("the same with padding in the frame", pass_opt, .name = "com", WITH_EDNS(1232),
	    .change_message = opt_length_too_long, .behind_ip = 20),
	ROW("EDNS version 1", pass_edns_version, .name = "com", WITH_EDNS(1232), .edns_version = 1),
	ROW("EDNS version 1, bad option", pass_edns_version, .name = "com", WITH_EDNS(1232),
	    .edns_version = 1, BYTES(options, "\0\x0a")),
	ROW("option cut short", pass_option, .name = "com", WITH_EDNS(1232),
	    BYTES(options, "\0\x0a\0")),
	ROW("option longer than the OPT", pass_option, .name = "com", WITH_EDNS(1232),
	    BYTES(options, "\0\x0a\0\2x")),
	ROW("CHAOS", pass_class, .name = "hostname.bind", .type = 16, .class = 3),
	ROW("class ANY", pass_class, .name = "com", .class = 255),
	ROW("AXFR", pass_transfer, .type = 252),
	ROW("IXFR", pass_transfer, .type = 251),
	ROW_WITH(deadline_over, "after the deadline", pass_deadline, .name = "com"),
	ROW_WITH(no_zone, "no zone", pass_no_reply, .name = "com"),
	ROW_WITH(other_set, "no zone in the active set", pass_no_reply, .name = "com"),
	ROW_WITH(verdict_damaged, "damaged reply: verdict", pass_no_reply, .type = 6),
	ROW_WITH(verdict_passes, "damaged reply: verdict of a pass", pass_no_reply, .type = 6),
	ROW_WITH(shelf_damaged, "damaged reply: shelf", pass_no_reply, .type = 6),
	ROW_WITH(place_damaged, "damaged reply: place", pass_no_reply, .type = 6),
	ROW_WITH(length_damaged, "damaged reply: length", pass_no_reply, .type = 6, WITH_EDNS(65535)),
	{ .what = "no room", .verdict = VERDICT_pass_room, .tiers = XDP_ONLY, .prepare = reply_of_4000,
	  .query = { .type = 6, WITH_EDNS(4096) } },

	ROW("ARP", other_protocol, .change_frame = is_arp),
	ROW("TCP", other_protocol, .change_frame = is_tcp),
	ROW("TCP over IPv6", other_protocol, IN_IPV6, .change_frame = is_tcp),
	ROW("a third VLAN tag", other_protocol, .tags = 2, .change_frame = third_tag),
	ROW_IN(XDP_ONLY, "Ethernet header only", other_malformed, .change_frame = ethernet_only),
	ROW_IN(XDP_ONLY, "IP header cut short", other_malformed, .change_frame = cut_in_ip),
	ROW_IN(XDP_ONLY, "IPv6 header cut short", other_malformed, IN_IPV6, .change_frame = cut_in_ip),
	ROW("UDP header cut short", other_malformed, .change_frame = cut_in_udp),
	ROW("frame shorter than IP says", other_malformed, .name = "com", .change_frame = cut_in_message),
	ROW("frame shorter than IPv6 says", other_malformed, .name = "com", IN_IPV6,
	    .change_frame = cut_in_message),
	ROW("IP version 5", other_malformed, .change_frame = ip_version_5),
	ROW("IP version 5 as IPv6", other_malformed, IN_IPV6, .change_frame = ip_version_5),
	ROW("IHL 4", other_malformed, .change_frame = ihl_4),
	ROW("IP length 19", other_malformed, .change_frame = ip_length_too_short),
	ROW("later fragment", other_fragment, .name = "com", .fragment = 0x2001),
	ROW("last fragment", other_fragment, .name = "com", .fragment = 0x0001),
	ROW("later fragment, IPv6", other_fragment, .name = "com", IN_IPV6, .next = 44,
	    BYTES(between, "\x11\0\0\x09\0\0\0\7")),
	ROW("not our address", other_address, .destination = "192.0.2.54"),
	ROW("not our address, IPv6", other_address, IN_IPV6, .destination = "2001:db8::54"),
	ROW("our IPv4 address in IPv6", other_address, IN_IPV6, .destination = "::ffff:" OUR_IPV4),
	ROW("a fragment to another address", other_address, .destination = "192.0.2.54",
	    .fragment = 0x2000),
	ROW("port 54", other_port, .port = 54),
	ROW("port 53 from the other side", other_port, .port = 40001, .source_port = 53),
};

const size_t packet_case_count = sizeof(packet_cases) / sizeof(packet_cases[0]);
