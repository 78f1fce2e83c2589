// SPDX-License-Identifier: GPL-2.0-or-later
/* Goes through a document by the tables of keys, and gives each value to its option. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document.h"
#include "reader.h"

/* --- what the entries of lists use ----------------------------------------------------------- */

void reader_remark(struct reader *reader, enum remark_kind kind, const yaml_node_t *at,
		   const char *child, const char *format, ...)
{
	char key[2 * REMARK_KEY];
	va_list arguments;

	snprintf(key, sizeof(key), "%s%s%s", reader->key, child && *reader->key ? "." : "",
		 child ? child : "");
	va_start(arguments, format);
	remarks_add(reader->remarks, kind, document_line(at), key, format, arguments);
	va_end(arguments);
}

yaml_node_t *reader_get(struct reader *reader, const yaml_node_t *mapping, const char *key)
{
	return document_get(&reader->config->document, mapping, key);
}

const char *reader_text(struct reader *reader, const yaml_node_t *mapping, const char *key)
{
	return document_text(reader_get(reader, mapping, key));
}

char *reader_make(struct reader *reader, const char *format, ...)
{
	struct config_text *text;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	text = malloc(sizeof(*text) + length + 1);
	if (!text)
		abort();
	va_start(arguments, format);
	vsnprintf(text->text, length + 1, format, arguments);
	va_end(arguments);
	text->next = reader->config->texts;
	reader->config->texts = text;
	return text->text;
}

/* --- values ---------------------------------------------------------------------------------- */

/* Goes one step down, to [index] or (index < 0) to a key; returns what leave() needs. */
static size_t enter(struct reader *reader, const char *key, int index)
{
	size_t length = strlen(reader->key), room = sizeof(reader->key) - length;

	if (index >= 0)
		snprintf(reader->key + length, room, "[%d]", index);
	else
		snprintf(reader->key + length, room, "%s%s", length ? "." : "", key);
	return length;
}

static void leave(struct reader *reader, size_t length)
{
	reader->key[length] = '\0';
}

static yaml_node_t *node_of(struct reader *reader, int index)
{
	return yaml_document_get_node(&reader->config->document, index);
}

static bool is_nothing(const yaml_node_t *node)
{
	const char *text = document_text(node);

	return text && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || !strcmp(text, "~") || !strcmp(text, "null"));
}

/* Is it one value, and a text? */
static bool check_text(struct reader *reader, const yaml_node_t *node)
{
	const char *wrong = NULL;

	if (node->type != YAML_SCALAR_NODE)
		wrong = node->type == YAML_SEQUENCE_NODE
				? "must be one value, not a list"
				: "must be one value, not keys with values";
	else if (is_nothing(node))
		wrong = "has no value: write one, or leave the key out";
	else if (strcmp((const char *)node->tag, YAML_STR_TAG))
		wrong = "has a YAML tag, and tags mean nothing here: leave it out";
	else if (strlen(document_text(node)) != node->data.scalar.length)
		wrong = "has a byte 0 in it: leave it out";
	if (wrong)
		reader_remark(reader, REMARK_ERROR, node, NULL, "%s", wrong);
	return !wrong;
}

static bool check_file(struct reader *reader, const yaml_node_t *node, enum names names)
{
	const char *file = document_text(node);
	struct stat status;

	if (!*file)
		reader_remark(reader, REMARK_ERROR, node, NULL, "'' must be the path of a file");
	else if (stat(file, &status) || access(file, R_OK))
		reader_remark(reader, names == NAMES_KEY_FILE ? REMARK_ABSENT : REMARK_WARNING,
			      node, NULL, "'%s': %s: it must be there when it is used", file,
			      strerror(errno));
	else if (names != NAMES_FILE && S_ISREG(status.st_mode) && status.st_mode & S_IROTH)
		reader_remark(reader, REMARK_WARNING, node, NULL,
			      "'%s' holds a secret, and everybody may read it: chmod o= %s", file,
			      file);
	return *file;
}

/* To its option, unless the command line has that already: it goes first. */
static void give(struct reader *reader, const yaml_node_t *node, const char *option,
		 const char *value)
{
	const char *wrong;

	if (options_given(reader->options, option))
		return;
	wrong = options_set(reader->options, option, value);
	if (wrong)
		reader_remark(reader, REMARK_ERROR, node, NULL, "'%s' %s", document_text(node),
			      wrong);
}

static bool read_text(struct reader *reader, const struct schema *schema, yaml_node_t *node)
{
	if (!check_text(reader, node) ||
	    (schema->names && !check_file(reader, node, schema->names)))
		return false;
	if (schema->option)
		give(reader, node, schema->option, document_text(node));
	return true;
}

static bool read_switch(struct reader *reader, const struct schema *schema, yaml_node_t *node)
{
	const char *text = document_text(node);
	bool on = text && !strcmp(text, "true");

	if (!check_text(reader, node))
		return false;
	if (on)
		give(reader, node, schema->option, NULL);
	else if (strcmp(text, "false"))
		reader_remark(reader, REMARK_ERROR, node, NULL, "'%s' must be true or false", text);
	return on || !strcmp(text, "false");
}

/* --- lists and mappings ---------------------------------------------------------------------- */

static bool read_keys(struct reader *reader, const struct schema *schema, yaml_node_t *node);

