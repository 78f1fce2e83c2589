/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What explainer_packet() found, as text for people. */
#ifndef ROOTXDP_EXPLAIN_TEXT_H
#define ROOTXDP_EXPLAIN_TEXT_H

#include <jansson.h>

/* All of it: the query, and a block of lines for each tier. */
void text_print(const json_t *packet);

/* One line, behind the packet's number. */
void text_print_line(unsigned long number, const json_t *packet);

#endif
