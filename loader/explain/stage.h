/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stages that a packet went through, each as a JSON object of name, text and facts. */
#ifndef ROOTXDP_EXPLAIN_STAGE_H
#define ROOTXDP_EXPLAIN_STAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "maps.h"
#include "probe.h"

/* The stages, in their order; the names are what the operator sees. */
#define STAGES(S)                                                                                  \
	S(packet)   /* Ethernet, IP, UDP */                                                        \
	S(guard)    /* is it for us, and may it be answered? */                                    \
	S(message)  /* header, question, OPT */                                                    \
	S(subtree)  /* names that the fallback serves as zones of its own */                       \
	S(checksum) /* UDP's */                                                                    \
	S(zone)     /* which one is answered from, and until when */                               \
	S(cookie)                                                                                  \
	S(find)  /* the last label in the zone */                                                  \
	S(reply) /* the stored one, and as much of it as fits */                                   \
	S(room)  /* in the frame */                                                                \
	S(limit) /* rate */                                                                        \
	S(write)

enum stage {
#define S(name) STAGE_##name,
	STAGES(S)
#undef S
	STAGE_COUNT
};

/* A packet that has gone through a tier. */
struct subject {
	const struct maps *maps; /* the live ones */
	const struct probe *probe;
	const struct interface *interface;
	const struct settings *settings;
	const struct probe_run *run;
	const struct work *work; /* of the run */
	const __u8 *frame;       /* as it came in */
	__u32 length;
	enum tier tier;
	struct zone_info zone; /* of work->set, if the packet came so far */
};

/* The stage that had the last word. */
enum stage stage_last(const struct probe_run *run);
const char *stage_name(enum stage stage);

/*
 * Appends a stage: {"stage": name, "text": FORMAT..., and all that is in `facts`}. Takes `facts`,
 * which may be NULL.
 */
void stage_add(json_t *stages, const char *name, json_t *facts, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds the stages up to the last one: until the message is known to be a query for us; the rest. */
void arrival_explain(const struct subject *subject, json_t *stages);
void answer_explain(const struct subject *subject, json_t *stages);

/*
 * Parts of answer_explain(): which reply, with the form that fits in *form; the rate limit.
 */
void choice_explain(const struct subject *subject, enum stage last, struct cut *form,
		    json_t *stages);
void limit_explain(const struct subject *subject, json_t *stages);

/* The verdict's name and meaning, as in verdict.h. */
const char *verdict_name(enum verdict verdict);
const char *verdict_meaning(enum verdict verdict);
const char *fate_name(enum fate fate);

/* The DNS message in a frame, as its headers say. */
const __u8 *subject_message(const struct subject *subject, __u32 *length);

/* A text that grows at its end; what is too long is cut. */
struct said {
	char text[512];
	size_t length;
};
void say(struct said *said, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