static bool check_list(struct reader *reader, const yaml_node_t *node, bool of_texts)
{
	if (node->type == YAML_SEQUENCE_NODE)
		return true;
	if (of_texts && node->type == YAML_SCALAR_NODE && !is_nothing(node))
		reader_remark(reader, REMARK_ERROR, node, NULL, "must be a list: [%s]",
			      document_text(node));
	else
		reader_remark(reader, REMARK_ERROR, node, NULL,
			      "must be a list, in [ ] or with '- ' before each entry");
	return false;
}

/* Options take the same again without a word: here it may be a slip. */
static void check_repeated(struct reader *reader, const yaml_node_t *list, int index)
{
	const yaml_node_item_t *items = list->data.sequence.items.start;
	const yaml_node_t *node = node_of(reader, items[index]);

	for (int i = 0; i < index; i++) {
		const yaml_node_t *earlier = node_of(reader, items[i]);

		if (document_text(earlier) &&
		    !strcmp(document_text(earlier), document_text(node))) {
			reader_remark(reader, REMARK_WARNING, node, NULL,
				      "'%s' is in the list twice: first in line %u",
				      document_text(node), document_line(earlier));
			return;
		}
	}
}

static bool read_texts(struct reader *reader, const struct schema *schema, yaml_node_t *node)
{
	bool fine = check_list(reader, node, true);
	int count = fine ? node->data.sequence.items.top - node->data.sequence.items.start : 0;

	for (int i = 0; i < count; i++) {
		size_t here = enter(reader, NULL, i);
		yaml_node_t *item = node_of(reader, node->data.sequence.items.start[i]);

		if (read_text(reader, schema, item))
			check_repeated(reader, node, i);
		else
			fine = false;
		leave(reader, here);
	}
	return fine;
}

static bool read_entries(struct reader *reader, const struct schema *schema, yaml_node_t *node)
{
	bool fine = check_list(reader, node, false);
	int count = fine ? node->data.sequence.items.top - node->data.sequence.items.start : 0;

	for (int i = 0; i < count; i++) {
		size_t here = enter(reader, NULL, i);
		yaml_node_t *item = node_of(reader, node->data.sequence.items.start[i]);

		if (read_keys(reader, schema->keys, item))
			schema->take(reader, item);
		else
			fine = false;
		leave(reader, here);
	}
	return fine;
}

/* "a, b, c" */
static const char *list_keys(struct reader *reader, const struct schema *schema)
{
	const char *all = schema->key;

	while ((++schema)->key)
		all = reader_make(reader, "%s, %s", all, schema->key);
	return all;
}

/* Is the pair's key known, and not there before? */
static bool check_key(struct reader *reader, const struct schema *schema, const yaml_node_t *node,
		      const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = node_of(reader, pair->key);
	const char *name = document_text(key);
	const yaml_node_pair_t *first = node->data.mapping.pairs.start;
	const struct schema *known = schema;

	while (name && known->key && strcmp(known->key, name))
		known++;
	if (!name || !known->key) {
		reader_remark(reader, REMARK_ERROR, key, name, "is no key here; these are: %s",
			      list_keys(reader, schema));
		return false;
	}
	for (; first < pair; first++) {
		const yaml_node_t *earlier = node_of(reader, first->key);

		if (!document_text(earlier) || strcmp(document_text(earlier), name))
			continue;
		reader_remark(reader, REMARK_ERROR, key, name,
			      "stands here twice: first in line %u: leave one out",
			      document_line(earlier));
		return false;
	}
	return true;
}

static bool read_mapping(struct reader *reader, const struct schema *schema, yaml_node_t *node)
{
	return read_keys(reader, schema->keys, node);
}

static bool read_value(struct reader *reader, const struct schema *schema, yaml_node_t *node)
{
	static bool (*const readers[])(struct reader *, const struct schema *, yaml_node_t *) = {
		[SHAPE_TEXT] = read_text,
		[SHAPE_SWITCH] = read_switch,
		[SHAPE_TEXTS] = read_texts,
		[SHAPE_KEYS] = read_mapping,
		[SHAPE_ENTRIES] = read_entries,
	};
	size_t here = enter(reader, schema->key, -1);
	bool fine = readers[schema->shape](reader, schema, node);

	leave(reader, here);
	return fine;
}

/* In the order of the table. False: a key or a value is of the wrong kind. */
static bool read_keys(struct reader *reader, const struct schema *schema, yaml_node_t *node)
{
	const yaml_node_pair_t *pair;
	bool fine = true;

	if (node->type != YAML_MAPPING_NODE) {
		reader_remark(reader, REMARK_ERROR, node, NULL,
			      "must be keys with values, of these: %s", list_keys(reader, schema));
		return false;
	}
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
		fine &= check_key(reader, schema, node, pair);
	for (; schema->key; schema++) {
		yaml_node_t *value = reader_get(reader, node, schema->key);

		if (value)
			fine &= read_value(reader, schema, value);
	}
	return fine;
}

void reader_read(struct reader *reader)
{
	yaml_node_t *root = yaml_document_get_root_node(&reader->config->document);

	/* A file of nothing but comments leaves all to the command line. */
	if (root && !is_nothing(root))
		read_keys(reader, schema_root, root);
}
