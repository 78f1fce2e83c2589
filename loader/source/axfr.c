// SPDX-License-Identifier: GPL-2.0-or-later
/* Zones from primaries: the serial by an SOA query, the zone by AXFR (RFC 5936). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "fetch.h"
#include "stream.h"
#include "transfer_text.h"
#include "tsig.h"
#include "wire.h"

#define TYPE_SOA     6
#define TYPE_AXFR    252
#define CLASS_IN     1
#define MESSAGE_MOST 65535
#define QUERY_ROOM   512
#define REPLY_ROOM   4096

/* How long a reply over UDP may take, and how often it is asked for. */
#define UDP_WAIT_MS 1500
#define UDP_TRIES   3

/* A query for '.' and what is known of its replies. */
struct question {
	uint8_t message[2 + QUERY_ROOM]; /* behind its length, as TCP wants it */
	size_t length;                   /* of the message */
	uint16_t id;
	struct tsig_exchange tsig;
};

static bool begin_question(struct question *question, const struct source *source, uint16_t type,
			   char why[256])
{
	uint8_t *message = question->message + 2, *at = message;

	memset(question, 0, sizeof(*question));
	if (getrandom(&question->id, sizeof(question->id), 0) != sizeof(question->id))
		question->id = time(NULL);
	at = put16(at, question->id);
	at = put16(at, 0);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, 0);
	*at++ = 0;
	at = put16(at, type);
	at = put16(at, CLASS_IN);
	question->length = at - message;
	question->tsig.key = source->key;
	if (source->key)
		question->length = tsig_sign(&question->tsig, message, question->length,
					     QUERY_ROOM, time(NULL));
	put16(question->message, question->length);
	if (!question->length)
		snprintf(why, 256, "can't sign a query with TSIG");
	return question->length;
}

/* Checks the TSIG of a reply, where there must be one. */
static bool check_reply(struct question *question, uint8_t *reply, size_t *length, char why[256])
{
	return !question->tsig.key ||
	       tsig_check(&question->tsig, reply, length, time(NULL), why);
}

/* The next message on a stream. */
static bool read_message(struct stream *stream, uint8_t *message, size_t *length, char why[256])
{
	uint8_t prefix[2];

	if (!stream_read(stream, prefix, sizeof(prefix), why))
		return false;
	*length = prefix[0] << 8 | prefix[1];
	return stream_read(stream, message, *length, why);
}

/* --- the serial ------------------------------------------------------------------------------ */

static bool ask_stream(struct question *question, const struct source *source,
		       const struct source_limits *limits, const atomic_bool *stop,
		       uint32_t *serial, char why[256])
{
	struct stream stream = { .fd = -1 };
	uint8_t *reply = malloc(MESSAGE_MOST);
	size_t length;
	bool fine = reply && stream_open(&stream, source, limits, stop, why) &&
		    stream_write(&stream, question->message, 2 + question->length, why) &&
		    read_message(&stream, reply, &length, why) &&
		    check_reply(question, reply, &length, why) &&
		    transfer_serial(reply, length, question->id, serial, why);

	stream_close(&stream);
	free(reply);
	return fine;
}

/* A reply with the right ID, of the host that we are connected to: its length; 0: none in time. */
static ssize_t receive_reply(const struct stream *socket, uint16_t id, uint8_t reply[REPLY_ROOM])
{
	char why[256];

	while (wait_ready(socket, POLLIN, why)) {
		ssize_t got = recv(socket->fd, reply, REPLY_ROOM, MSG_DONTWAIT);

		if (got >= 2 && (reply[0] << 8 | reply[1]) == id)
			return got;
		if (got < 0 && errno != EAGAIN)
			return -1; /* nobody listens there */
	}
	return 0;
}

