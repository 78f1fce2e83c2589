/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known about the packet at hand, from stage to stage. One for each tier and CPU. */
#ifndef ROOTXDP_WORK_H
#define ROOTXDP_WORK_H

#include "cookie.h"
#include "find.h"
#include "layout.h"
#include "packet.h"
#include "question.h"
#include "reply.h"

/* Where things lie in the reply's frame; offsets from its first byte. */
struct frame_plan {
	__u32 body;
	__u32 opt;
	__u32 end;
};

/*
 * It lies in a map, not on the stack: a stage stores there what the next one reads back. For the
 * verifier that is any number, so every bound is checked again where it is used.
 */
struct work {
	struct packet packet;
	struct question question;
	__u32 asked;        /* parse_question()'s enum verdict */
	__u32 subtree;      /* that the name is looked for in: index in `subtrees` */
	__u32 partial_ok;   /* see struct interface */
	__u64 question_sum; /* of the question section, as from an even place */
	__u64 address_sum;  /* of both addresses */
	__u32 set;          /* that is answered from: 0 or 1 */
	struct cookie cookie;
	__u32 cookie_state; /* enum cookie_state; if not COOKIE_NONE, the reply has `cookie` */
	__u32 reply;        /* the stored reply's index, or ... */
	__u32 chaos;        /* enum chaos_name: what a CHAOS query is answered with */
	struct label label;
	struct place place;
	struct outline outline;
	struct frame_plan plan;
	__u32 max_udp_size; /* what our OPT advertises */
	__u32 limited; /* enum limit_outcome */
};

#endif
