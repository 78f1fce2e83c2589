/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A place in a packet that can't leave it: every read is checked against two ends. */
#ifndef ROOTXDP_CURSOR_H
#define ROOTXDP_CURSOR_H

#include <linux/types.h>
#include <stddef.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/*
 * Fields in packets are unaligned. The kernel allows such reads of packets where they are cheap;
 * clang would take them apart into bytes. In userspace they are spelt out, for the sanitizers.
 */
#ifdef __bpf__
#define PACKED
#else
#define PACKED __attribute__((packed))
#endif

struct unaligned16 {
	__u16 value;
} PACKED;

struct unaligned32 {
	__u32 value;
} PACKED;

struct unaligned64 {
	__u64 value;
} PACKED;

/* Reads and writes at any address, in memory order. */
static __always_inline __u16 load16(const void *from)
{
	return ((const struct unaligned16 *)from)->value;
}

static __always_inline __u32 load32(const void *from)
{
	return ((const struct unaligned32 *)from)->value;
}

static __always_inline __u64 load64(const void *from)
{
	return ((const struct unaligned64 *)from)->value;
}

static __always_inline void store16(void *to, __u16 value)
{
	((struct unaligned16 *)to)->value = value;
}

static __always_inline void store32(void *to, __u32 value)
{
	((struct unaligned32 *)to)->value = value;
}

static __always_inline void store64(void *to, __u64 value)
{
	((struct unaligned64 *)to)->value = value;
}

static __always_inline __u16 swap16(__u16 value)
{
	return __builtin_bswap16(value);
}

/* Network order to host order and back. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NETWORK16(value) ((__u16)((((value) & 0xff) << 8) | (((value) >> 8) & 0xff)))
#define NETWORK32(value) __builtin_bswap32(value)
static __always_inline __u16 host16(__be16 value)
{
	return __builtin_bswap16(value);
}
static __always_inline __be16 network16(__u16 value)
{
	return __builtin_bswap16(value);
}
static __always_inline __u32 host32(__be32 value)
{
	return __builtin_bswap32(value);
}
static __always_inline __be32 network32(__u32 value)
{
	return __builtin_bswap32(value);
}
static __always_inline __u64 host64(__be64 value)
{
	return __builtin_bswap64(value);
}
#else
#define NETWORK16(value) ((__u16)(value))
#define NETWORK32(value) ((__u32)(value))
static __always_inline __u16 host16(__be16 value)
{
	return value;
}
static __always_inline __be16 network16(__u16 value)
{
	return value;
}
static __always_inline __u32 host32(__be32 value)
{
	return value;
}
static __always_inline __be32 network32(__u32 value)
{
	return value;
}
static __always_inline __u64 host64(__be64 value)
{
	return value;
}
#endif

/*
 * What was stored in memory is read back from there: the compiler must not remember it. The
 * verifier then no longer tells the ways apart that led here (it tracks registers, not maps).
 */
#define forget() asm volatile("" : : : "memory")

/* The compiler may not draw conclusions about `value`: a bound that follows is really checked. */
#define hide(value) asm volatile("" : "+r"(value))

/* Eight bytes with A-Z made lower case (RFC 4343); all others are kept. */
static __always_inline __u64 lower_case(__u64 bytes)
{
	const __u64 each = 0x0101010101010101ull;
	__u64 low = bytes & 0x7f * each;
	__u64 from_a = low + (0x80 - 'A') * each;
	__u64 above_z = low + (0x7f - 'Z') * each;
	__u64 upper = (from_a ^ above_z) & ~bytes & 0x80 * each;

	return bytes | upper >> 2;
}

/* 1 when a < b, without a branch: where the outcome is as good as random. */
static __always_inline __u64 is_less(__u64 a, __u64 b)
{
	return ((~a & b) | ((~a | b) & (a - b))) >> 63;
}

/*
 * `value`, which is known to be 1 to `most`, a power of two: so that the verifier knows it, too.
 * Kernels before 6.8 forget a bound when the value, or what it was compared with, was kept on the
 * stack, and learn nothing from 'not 0'.
 */
static __always_inline __u32 within(__u32 value, __u32 most)
{
	hide(value);
	return ((value - 1) & (most - 1)) + 1;
}

/*
 * start   the first byte of what is read
 * end     no byte from here on may be touched (in the kernel: the end of the packet)
 * limit   no byte from start + limit on belongs to what is read (a frame may be padded); bytes
 * pos     the next byte to be read; never above limit
 */
struct cursor {
	const __u8 *start;
	const __u8 *end;
	__u32 limit;
	__u32 pos;
};

/* A cursor at the first of `length` bytes. */
static __always_inline struct cursor cursor_over(const void *bytes, __u32 length)
{
	const __u8 *start = bytes;

	return (struct cursor){ .start = start, .end = start + length, .limit = length };
}

/* The next `length` bytes, and moves behind them; NULL and stays when there are fewer. */
static __always_inline const __u8 *cursor_take(struct cursor *cursor, __u32 length)
{
	__u32 after = cursor->pos + length;
	const __u8 *bytes;

	if (after > cursor->limit)
		return NULL;
	bytes = cursor->start + cursor->pos;
	if (bytes + length > cursor->end)
		return NULL;
	cursor->pos = after;
	return bytes;
}

#endif
