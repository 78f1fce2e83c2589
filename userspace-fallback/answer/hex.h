/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that an operator wrote as hexadecimal digits. */
#ifndef ROOTXDP_HEX_H
#define ROOTXDP_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 to 15, or -1: no hexadecimal digit of either case. */
int hex_value(char digit);

/* Decodes 2 * count digits into `count` bytes. False: one of them is none. */
bool hex_decode(uint8_t *bytes, const char *digits, size_t count);

#endif
