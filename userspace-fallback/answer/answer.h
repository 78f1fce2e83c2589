/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer engine: a query in, the one right reply out. It alone holds DNS policy. */
#ifndef ROOTXDP_ANSWER_H
#define ROOTXDP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guard.h"
#include "limit.h"

struct zone;

#define ANSWER_UDP_SIZE_DEFAULT 1232
#define ANSWER_UDP_SIZE_LEAST   512
#define ANSWER_UDP_SIZE_MOST    4096
#define ANSWER_TCP_SIZE_MOST    65535

enum transport { TRANSPORT_UDP, TRANSPORT_TCP };

/*
 * What the operator chose. Texts are bytes, not strings; NULL or length 0: not configured, so NSID
 * is not given and CHAOS names of that kind are REFUSED. They must outlive the config.
 */
struct answer_config {
	uint16_t max_udp_size; /* our own limit and what our OPT advertises, 512-4096 */
	uint16_t nsid_length;  /* RFC 5001; at most NSID_MAX */
	uint16_t identity_length; /* hostname.bind, id.server (RFC 4892); at most CHAOS_TEXT_MAX */
	uint16_t version_length;  /* version.bind, version.server; at most CHAOS_TEXT_MAX */
	const uint8_t *nsid;
	const uint8_t *identity;
	const uint8_t *version;
	const struct cookie_secrets *cookies; /* NULL, or none in it: cookies are not given */
	const struct notify_config *notify;   /* whose NOTIFY is acknowledged; NULL: nobody's */
};

/* Who asks, and when. */
struct asker {
	enum transport transport;
	bool slip;              /* give no more than TC=1, question and OPT: a rate limit's slip */
	uint32_t time;          /* real, seconds since 1970 (RFC 1982 arithmetic); for cookies */
	struct address address; /* of the client; for cookies */
};

/* What a rate limit wants to know of a reply. */
struct answered {
	enum limit_class class;
	bool cookie_valid; /* the client proved its address: it is not limited */
	bool notified;     /* a primary says that there is a newer zone, and is believed */
};

/*
 * Answers one DNS message.
 *
 * zone      NULL: there is none, or it is past its deadline; queries get SERVFAIL
 * query     `length` bytes as received, without TCP's length prefix
 * reply     `room` bytes: at least max_udp_size for UDP and 65535 for TCP
 * answered  may be NULL; not set when there is no reply
 *
 * Returns the reply's length, or 0 when there must be none (shorter than a header, QR=1).
 * Pure: no clock, no memory, no I/O; any thread may call it on a zone that does not change.
 */
size_t answer_query(const struct zone *zone, const struct answer_config *config,
		    const struct asker *asker, const uint8_t *query, size_t length, uint8_t *reply,
		    size_t room, struct answered *answered);

#endif
