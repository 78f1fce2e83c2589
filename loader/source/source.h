/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a zone comes from: a file, a primary (AXFR), or the web; and how it is fetched from there.
 */
#ifndef ROOTXDP_SOURCE_H
#define ROOTXDP_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct tsig_key;

#define SOURCES_MAX     16
#define SOURCE_WHY      512
#define SOURCE_PINS_MAX 4
#define SOURCE_TEXT     256

enum source_kind { SOURCE_FILE, SOURCE_AXFR, SOURCE_WEB };

/* TLS 1.3 to a primary (RFC 9103): its certificate must be right, or its key must be pinned. */
struct source_tls {
	bool on;
	const char *name;    /* that the certificate must have (RFC 9103 9.3.2); NULL: pins alone */
	const char *ca_file; /* PEM; NULL: the system's */
	uint8_t pin[SOURCE_PINS_MAX][32]; /* SHA-256 of the SubjectPublicKeyInfo (RFC 7858) */
	size_t pins;
};

/* One source. Strings are the configuration's. */
struct source {
	enum source_kind kind;
	char text[SOURCE_TEXT]; /* what messages call it: "axfr 192.0.2.1", "https://...", "file ..." */
	const char *place;      /* SOURCE_FILE: path; SOURCE_WEB: URL */
	struct sockaddr_storage address; /* SOURCE_AXFR, with its port */
	const struct tsig_key *key;      /* SOURCE_AXFR; NULL: no TSIG */
	struct source_tls tls;           /* SOURCE_AXFR */
	const char *ca_file;             /* SOURCE_WEB, https; NULL: the system's */
};

/* How long and how much; all of it must be set. */
struct source_limits {
	size_t bytes;         /* of the zone, as text or as messages */
	unsigned int idle_ms; /* without anything received, or to connect */
	unsigned int all_ms;  /* for all of it */
};

/*
 * The serial that a primary has now: a query for its SOA, with TSIG and TLS where the source has
 * them. *stop may be set from another thread: it then ends soon. Only for SOURCE_AXFR.
 * False: one line in why.
 */
bool source_serial(const struct source *source, const struct source_limits *limits,
		   const atomic_bool *stop, uint32_t *serial, char why[SOURCE_WHY]);

/*
 * Fetches the zone and writes it to `fd` (empty, at its beginning) as a zone file, one record a
 * line. Nothing of it is verified but that it is whole: an AXFR begins and ends with the same SOA
 * and is the root's, a download has its announced length. Blocks; *stop as above.
 * False: one line in why, which begins with source->text; what was written is of no use.
 */
bool source_fetch(const struct source *source, const struct source_limits *limits,
		  const atomic_bool *stop, int fd, char why[SOURCE_WHY]);

#endif
