/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS messages for people: decoded, and as bytes. */
#ifndef ROOTXDP_SHOW_H
#define ROOTXDP_SHOW_H

#include <stddef.h>
#include <stdint.h>

/* Prints a message, decoded if it can be, and its bytes. */
void show_message(const char *whose, const uint8_t *message, size_t length);

/* Prints where two messages begin to differ, if they do. */
void show_first_difference(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length);

#endif
