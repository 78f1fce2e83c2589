/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS messages as text: a query from words, a reply as dig shows it. */
#ifndef ROOTXDP_PRINT_H
#define ROOTXDP_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a query asks, as words. */
struct query_words {
	const char *name;  /* with or without the last dot */
	const char *type;  /* "NS", "TYPE65"; any case */
	bool dnssec;       /* DO */
	uint16_t udp_size; /* 0: no OPT */
};

/* Longest query that query_write() makes: header, name, type, class, OPT. */
#define QUERY_SIZE_MOST (12 + 255 + 4 + 11)

/*
 * Writes the query (ID 0, RD clear, class IN) into `query`. Returns its length, or 0 with one
 * line in why[256] when a word is no name or type.
 */
size_t query_write(const struct query_words *words, uint8_t query[QUERY_SIZE_MOST], char why[256]);

/* Prints a message of `length` bytes, section by section. False: it is malformed. */
bool reply_print(FILE *out, const uint8_t *reply, size_t length);

#endif
