/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cookie secrets that a running loader holds, and hands to its fallback. */
#ifndef ROOTXDP_SECRETS_H
#define ROOTXDP_SECRETS_H

#include <stdbool.h>

#include "guard.h"

/*
 * file   where they come from; NULL: there are none
 * fd     an unnamed file with their text, for the fallback, which may not read `file`; -1: none
 */
struct secrets {
	const char *file;
	struct cookie_secrets value;
	int fd;
};

/* Reads `file` (NULL: there are none). False: said on stderr. */
bool secrets_open(struct secrets *secrets, const char *file);

/* Reads the file again. False: those that were there stay, and why is said on stderr. */
bool secrets_read(struct secrets *secrets);

/* Wipes them. */
void secrets_close(struct secrets *secrets);

#endif
