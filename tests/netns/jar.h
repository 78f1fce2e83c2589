/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The differential client's cookies: given to queries, and judged in replies. */
#ifndef ROOTXDP_JAR_H
#define ROOTXDP_JAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cookie.h"
#include "random.h"

/* Whose cookies; no secrets: none are given, and what a reply has must be the same to the byte. */
struct jar {
	struct cookie_secrets secrets;
	struct address ipv4, ipv6; /* of the client */
};

/* Writes a COOKIE option's 24 bytes of data, of any age, mostly one that the client was given. */
void jar_take(const struct jar *jar, bool ipv6, uint8_t *data, struct dice *dice);

/*
 * Are two replies of `length` bytes to one client the same, but for the seconds at which fresh
 * cookies in them were made? Both cookies must be right.
 */
bool jar_same(const struct jar *jar, bool ipv6, const uint8_t *a, const uint8_t *b, size_t length);

#endif
