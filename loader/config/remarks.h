/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is to say of a configuration file, with the lines. */
#ifndef ROOTXDP_REMARKS_H
#define ROOTXDP_REMARKS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define REMARK_KEY  128
#define REMARK_TEXT 640

/* REMARK_ABSENT is a warning to whoever only checks: files may come later. `run` can't go on. */
enum remark_kind { REMARK_ERROR, REMARK_ABSENT, REMARK_WARNING };

struct remark {
	enum remark_kind kind;
	unsigned int line;    /* 0: it is about the whole file */
	char key[REMARK_KEY]; /* "zone.sources[0].tls"; "": none */
	char text[REMARK_TEXT];
};

/* In the order of their lines. */
struct remarks {
	struct remark *list;
	size_t count;
};

/* Adds one. */
void remarks_add(struct remarks *remarks, enum remark_kind kind, unsigned int line, const char *key,
		 const char *format, va_list arguments);

/* How many are of that kind? */
size_t remarks_count(const struct remarks *remarks, enum remark_kind kind);

/*
 * Says all of them on stderr, a line each: "FILE:LINE: KEY: TEXT", behind "note: " if it is no
 * error. needs_all: that something is not there is an error.
 */
void remarks_print(const struct remarks *remarks, const char *file, bool needs_all);

void remarks_free(struct remarks *remarks);

#endif
