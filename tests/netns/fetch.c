// SPDX-License-Identifier: GPL-2.0-or-later
/* Fetches a zone as the loader does: fetch SOURCE [IDLE-MS [ALL-MS [BYTES]]] > FILE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spec.h"

int main(int argc, char **argv)
{
	struct source_limits limits = { .bytes = 64 << 20, .idle_ms = 1000, .all_ms = 20000 };
	static const atomic_bool stop;
	static struct tsig_key key;
	char why[SOURCE_WHY] = "";
	struct source source;
	uint32_t serial = 0;

	if (argc < 2 || !spec_read(argv[1], &source, &key, why)) {
		fprintf(stderr, "fetch: %s\n", why);
		return 2;
	}
	if (argc > 2)
		limits.idle_ms = strtoul(argv[2], NULL, 10);
	if (argc > 3)
		limits.all_ms = strtoul(argv[3], NULL, 10);
	if (argc > 4)
		limits.bytes = strtoul(argv[4], NULL, 10);
	if ((source.kind == SOURCE_AXFR &&
	     !source_serial(&source, &limits, &stop, &serial, why)) ||
	    !source_fetch(&source, &limits, &stop, STDOUT_FILENO, why)) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	fprintf(stderr, "serial %u\n", serial);
	return 0;
}
