/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients that send cookies to a server in this process. */
#ifndef ROOTXDP_TESTS_SERVER_COOKIE_H
#define ROOTXDP_TESTS_SERVER_COOKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cookie.h"

/* Two secrets, and a client's cookie. */
extern const struct cookie_secrets secret_one, secret_two;
extern const uint8_t client_cookie[COOKIE_CLIENT_SIZE];

/* A query for ". SOA" with a COOKIE option of `length` bytes, or none if that is 0. Returns its
 * length. */
size_t query_with(uint8_t query[100], uint16_t id, const uint8_t *cookie, size_t length);

/* Sends it on a socket of that type (SOCK_DGRAM, SOCK_STREAM); returns the reply's length, or 0. */
size_t ask_with(int fd, int type, const uint8_t *cookie, size_t length, uint8_t reply[4096]);

/* The cookie at the end of a reply -> *cookie; false: there is none. */
bool cookie_in(const uint8_t *reply, size_t length, uint8_t cookie[COOKIE_SIZE]);

/* Did the client at 127.0.0.1 (or ::1) get this cookie by that secret just now? */
bool cookie_is_valid(const uint8_t *cookie, const struct cookie_secrets *secrets, bool ipv6);

#endif
