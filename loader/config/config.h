/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: YAML, whose keys are options with the same rules and the same messages.
 *
 * It is read with libyaml, not with libcyaml. libcyaml ends at the first fault, and what it loads
 * has no places any more, so whatever is found wrong later could not be said with its line.
 * libyaml's documents keep the line of each node; one table of keys (schema.h) does the rest.
 */
#ifndef ROOTXDP_CONFIG_H
#define ROOTXDP_CONFIG_H

#include "options.h"
#include "remarks.h"

struct config;

/*
 * Reads a file. NULL: it can't be read, or is no YAML; then that is the only remark. What is put
 * into options points into the configuration: config_free() it after them.
 */
struct config *config_read(const char *file, struct remarks *remarks);

/*
 * Puts into *options what the file says, but for what the command line has given: that goes first,
 * and a list there replaces the file's. Everything that is wrong with the file becomes a remark,
 * also where the command line goes first; *options is of use only if none of them is an error.
 */
void config_apply(struct config *config, struct options *options, struct remarks *remarks);

/* The line of a key's value ("notify.listen"); 0: the file does not have it. */
unsigned int config_line(const struct config *config, const char *key);

void config_free(struct config *config);

/*
 * For a command that goes on with options: reads the file options->config, and applies it. What
 * options then point to is the configuration's. NULL: something is wrong, said on stderr.
 */
struct config *config_fill(struct options *options);

#endif
