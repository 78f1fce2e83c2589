/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Secrets of server cookies (RFC 9018 5): the file that several sites share, read and written. */
#ifndef ROOTXDP_COOKIE_SECRETS_H
#define ROOTXDP_COOKIE_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

#include "guard.h"

/* Hexadecimal digits of one secret, and bytes of a whole file as we write it, with a final 0. */
#define COOKIE_SECRET_DIGITS 32
#define COOKIE_SECRETS_TEXT  (COOKIE_SECRETS_MAX * (COOKIE_SECRET_DIGITS + 1) + 1)

/*
 * Reads a file of one secret a line, 32 hexadecimal digits each: first the active one, then, if
 * there is one, the staging or previous one. Blanks around them, empty lines, and lines that begin
 * with '#' do not count. Into *secrets, which stays as it is when this returns false: then one line
 * in why says what is wrong, and errno is that of the system's error, or 0 if the file is wrong.
 * Nothing of a secret is ever in `why`, or left in memory elsewhere.
 */
bool cookie_secrets_read(const char *file, struct cookie_secrets *secrets, char why[256]);

/* Writes such a file's text; returns its length, the final 0 not counted. The caller wipes it. */
size_t cookie_secrets_text(const struct cookie_secrets *secrets, char text[COOKIE_SECRETS_TEXT]);

#endif
