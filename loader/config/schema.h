/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of a configuration file: what each may be, and which option it is. */
#ifndef ROOTXDP_SCHEMA_H
#define ROOTXDP_SCHEMA_H

#include <yaml.h>

struct reader;

enum shape {
	SHAPE_TEXT,    /* one value */
	SHAPE_SWITCH,  /* true or false; an option that is switched on */
	SHAPE_TEXTS,   /* a list of values, each for the option once more */
	SHAPE_KEYS,    /* a mapping */
	SHAPE_ENTRIES, /* a list of mappings */
};

/*
 * What a value names. That a file is not there yet is worth a warning; but one with a TSIG key is
 * read together with the configuration.
 */
enum names { NAMES_NOTHING, NAMES_FILE, NAMES_SECRET_FILE, NAMES_KEY_FILE };

struct schema {
	const char *key; /* NULL: the end of a table */
	enum shape shape;
	/* The long name of the option that takes it as from a command line, in options.c. */
	const char *option;
	enum names names;
	const struct schema *keys; /* of SHAPE_KEYS and SHAPE_ENTRIES */
	/* Takes an entry of SHAPE_ENTRIES whose keys all are what they may be. */
	void (*take)(struct reader *reader, const yaml_node_t *entry);
};

/* The file itself: a mapping with these keys, which are read in this order. */
extern const struct schema schema_root[];

#endif
