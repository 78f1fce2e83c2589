/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of lists of mappings: what more there is to them than their keys. Each takes one
 * whose keys are what they may be, and puts it into the reader's configuration or options; what is
 * wrong becomes a remark.
 */
#ifndef ROOTXDP_ENTRIES_H
#define ROOTXDP_ENTRIES_H

#include <yaml.h>

struct reader;

void entry_key(struct reader *reader, const yaml_node_t *entry);
void entry_source(struct reader *reader, const yaml_node_t *entry);
void entry_primary(struct reader *reader, const yaml_node_t *entry);

#endif
