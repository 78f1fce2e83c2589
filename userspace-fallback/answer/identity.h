/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who we say that we are: NSID (RFC 5001) and CHAOS TXT (RFC 4892), read, chosen and rendered. */
#ifndef ROOTXDP_IDENTITY_H
#define ROOTXDP_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "guard.h"

struct answer_config;
struct question;

/* A CHAOS TXT record: C00C, TXT, CH, TTL 0, RDLENGTH, one character-string of `length` bytes. */
#define CHAOS_RECORD_SIZE(length) ((size_t)(length) + 13)

/*
 * Each takes an option's value into *config and returns NULL, or what the value must be. Texts stay
 * where they are; `nsid`, which hexadecimal digits are decoded to, must outlive the config too.
 */
const char *identity_take(struct answer_config *config, const char *value);
const char *version_take(struct answer_config *config, const char *value);
const char *nsid_take(struct answer_config *config, uint8_t nsid[NSID_MAX], const char *value);

/* The text that a CHAOS TXT question at `name` (wire form) asks for; NULL: REFUSED. */
const uint8_t *chaos_text(const struct answer_config *config, const struct question *question,
			  const uint8_t *name, uint16_t *length);

/* Each writes what it is called after and returns the byte behind it. */
uint8_t *put_chaos(uint8_t *at, const uint8_t *text, uint16_t length);
uint8_t *put_nsid(uint8_t *at, const struct answer_config *config);

/* The same bytes with their sums, as the kernel sends them. */
void identity_render(const struct answer_config *config, struct identity *identity);

#endif
