/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one worker answers with: the zone, the settings and the cookie secrets of the moment. */
#ifndef ROOTXDP_SERVER_ANSWERER_H
#define ROOTXDP_SERVER_ANSWERER_H

#include "answer.h"
#include "secret_slot.h"
#include "zone_slot.h"

/* Used by one thread only, and never copied: the config points to the secrets. */
struct answerer {
	struct zone_reader zone;
	struct secret_reader secrets;
	struct answer_config config;
};

/* The texts of `config` and the slots must outlive the answerer. */
void answerer_init(struct answerer *answerer, struct zone_slot *zones, struct secret_slot *secrets,
		   const struct answer_config *config);

/*
 * The zone to answer from until the next call, or NULL, as zone_reader_zone() says; new secrets
 * are taken over, too. To be called once for each batch of queries.
 */
const struct zone *answerer_renew(struct answerer *answerer);

/* Lets go of the zone and wipes the secrets. */
void answerer_release(struct answerer *answerer);

#endif
