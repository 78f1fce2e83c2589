/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the options of a configuration that was read again differ from those in force. */
#ifndef ROOTXDP_DIFFERENCE_H
#define ROOTXDP_DIFFERENCE_H

#include <stdbool.h>

#include "config.h"
#include "options.h"

/*
 * Puts into *next what is in force and can't change before the next start, and names on stderr,
 * with its line in the file, what the file wants otherwise. What *next then points to is that of *now.
 * config (NULL: lines are not known) is what *next was read from.
 */
void difference_keep(const struct options *now, struct options *next, const struct config *config);

/* Are other programs, maps or another fallback needed, or must the zone be judged anew? */
bool difference_renews(const struct options *now, const struct options *next);

#endif
