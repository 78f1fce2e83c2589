/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-2-4 (Aumasson, Bernstein 2012): a short hash that nobody can foretell without its key. */
#ifndef ROOTXDP_SIPHASH_H
#define ROOTXDP_SIPHASH_H

#include "cursor.h"

/* 128 bits of key: its sixteen bytes as two little-endian words, each in host order. */
struct siphash_key {
	__u64 word[2];
};

struct siphash {
	__u64 v0, v1, v2, v3;
};

/* Eight bytes of memory, as load64() reads them, to the number that SipHash takes them for. */
static __always_inline __u64 little64(__u64 bytes)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return bytes;
#else
	return __builtin_bswap64(bytes);
#endif
}

static __always_inline __u64 rotate64(__u64 value, __u32 bits)
{
	return value << bits | value >> (64 - bits);
}

static __always_inline void siphash_rounds(struct siphash *state, __u32 rounds)
{
	for (__u32 i = 0; i < rounds; i++) {
		state->v0 += state->v1;
		state->v1 = rotate64(state->v1, 13) ^ state->v0;
		state->v0 = rotate64(state->v0, 32);
		state->v2 += state->v3;
		state->v3 = rotate64(state->v3, 16) ^ state->v2;
		state->v0 += state->v3;
		state->v3 = rotate64(state->v3, 21) ^ state->v0;
		state->v2 += state->v1;
		state->v1 = rotate64(state->v1, 17) ^ state->v2;
		state->v2 = rotate64(state->v2, 32);
	}
}

static __always_inline struct siphash siphash_begin(const struct siphash_key *key)
{
	return (struct siphash){
		.v0 = key->word[0] ^ 0x736f6d6570736575ull,
		.v1 = key->word[1] ^ 0x646f72616e646f6dull,
		.v2 = key->word[0] ^ 0x6c7967656e657261ull,
		.v3 = key->word[1] ^ 0x7465646279746573ull,
	};
}

/* Hashes eight bytes more; `word` is their number, little-endian. */
static __always_inline void siphash_add(struct siphash *state, __u64 word)
{
	state->v3 ^= word;
	siphash_rounds(state, 2);
	state->v0 ^= word;
}

/* The hash. `rest`: the last 0-7 bytes, as siphash_add() takes them; `length`: bytes in all. */
static __always_inline __u64 siphash_end(struct siphash *state, __u64 rest, __u32 length)
{
	siphash_add(state, rest | (__u64)length << 56);
	state->v2 ^= 0xff;
	siphash_rounds(state, 4);
	return state->v0 ^ state->v1 ^ state->v2 ^ state->v3;
}

#endif
