/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of rootxdp-fallback. */
#ifndef ROOTXDP_SERVER_COMMAND_LINE_H
#define ROOTXDP_SERVER_COMMAND_LINE_H

#include "guard.h"
#include "notify.h"
#include "reload.h"
#include "server.h"

#define COMMAND_LINE_ADDRESSES_MOST 64

struct command_line {
	struct server_config server; /* its endpoints are those below */
	struct zone_source source;   /* strings are those of argv */
	const char *cookie_secrets;  /* file; NULL: no cookies are given */
	const char *user;
	struct notify_config notify; /* likewise, of its answer config */
	uint8_t nsid[NSID_MAX]; /* the server's answer config points to it, and into argv */
	struct endpoint endpoints[COMMAND_LINE_ADDRESSES_MOST];
};

enum command_line_result { COMMAND_LINE_OK, COMMAND_LINE_HELP, COMMAND_LINE_WRONG };

/* Reads argv into *line, defaults filled in. Help was printed to stdout (exit 0); what is wrong
 * was said on stderr (exit 2). */
enum command_line_result command_line_read(int argc, char **argv, struct command_line *line);

#endif
