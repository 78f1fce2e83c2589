/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs a made-up root zone, one owner at a time. */
#ifndef ROOTXDP_ZONES_SIGNER_H
#define ROOTXDP_ZONES_SIGNER_H

#include <stddef.h>
#include <stdint.h>

#include <ldns/ldns.h>

/* RSA of 2048 bits, as the real root has: a KSK and a ZSK, new ones each time. */
struct signer {
	ldns_key *ksk, *zsk;
};

/* A part of the zone in canonical order: its file's text, and its wire form for the digest. */
struct block {
	char *text;
	size_t text_size;
	uint8_t *wire;
	size_t wire_size;
};

/* Ends the program when there is no memory: so do all below. */
void signer_make(struct signer *signer);
void signer_free(struct signer *signer);

/* The KSK's DS, a line of text for free(). */
char *signer_anchor(const struct signer *signer);

/*
 * Signs what stands in `text` (lines, no order) and belongs to the root: DS, NSEC, and at '.' all,
 * DNSKEY which is added included. *block is for block_free(). May be called at the same time.
 */
void signer_sign(const struct signer *signer, const char *text, struct block *block);
void block_free(struct block *block);

/* The digest (RFC 8976, SIMPLE, SHA-384) of the blocks, and its signature: two lines for free().
 * The first block is that of '.'. */
char *signer_digest(const struct signer *signer, const struct block *blocks, size_t count);

#endif
