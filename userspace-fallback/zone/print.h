/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS messages as text: a query from words, a reply as dig shows it. */
#ifndef ROOTXDP_PRINT_H
#define ROOTXDP_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes of the longest COOKIE option (RFC 7873 4). */
#define COOKIE_LONGEST 40

/* What a query asks, as words, and how. */
struct query_words {
	const char *name;  /* with or without the last dot */
	const char *type;  /* "NS", "TYPE65"; any case */
	const char *class; /* "CH", "CLASS5"; NULL: IN */
	uint8_t opcode;    /* 0-15; 0: QUERY */
	bool recursion;    /* RD */
	bool unchecked;    /* CD */

	/* What follows needs the first of them. */
	uint16_t udp_size; /* 0: no OPT */
	uint8_t edns_version;
	bool dnssec; /* DO */
	bool nsid;   /* asks for the NSID */
	uint8_t cookie[COOKIE_LONGEST];
	size_t cookie_length; /* 0: no COOKIE option */
};

/* Longest query that query_write() makes: header, name, type, class, OPT with NSID and COOKIE. */
#define QUERY_SIZE_MOST (12 + 255 + 4 + 11 + 4 + 4 + COOKIE_LONGEST)

/*
 * Writes the query (ID 0) into `query`. Returns its length, or 0 with one line in why[256] when a
 * word is no name, type or class.
 */
size_t query_write(const struct query_words *words, uint8_t query[QUERY_SIZE_MOST], char why[256]);

/* Numbers of IANA's registries as words: "NS", "TYPE65280"; "IN"; "QUERY", "3"; "NXDOMAIN". */
struct dns_word {
	char text[24];
};
struct dns_word type_word(uint16_t type);
struct dns_word class_word(uint16_t class);
struct dns_word opcode_word(uint8_t opcode);
struct dns_word rcode_word(uint16_t rcode); /* with its upper eight bits, from the OPT */

/* Prints a message of `length` bytes, section by section. False: it is malformed. */
bool reply_print(FILE *out, const uint8_t *reply, size_t length);

#endif