/* A datagram to the primary, sent again when it is lost; the reply's length, or 0. */
static size_t ask_udp(const struct question *question, const struct source *source,
		      const atomic_bool *stop, uint8_t reply[REPLY_ROOM], char why[256])
{
	struct stream udp = { .stop = stop, .idle_ms = UDP_WAIT_MS };
	ssize_t got = 0;

	udp.fd = socket(source->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (udp.fd < 0 || connect(udp.fd, (const struct sockaddr *)&source->address,
				  address_size(&source->address))) {
		snprintf(why, 256, "can't ask for its serial: %s", strerror(errno));
		stream_close(&udp);
		return 0;
	}
	for (int tries = 0; tries < UDP_TRIES && got == 0 && !atomic_load(stop); tries++) {
		udp.end_ms = steady_ms() + UDP_WAIT_MS;
		if (send(udp.fd, question->message + 2, question->length, 0) < 0)
			got = -1;
		else
			got = receive_reply(&udp, question->id, reply);
	}
	stream_close(&udp);
	if (got <= 0)
		snprintf(why, 256, "no reply when asked for its serial%s",
			 got < 0 ? ": nobody listens there" : "");
	return got > 0 ? got : 0;
}

static bool is_truncated(const uint8_t *reply, size_t length)
{
	return length > 2 && reply[2] & 0x02;
}

bool source_serial(const struct source *source, const struct source_limits *limits,
		   const atomic_bool *stop, uint32_t *serial, char why[SOURCE_WHY])
{
	struct question question;
	uint8_t reply[REPLY_ROOM];
	char problem[256] = "";
	size_t length = 0;
	bool fine = begin_question(&question, source, TYPE_SOA, problem);

	/* Over TLS nothing is told to whoever listens; so not over UDP. */
	if (fine && !source->tls.on) {
		length = ask_udp(&question, source, stop, reply, problem);
		fine = length;
	}
	if (fine && (source->tls.on || is_truncated(reply, length)))
		fine = ask_stream(&question, source, limits, stop, serial, problem);
	else if (fine)
		fine = check_reply(&question, reply, &length, problem) &&
		       transfer_serial(reply, length, question.id, serial, problem);
	tsig_end(&question.tsig);
	if (!fine)
		snprintf(why, SOURCE_WHY, "%s: %s", source->text, problem);
	return fine;
}

/* --- the zone -------------------------------------------------------------------------------- */

static bool take_messages(struct stream *stream, struct question *question,
			  struct transfer_text *transfer, size_t most, uint8_t *message,
			  char why[256])
{
	size_t bytes = 0, length;

	while (!transfer->ended) {
		if (!read_message(stream, message, &length, why))
			return false;
		bytes += length;
		if (bytes > most) {
			snprintf(why, 256, "over %zu bytes, more than a zone may have", most);
			return false;
		}
		if (!check_reply(question, message, &length, why) ||
		    !transfer_take(transfer, message, length, why))
			return false;
	}
	if (!question->tsig.key || tsig_complete(&question->tsig))
		return true;
	snprintf(why, 256, "the last message has no TSIG");
	return false;
}

static bool transfer_zone(const struct source *source, const struct source_limits *limits,
			  const atomic_bool *stop, struct question *question,
			  struct transfer_text *transfer, char why[256])
{
	uint8_t *message = malloc(MESSAGE_MOST);
	struct stream stream = { .fd = -1 };
	bool fine = message && stream_open(&stream, source, limits, stop, why) &&
		    stream_write(&stream, question->message, 2 + question->length, why) &&
		    take_messages(&stream, question, transfer, limits->bytes, message, why);

	stream_close(&stream);
	free(message);
	return fine;
}

bool fetch_axfr(const struct source *source, const struct source_limits *limits,
		const atomic_bool *stop, int fd, char why[SOURCE_WHY])
{
	struct transfer_text transfer = { 0 };
	struct question question = { 0 };
	char problem[256] = "";
	int copy = dup(fd);
	bool fine;

	transfer.out = copy < 0 ? NULL : fdopen(copy, "w");
	fine = transfer.out && begin_question(&question, source, TYPE_AXFR, problem);
	transfer.id = question.id;
	fine = fine && transfer_zone(source, limits, stop, &question, &transfer, problem);
	tsig_end(&question.tsig);
	if (transfer.out && fclose(transfer.out)) {
		snprintf(problem, sizeof(problem), "writing it: %s", strerror(errno));
		fine = false;
	}
	if (!fine)
		snprintf(why, SOURCE_WHY, "%s: %s (after %u records)", source->text, problem,
			 transfer.records);
	return fine;
}
