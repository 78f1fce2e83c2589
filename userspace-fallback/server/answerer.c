// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps what a worker answers with up to date. */
#include "answerer.h"

void answerer_init(struct answerer *answerer, struct zone_slot *zones, struct secret_slot *secrets,
		   const struct answer_config *config)
{
	zone_reader_init(&answerer->zone, zones);
	secret_reader_init(&answerer->secrets, secrets);
	answerer->config = *config;
	answerer->config.cookies = &answerer->secrets.secrets;
}

const struct zone *answerer_renew(struct answerer *answerer)
{
	secret_reader_renew(&answerer->secrets);
	return zone_reader_zone(&answerer->zone);
}

void answerer_release(struct answerer *answerer)
{
	zone_reader_release(&answerer->zone);
	secret_reader_release(&answerer->secrets);
}
