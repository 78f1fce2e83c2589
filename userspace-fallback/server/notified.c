// SPDX-License-Identifier: GPL-2.0-or-later
/* One line for a NOTIFY. */
#include "notified.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"

#define PAUSE_NS 1000000000ull

void announce_notify(const struct address *from)
{
	static atomic_ullong last;
	unsigned long long before = atomic_load(&last), now = server_clock_steady_now();
	char line[INET6_ADDRSTRLEN + 16], text[INET6_ADDRSTRLEN] = "";
	int length;

	if ((before && now - before < PAUSE_NS) ||
	    !atomic_compare_exchange_strong(&last, &before, now))
		return;
	if (address_is_ipv4(from))
		inet_ntop(AF_INET, from->byte + 12, text, sizeof(text));
	else
		inet_ntop(AF_INET6, from->byte, text, sizeof(text));
	length = snprintf(line, sizeof(line), "notify from=%s\n", text);
	/* One write: lines of several threads do not mix. Who does not listen is told nothing. */
	if (write(STDOUT_FILENO, line, length) != length)
		return;
}
