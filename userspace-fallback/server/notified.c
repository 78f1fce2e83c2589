// SPDX-License-Identifier: GPL-2.0-or-later
/* Which primaries were heard, from the workers to our stdout. */
#include "notified.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A bit for each primary: in its config, the first one with the address. */
static atomic_uint heard;

_Static_assert(NOTIFY_PRIMARIES_MAX <= 32, "a bit for each");

void notified_hear(const struct notify_config *config, const struct address *from)
{
	for (size_t i = 0; i < config->count; i++) {
		if (memcmp(&config->primary[i].address, from, sizeof(*from)))
			continue;
		atomic_fetch_or(&heard, 1u << i);
		return;
	}
}

/* Room for a line in a pipe is room for PIPE_BUF, and nobody else writes to it meanwhile. */
static bool is_read(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && out.revents == POLLOUT;
}

void notified_tell(const struct notify_config *config)
{
	unsigned int told = atomic_load(&heard);
	char text[INET6_ADDRSTRLEN];

	if (!told || !is_read())
		return;
	atomic_fetch_and(&heard, ~told);
	for (size_t i = 0; i < config->count; i++) {
		const struct address *from = &config->primary[i].address;

		if (!(told & 1u << i))
			continue;
		if (address_is_ipv4(from))
			inet_ntop(AF_INET, from->byte + 12, text, sizeof(text));
		else
			inet_ntop(AF_INET6, from->byte, text, sizeof(text));
		printf("notify from=%s\n", text);
	}
	fflush(stdout);
}
