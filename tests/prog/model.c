// SPDX-License-Identifier: GPL-2.0-or-later
/* What the programs do to a frame, from the shared headers built for userspace. */
#include "model.h"

#include <arpa/inet.h>
#include <string.h>

#include "assemble.h"
#include "packet.h"

static bool is_ours(const struct address *address)
{
	static const char *const ours[] = { "::ffff:" OUR_IPV4, OUR_IPV6 };
	struct address each;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (inet_pton(AF_INET6, ours[i], each.byte) == 1 &&
		    !memcmp(&each, address, sizeof(each)))
			return true;
	return false;
}

/* The order of look_at_packet(). */
static enum verdict model_packet(const struct prog *prog, const uint8_t *bytes, size_t length,
				 struct packet *packet)
{
	struct cursor frame = cursor_over(bytes, length);
	enum verdict verdict = parse_packet(&frame, packet);

	if (verdict != VERDICT_undecided)
		return verdict;
	if (!is_ours(&packet->destination))
		return VERDICT_other_address;
	if (!mac_is_ours(bytes, &prog->interface))
		return VERDICT_pass_foreign_mac;
	verdict = guard_packet(bytes, bytes + length, packet, prog->interface.loopback);
	if (verdict != VERDICT_undecided)
		return verdict;
	return is_ours(&packet->source) ? VERDICT_pass_source : VERDICT_undecided;
}

static bool checksum_is_right(const struct prog *prog, const uint8_t *bytes,
			      const struct packet *packet)
{
	const struct udp *udp = (const void *)(bytes + packet->udp);
	__u64 sum = sum_pseudo_header(sum_addresses(packet), packet->udp_length);

	if (!udp->checksum)
		return !packet->ipv6;
	if (prog->interface.partial_ok && udp->checksum == sum_fold(sum))
		return true;
	sum += sum_bytes(bytes, bytes + packet->udp + packet->udp_length, packet->udp,
			 packet->udp_length);
	return sum_fold(sum) == 0xffff;
}

enum verdict model_verdict(const struct prog *prog, const uint8_t *frame, size_t length,
			   uint32_t now, struct frame *query, uint8_t *reply,
			   uint32_t *reply_length)
{
	struct address client;
	const struct zone_view zone = { .entry = image_entry,
					 .context = (void *)&prog->view,
					 .us = &prog->identity,
					 .secrets = &prog->secrets,
					 .subtrees = prog->subtree,
					 .subtree_count = prog->subtrees,
					 .client = &client,
					 .now = now };
	struct packet packet;
	enum verdict verdict = model_packet(prog, frame, length, &packet);
	struct question question;
	struct cursor message;

	if (verdict != VERDICT_undecided)
		return verdict;
	client = packet.source;
	query->ip = packet.ip;
	query->udp = packet.udp;
	query->message = packet.udp + sizeof(struct udp);
	query->ipv6 = packet.ipv6;

	/* The kernel looks at the checksum when it knows that it has an answer. */
	message = cursor_over(frame + query->message, packet.udp_length - sizeof(struct udp));
	verdict = parse_question(&message, &question);
	if (verdict != VERDICT_undecided && verdict_fate(verdict) != FATE_answered)
		return verdict;
	if (is_in_subtree(&zone, message.start, message.limit, &question))
		return VERDICT_pass_subtree;
	if (!checksum_is_right(prog, frame, &packet))
		return VERDICT_pass_udp_checksum;
	return assemble_reply(&zone, prog->config.max_udp_size, message.start, message.limit, reply,
			      ANSWER_UDP_SIZE_MOST, reply_length);
}
