/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rate limiting: how many replies of a kind one client's network gets. Kernel and fallback alike.
 */
#ifndef ROOTXDP_LIMIT_H
#define ROOTXDP_LIMIT_H

#include "guard.h"
#include "siphash.h"
#include "verdict.h"

/*
 * A token bucket for each (client prefix, class of reply), kept as the one number that the generic
 * cell rate algorithm needs: when it will be full again. Each reply moves that on by 1/N second; a
 * reply that would move it more than a second beyond the present is limited. So a full bucket holds
 * N tokens, and one that has filled up again is as good as none: its place is free for another.
 *
 * Time is counted in ticks of 64 ns, of which 40 bits are kept (19 hours): what is further ahead
 * than two seconds was left by someone who has not come for long.
 *
 * A bucket is one word, so that every CPU may change it at once with compare-and-swap: under a
 * flood nearly all is limited, and then the word is only read.
 */
#define LIMIT_TICK_SHIFT 6
#define LIMIT_SECOND     (1000000000u >> LIMIT_TICK_SHIFT)
#define LIMIT_TIME_BITS  40
#define LIMIT_TIME_MASK  ((1ull << LIMIT_TIME_BITS) - 1)
#define LIMIT_RATE_MAX   1000000 /* replies a second */
#define LIMIT_SLIP_MAX   1000
#define LIMIT_TRIES      4

/*
 * Four buckets with the same lower bits of their hash. No address, only a keyed hash of a prefix.
 */
#define BUCKET_WAYS 4
#define BUCKET_SETS 16384

struct bucket_set {
	__u64 bucket[BUCKET_WAYS];  /* above: 24 bits of the hash; below: when it is full, ticks */
	__u32 limited[BUCKET_WAYS]; /* replies that were limited: every slip-th of them gets TC=1 */
};

/* Classes of reply. */
enum limit_class { LIMIT_REFERRAL, LIMIT_ANSWER, LIMIT_NODATA, LIMIT_NXDOMAIN, LIMIT_ERROR };

static __always_inline enum limit_class limit_class_of(__u32 verdict)
{
	switch (verdict) {
	case VERDICT_answer_referral:
		return LIMIT_REFERRAL;
	case VERDICT_answer_nodata:
		return LIMIT_NODATA;
	case VERDICT_answer_nxdomain:
		return LIMIT_NXDOMAIN;
	case VERDICT_answer_ds:
	case VERDICT_answer_apex:
	case VERDICT_answer_chaos:
	case VERDICT_answer_cookie:
		return LIMIT_ANSWER;
	default:
		return LIMIT_ERROR;
	}
}

/* What becomes of a reply. */
enum limit_outcome {
	LIMIT_SEND,
	LIMIT_SLIP, /* TC=1, so that an honest client comes by TCP */
	LIMIT_DROP,
};

/* The first `bits` (1-64) of eight bytes in memory order. */
static __always_inline __u64 leading_bits(__u64 bytes, __u32 bits)
{
	return bytes & host64(~0ull << (64 - bits));
}

/* The same of four bytes (1-32). */
static __always_inline __u32 leading_bits32(__u32 bytes, __u32 bits)
{
	return bytes & network32(~0u << (32 - bits));
}

/*
 * The keyed hash of a client's prefix (five or nine bytes with the class) and of its reply's
 * class.
 */
static __always_inline __u64 limit_hash(const struct rate_limit *limit,
					const struct address *client, enum limit_class class)
{
	struct siphash state = siphash_begin(&limit->key);

	if (address_is_ipv4(client))
		return siphash_end(&state,
				   (__u64)class << 32 | leading_bits32(load32(client->byte + 12),
								       limit->ipv4_prefix),
				   5);
	siphash_add(&state, leading_bits(load64(client->byte), limit->ipv6_prefix));
	return siphash_end(&state, class, 9);
}

static __always_inline __u32 limit_set_of(__u64 hash)
{
	return hash & (BUCKET_SETS - 1);
}

/* The hash's other bits, where a bucket has them; never 0, which is an empty place. */
static __always_inline __u64 limit_tag_of(__u64 hash)
{
	__u64 tag = hash & ~LIMIT_TIME_MASK;

	return tag ? tag : LIMIT_TIME_MASK + 1;
}

/*
 * How long from now until a bucket is full, ticks; 0: it is. At most a second, and another one for
 * a `now` that was read a while ago: since then, another CPU may have been here.
 */
static __always_inline __u64 bucket_filling(__u64 bucket, __u64 now)
{
	__u64 ahead = (bucket - now) & LIMIT_TIME_MASK;

	return ahead <= 2 * LIMIT_SECOND ? ahead : 0;
}

static __always_inline __u64 read_bucket(const struct bucket_set *set, __u32 place)
{
	return *(const volatile __u64 *)&set->bucket[place];
}

/* The place of the bucket with this tag, or else the one that is full, or will be first. */
static __always_inline __u32 bucket_place(const struct bucket_set *set, __u64 tag, __u64 now)
{
	__u64 least = ~0ull;
	__u32 place = 0;

	for (__u32 i = 0; i < BUCKET_WAYS; i++)
		if ((read_bucket(set, i) & ~LIMIT_TIME_MASK) == tag)
			return i;
	for (__u32 i = 0; i < BUCKET_WAYS; i++) {
		__u64 filling = bucket_filling(read_bucket(set, i), now);

		place = filling < least ? i : place;
		least = filling < least ? filling : least;
	}
	return place;
}

/*
 * Takes a token for one reply, if there is one. now: any steady clock, nanoseconds. The set is that
 * of limit_set_of(); other CPUs may be at it, too.
 */
static __always_inline enum limit_outcome limit_take(struct bucket_set *set,
						     const struct rate_limit *limit, __u64 hash,
						     __u64 now)
{
	__u64 tag = limit_tag_of(hash), filling, before, after;
	__u32 place = 0, limited;

	now = now >> LIMIT_TICK_SHIFT & LIMIT_TIME_MASK;
	for (__u32 i = 0; i < LIMIT_TRIES; i++) {
		place = bucket_place(set, tag, now) & (BUCKET_WAYS - 1);
		before = read_bucket(set, place);
		filling = (before & ~LIMIT_TIME_MASK) == tag ? bucket_filling(before, now) : 0;
		filling += limit->interval;
		if (filling > LIMIT_SECOND)
			break;
		after = tag | ((now + filling) & LIMIT_TIME_MASK);
		if (__sync_val_compare_and_swap(&set->bucket[place], before, after) == before)
			return LIMIT_SEND;
	}
	limited = __sync_fetch_and_add(&set->limited[place], 1) + 1;
	return limit->slip && limited % limit->slip == 0 ? LIMIT_SLIP : LIMIT_DROP;
}

#endif
