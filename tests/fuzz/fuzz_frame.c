// SPDX-License-Identifier: GPL-2.0-or-later
/* Any frame: the kernel's parser and search stay inside it, and what they find lies inside it. */
#include <stdlib.h>

#include "packet.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void search(const uint8_t *message, const uint8_t *end, const struct question *question)
{
	const struct world *w = world();
	struct label label;
	struct place place;

	expect(question->name_length >= 1 && question->name_length <= DNS_NAME_MAX, "name length");
	if (!question->labels)
		return;
	expect(question->last_label <= question->name_length - 3, "the last label is in the name");
	expect(read_label(message, end, question, &label), "the label can be read");
	expect(find_label(&w->view, message, end - message, question, &place),
	       "every label has its place");
	expect(place.index < w->parts.name_count, "the place is in the zone");
	expect(!label_before(&label, &w->parts.names[place.index]), "the name before is not above");
	if (place.index + 1 < w->parts.name_count)
		expect(label_before(&label, &w->parts.names[place.index + 1]),
		       "the name behind is above");
	expect(!place.exact == !label_is(&label, &w->parts.names[place.index]), "exact is exact");
}

static void look_at_message(const uint8_t *frame, size_t size, const struct packet *packet)
{
	const uint8_t *message = frame + packet->udp + sizeof(struct udp);
	__u32 length = packet->udp_length - sizeof(struct udp);
	struct cursor cursor = cursor_over(message, length);
	struct question question;

	expect(packet->udp + packet->udp_length <= size, "UDP lies in the frame");
	if (parse_question(&cursor, &question) != VERDICT_undecided)
		return;
	expect(cursor.pos <= length, "the question ends in the message");
	sum_fold(sum_bytes(frame, frame + size, packet->udp, packet->udp_length));
	search(message, message + length, &question);
}

/* Mutations spoil the IPv4 header's checksum, and would get no further. */
static void mend_checksum(uint8_t *frame, size_t size, const struct packet *packet)
{
	struct ipv4 *ip = (void *)(frame + packet->ip);

	if (packet->ipv6)
		return;
	ip->checksum = 0;
	ip->checksum = ~sum_fold(sum_bytes(frame, frame + size, packet->ip, sizeof(*ip)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *frame = exactly(data, size);
	struct cursor cursor = cursor_over(frame, size);
	struct packet packet = { 0 };

	if (parse_packet(&cursor, &packet) == VERDICT_undecided) {
		sum_fold(sum_addresses(&packet));
		mend_checksum(frame, size, &packet);
		if (guard_packet(frame, frame + size, &packet, 0) == VERDICT_undecided)
			look_at_message(frame, size, &packet);
	}
	free(frame);
	return 0;
}
