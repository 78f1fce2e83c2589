/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function for each kind of source; source_fetch() calls the right one, as source.h says. */
#ifndef ROOTXDP_FETCH_H
#define ROOTXDP_FETCH_H

#include "source.h"

bool fetch_file(const struct source *source, const struct source_limits *limits,
		const atomic_bool *stop, int fd, char why[SOURCE_WHY]);
bool fetch_axfr(const struct source *source, const struct source_limits *limits,
		const atomic_bool *stop, int fd, char why[SOURCE_WHY]);
bool fetch_web(const struct source *source, const struct source_limits *limits,
	       const atomic_bool *stop, int fd, char why[SOURCE_WHY]);

#endif
