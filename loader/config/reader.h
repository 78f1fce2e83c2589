/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration while it is put into options. */
#ifndef ROOTXDP_READER_H
#define ROOTXDP_READER_H

#include <sys/types.h>
#include <yaml.h>

#include "options.h"
#include "remarks.h"
#include "schema.h"
#include "tsig.h"

#define CONFIG_KEYS_MAX 32

/* A TSIG key of the list `keys`. */
struct config_key {
	struct tsig_key key; /* its name is there, its secret if it could be read */
	const char *file;    /* in the form of tsig_key_file() */
	bool usable;
};

/* A text that was made of those in the file. */
struct config_text {
	struct config_text *next;
	char text[];
};

struct config {
	const char *file;
	yaml_document_t document;
	bool open_to_all; /* everybody may read the file */
	struct config_key key[CONFIG_KEYS_MAX];
	int key_fd[CONFIG_KEYS_MAX]; /* -1: the key has a file of its own */
	size_t keys;
	struct config_text *texts;
};

struct reader {
	struct config *config;
	struct options *options;
	struct remarks *remarks;
	char key[REMARK_KEY]; /* of what is read just now: "zone.sources[0]" */
};

/* Goes through the document as the tables of schema.c say. */
void reader_read(struct reader *reader);

/*
 * A remark on what is read just now, or (child: a key's name) on what is in it; `at` is where the
 * line is.
 */
void reader_remark(struct reader *reader, enum remark_kind kind, const yaml_node_t *at,
		   const char *child, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The value of a key in the mapping that is read just now; NULL: it has none. */
yaml_node_t *reader_get(struct reader *reader, const yaml_node_t *mapping, const char *key);

/* Its text; NULL: it has none. */
const char *reader_text(struct reader *reader, const yaml_node_t *mapping, const char *key);

/* A text that lives as long as the configuration does. */
char *reader_make(struct reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The key of the list `keys` with that name; NULL: there is none. */
const struct config_key *reader_key(struct reader *reader, const char *name);

#endif
