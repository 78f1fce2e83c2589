/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A query as an operator writes it: 'www.example.com IN A +do +bufsize=512'. */
#ifndef ROOTXDP_EXPLAIN_WORDS_H
#define ROOTXDP_EXPLAIN_WORDS_H

#include <stdbool.h>
#include <stdio.h>

#include "options.h"
#include "print.h"

/* Longest operands, all together. */
#define WORDS_ROOM 2048

/*
 * Reads the operands: NAME [CLASS] TYPE and flags, which begin with '+', in one operand or in
 * several. Strings in *words point into `room`. False: said on stderr; wrong usage.
 */
bool words_read(const struct options *options, struct query_words *words, char room[WORDS_ROOM]);

/* Prints the flags, one a line. */
void words_print_flags(FILE *out);

#endif
