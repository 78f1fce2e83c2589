// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints DNS messages with ldns. */
#include "show.h"

#include <ctype.h>
#include <stdio.h>

#include <ldns/ldns.h>

#define ROW 16

static void show_row(const uint8_t *bytes, size_t length, size_t offset)
{
	printf("  %04zx ", offset);
	for (size_t i = 0; i < ROW; i++) {
		if (i < length)
			printf(" %02x", bytes[i]);
		else
			printf("   ");
	}
	printf("  ");
	for (size_t i = 0; i < length; i++)
		putchar(isprint(bytes[i]) ? bytes[i] : '.');
	putchar('\n');
}

void show_message(const char *whose, const uint8_t *message, size_t length)
{
	ldns_pkt *packet;

	printf("-- %s: %zu bytes\n", whose, length);
	if (length && ldns_wire2pkt(&packet, message, length) == LDNS_STATUS_OK) {
		ldns_pkt_print(stdout, packet);
		ldns_pkt_free(packet);
	}
	for (size_t at = 0; at < length; at += ROW)
		show_row(message + at, length - at < ROW ? length - at : ROW, at);
}

void show_first_difference(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	size_t at = 0;

	while (at < a_length && at < b_length && a[at] == b[at])
		at++;
	if (at < a_length || at < b_length)
		printf("-- they differ from byte 0x%04zx on\n", at);
}
