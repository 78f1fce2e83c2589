/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small zone, a server with cookies and NSID, and the client of RFC 9018 A.1, for the engine. */
#ifndef ROOTXDP_TEST_ANSWER_SCENE_H
#define ROOTXDP_TEST_ANSWER_SCENE_H

#include "answer_wire.h"

enum { A = 1, NS = 2, SOA = 6, TXT = 16, SIG = 24, DS = 43, TSIG = 250, IXFR = 251, AXFR = 252 };
enum { IN = 1, CH = 3, HS = 4, ANY = 255, RD = 0x0100 };
enum { NOTIFY = 4 << 11, STATUS = 2 << 11 };

/* RFC 9018 A.1: the client at 198.51.100.100, at that time, with this secret. */
#define TIME   1559731985
#define CLIENT "2464c4abcf10c957"
#define FRESH  CLIENT "010000005cf79f111f8130c3eee29480"
#define BAD    CLIENT "010000005cf79f111f8130c3eee29481"

/* Options, in hexadecimal digits. */
#define GIVEN      "000a0018" FRESH
#define NSID_ASKED "00030000"
#define NSID_GIVEN "000300046e616d65"

#define REFERRAL "NOERROR rd | - | x. NS | A*1 OPT(1232)"

extern const struct cookie_secrets scene_secrets;

struct scene {
	struct zone *zone; /* with the TLD "x." and its DS */
	struct answer_config config;
	struct asker asker;
	struct answer answer; /* the last reply, and what was said of it */
	struct answered answered;
};

extern struct scene scene;

/* For cmocka: the zone for all tests, and everything else anew for each. */
int scene_open(void **state);
int scene_close(void **state);
int scene_begin(void **state);

/* A query with RD and without OPT. */
void ask_for(struct query *query, const char *name, uint16_t type, uint16_t class);

/* Adds an OPT of size 1232 with options in hexadecimal digits. */
void add_options(struct query *query, uint8_t version, const char *options);

/* Adds a TSIG of "key.", well formed. */
void add_tsig(struct query *query);

/* The last `length` bytes of the last reply. */
const uint8_t *answer_tail(size_t length);

/* Asserts that the last reply ends with an OPT with these options. */
void assert_options(const char *options);

#endif
