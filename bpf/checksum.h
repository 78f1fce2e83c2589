/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internet checksums (RFC 1071): sums of 16-bit words in memory order, folded when used. */
#ifndef ROOTXDP_CHECKSUM_H
#define ROOTXDP_CHECKSUM_H

#include "cursor.h"

/* The longest range that sum_bytes() adds up, bytes. */
#define SUM_MAX 2048

/* A 64-bit word's contribution to a sum; 2^32 of these can be added up. */
static __always_inline __u64 sum_word(__u64 word)
{
	return (word & 0xffffffff) + (word >> 32);
}

/* The 16-bit ones-complement sum that a longer one stands for. */
static __always_inline __u16 sum_fold(__u64 sum)
{
	__u32 both;

	sum = (sum & 0xffffffff) + (sum >> 32);
	both = (sum & 0xffffffff) + (sum >> 32);
	/* Each half plus the other one: the lower halves' carry is what the upper one lacks. */
	return (both + (both << 16 | both >> 16)) >> 16;
}

/*
 * What bytes that sum up to `sum` contribute when they begin at an odd place: each word's bytes
 * change places. No branch: places are odd as often as not.
 */
static __always_inline __u64 sum_at(__u64 sum, __u32 place)
{
	return sum << (place & 1) * 8;
}

/*
 * Sums up `length` bytes from `start` + `offset` on, an odd last one padded with zero. Up to seven
 * bytes before them are read too (and not counted): offset + length must be at least 8, and at most
 * 2 * SUM_MAX.
 * Bytes from `end` on are never touched; a range that reaches there gives a wrong sum.
 */
static __always_inline __u64 sum_bytes(const __u8 *start, const __u8 *end, __u32 offset,
				       __u32 length)
{
	__u32 words = (length - 1) / 8, rest = length - 8 * words, last = offset + length - 8;
	const __u8 *word = start + offset;
	__u64 sum = 0, tail;

	if (!length)
		return 0;
	for (__u32 i = 0; i < SUM_MAX / 8; i++) {
		if (i >= words || word + 8 > end)
			break;
		sum += sum_word(load64(word));
		word += 8;
	}

	/* The last 1 to 8 bytes, out of the eight that end with them. */
	hide(last);
	word = start + (last & (2 * SUM_MAX - 1));
	if (word + 8 > end)
		return sum;
	tail = load64(word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	tail >>= 64 - 8 * rest;
#else
	tail <<= 64 - 8 * rest;
#endif
	return sum + sum_word(tail);
}

/* What sum_short() adds up at most, bytes; and as many that are there but don't count, and do. */
#define SUM_SHORT 32
static const __u8 sum_mask[3 * SUM_SHORT] = { [SUM_SHORT ... 3 * SUM_SHORT - 1] = 0xff };

/*
 * Sums up the last `length` bytes, 1 to SUM_SHORT, of the SUM_SHORT ones from `bytes` on, as from
 * an even place: without a branch, because the lengths of names can't be predicted.
 */
static __always_inline __u64 sum_short(const __u8 *bytes, __u32 length)
{
	const __u8 *mask = sum_mask;
	__u64 sum = 0;

	/* Kernels before 6.8 don't see that a bound of size - 1 is one of size. */
	hide(length);
	mask += length & (2 * SUM_SHORT - 1);
	for (__u32 i = 0; i < SUM_SHORT; i += 8)
		sum += sum_word(load64(bytes + i) & load64(mask + i));
	return sum_at(sum, length);
}

#endif
