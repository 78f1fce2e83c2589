// SPDX-License-Identifier: GPL-2.0-or-later
/* From a file to options. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "document.h"
#include "reader.h"

static void say(struct remarks *remarks, unsigned int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	remarks_add(remarks, REMARK_ERROR, line, "", format, arguments);
	va_end(arguments);
}

struct config *config_read(const char *file, struct remarks *remarks)
{
	struct config *config = calloc(1, sizeof(*config));
	struct document_fault fault = { 0, "out of memory" };
	mode_t mode;

	if (!config || !document_read(file, &config->document, &mode, &fault)) {
		say(remarks, fault.line, "%s", fault.text);
		free(config);
		return NULL;
	}
	config->file = file;
	config->open_to_all = mode & S_IROTH;
	return config;
}

/* Each time it is applied, its keys are read. */
static void forget_keys(struct config *config)
{
	for (size_t i = 0; i < config->keys; i++)
		if (config->key_fd[i] >= 0)
			close(config->key_fd[i]);
	explicit_bzero(config->key, sizeof(config->key));
	config->keys = 0;
}

void config_apply(struct config *config, struct options *options, struct remarks *remarks)
{
	struct reader reader = { .config = config, .options = options, .remarks = remarks };

	forget_keys(config);
	reader_read(&reader);
}

unsigned int config_line(const struct config *config, const char *key)
{
	yaml_document_t *document = config ? (yaml_document_t *)&config->document : NULL;
	const yaml_node_t *node = document ? yaml_document_get_root_node(document) : NULL;
	char word[REMARK_KEY];

	while (node && *key) {
		size_t length = strcspn(key, ".");

		snprintf(word, sizeof(word), "%.*s", (int)length, key);
		node = document_get(document, node, word);
		key += length + (key[length] == '.');
	}
	return node ? document_line(node) : 0;
}

void config_free(struct config *config)
{
	struct config_text *text, *next;

	if (!config)
		return;
	forget_keys(config);
	for (text = config->texts; text; text = next) {
		next = text->next;
		free(text);
	}
	yaml_document_delete(&config->document);
	free(config);
}

/* What the command line gives instead must be right all the same: so it is looked at alone. */
static struct config *read_right(const char *file)
{
	static struct options alone;
	struct remarks remarks = { 0 };
	struct config *config = config_read(file, &remarks);

	options_default(&alone);
	if (config)
		config_apply(config, &alone, &remarks);
	remarks_print(&remarks, file, true);
	if (remarks_count(&remarks, REMARK_ERROR) || remarks_count(&remarks, REMARK_ABSENT)) {
		config_free(config);
		config = NULL;
	}
	remarks_free(&remarks);
	explicit_bzero(&alone, sizeof(alone));
	return config;
}

struct config *config_fill(struct options *options)
{
	struct config *config = read_right(options->config);
	struct remarks remarks = { 0 };
	bool fine;

	if (!config)
		return NULL;
	config_apply(config, options, &remarks);
	/* Together they may be too much; and files with keys may be others now. */
	fine = !remarks_count(&remarks, REMARK_ERROR) && !remarks_count(&remarks, REMARK_ABSENT);
	if (!fine) {
		remarks_print(&remarks, options->config, true);
		config_free(config);
		config = NULL;
	}
	remarks_free(&remarks);
	return config;
}
