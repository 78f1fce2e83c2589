/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Goes on with the maps that an earlier loader left. */
#ifndef ROOTXDP_ADOPT_H
#define ROOTXDP_ADOPT_H

#include <stdbool.h>

#include "service.h"

/*
 * Adopts what is pinned, if it has our layout, is whole, has room for the candidate, and holds what
 * our options say: new programs on the old maps, the candidate in the set that is not answered
 * from, and proven. So map ids stay, counters and rate limits go on, and no memory is needed twice.
 * Nothing that is answered from changes until adopt_switch(), wherever we are killed.
 *
 * False: there is nothing to adopt, or the candidate could not be put there (said on stderr), and
 * all is as before; service->program has what was adopted only after true.
 */
bool adopt(struct service *service, const struct candidate *candidate);

/*
 * Answers from the candidate, with the secrets and clocks of now. To be called when the programs are
 * attached. False: said on stderr.
 */
bool adopt_switch(struct service *service);

#endif
