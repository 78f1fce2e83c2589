/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A YAML file as a tree of nodes that know their lines. */
#ifndef ROOTXDP_DOCUMENT_H
#define ROOTXDP_DOCUMENT_H

#include <stdbool.h>
#include <yaml.h>

/* Why a file was not read. */
struct document_fault {
	unsigned int line; /* 0: it can't be read at all */
	char text[384];
};

/*
 * Reads a file with one document, or none: then it has no root node. False: *fault; else
 * yaml_document_delete() it. *mode is the file's (see stat(2)).
 */
bool document_read(const char *file, yaml_document_t *document, mode_t *mode,
		   struct document_fault *fault);

/* The line where a node begins. */
unsigned int document_line(const yaml_node_t *node);

/* The value of a key in a mapping; NULL: it has none. */
yaml_node_t *document_get(yaml_document_t *document, const yaml_node_t *mapping, const char *key);

/* The text of a scalar; NULL: it is none, or there is no such node. */
const char *document_text(const yaml_node_t *node);

#endif
