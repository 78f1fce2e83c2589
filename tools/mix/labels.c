// SPDX-License-Identifier: GPL-2.0-or-later
/* The TLDs of a root zone file, without a DNS library and without verifying anything. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mix.h"

/* The label that an NS record's line delegates, lower case, in label[64]; else false. */
static bool delegated_label(const char *line, char label[64])
{
	char owner[256], class[16], type[16];
	size_t length;

	if (sscanf(line, "%255s %*s %15s %15s", owner, class, type) != 3 || strcmp(class, "IN") ||
	    strcmp(type, "NS"))
		return false;
	length = strcspn(owner, ".\\");
	if (length == 0 || length > 63 || strcmp(owner + length, ".") != 0)
		return false;
	for (size_t i = 0; i < length; i++)
		label[i] = (char)(owner[i] >= 'A' && owner[i] <= 'Z' ? owner[i] + 32 : owner[i]);
	label[length] = '\0';
	return true;
}

static bool append(char ***labels, size_t *count, const char *label)
{
	char **longer = realloc(*labels, (*count + 1) * sizeof(*longer));

	if (!longer)
		return false;
	*labels = longer;
	longer[*count] = strdup(label);
	if (!longer[*count])
		return false;
	(*count)++;
	return true;
}

static void free_labels(char **labels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(labels[i]);
	free(labels);
}

/* NULL: errno; EINVAL: there are none. */
static char **read_labels(const char *zone_file, size_t *count)
{
	FILE *file = fopen(zone_file, "r");
	char *line = NULL, **labels = NULL, label[64];
	size_t room = 0;
	bool right = true;

	*count = 0;
	if (!file)
		return NULL;
	while (right && getline(&line, &room, file) > 0)
		if (delegated_label(line, label) &&
		    (*count == 0 || strcmp(labels[*count - 1], label) != 0))
			right = append(&labels, count, label);
	free(line);
	fclose(file);
	if (right && *count > 0)
		return labels;
	free_labels(labels, *count);
	errno = right ? EINVAL : ENOMEM;
	return NULL;
}

struct mix *mix_open(const char *zone_file, uint64_t seed, char why[256])
{
	size_t count;
	char **labels = read_labels(zone_file, &count);
	struct mix *mix;

	if (!labels) {
		snprintf(why, 256, "%s: %s: give a root zone file", zone_file,
			 errno == EINVAL ? "no delegation in it" : strerror(errno));
		return NULL;
	}
	mix = mix_new((const char *const *)labels, count, seed);
	free_labels(labels, count);
	if (!mix)
		snprintf(why, 256, "out of memory");
	return mix;
}
