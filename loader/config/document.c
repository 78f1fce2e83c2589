// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads YAML by libyaml. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document.h"

#define FILE_SIZE_MOST (1 << 20)

__attribute__((format(printf, 3, 4))) static bool fail(struct document_fault *fault,
						       unsigned int line, const char *format, ...)
{
	va_list arguments;

	fault->line = line;
	va_start(arguments, format);
	vsnprintf(fault->text, sizeof(fault->text), format, arguments);
	va_end(arguments);
	return false;
}

static bool read_all(int fd, char *bytes, size_t *length, struct document_fault *fault)
{
	ssize_t got;

	*length = 0;
	while ((got = read(fd, bytes + *length, FILE_SIZE_MOST + 1 - *length)) > 0)
		*length += got;
	if (got < 0)
		return fail(fault, 0, "%s", strerror(errno));
	return *length <= FILE_SIZE_MOST || fail(fault, 0, "is over 1 MB: no configuration is");
}

static bool read_file(const char *file, char *bytes, size_t *length, mode_t *mode,
		      struct document_fault *fault)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat status;
	bool fine;

	if (fd < 0 || fstat(fd, &status)) {
		fail(fault, 0, "%s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	*mode = status.st_mode;
	fine = read_all(fd, bytes, length, fault);
	close(fd);
	return fine;
}

/* libyaml knows the offset of bytes that it can't read, and the line of everything else. */
static bool syntax_fault(const yaml_parser_t *parser, const char *bytes, size_t length,
			 struct document_fault *fault)
{
	unsigned int line = parser->problem_mark.line + 1;
	const char *problem = parser->problem ? parser->problem : "out of memory";

	if (parser->error == YAML_READER_ERROR) {
		line = 1;
		for (size_t i = 0; i < length && i < parser->problem_offset; i++)
			line += bytes[i] == '\n';
	}
	if (parser->context && parser->context_mark.line + 1 != line)
		return fail(fault, line, "is no YAML: %s %s that begins in line %zu", problem,
			    parser->context, parser->context_mark.line + 1);
	return fail(fault, line,
		    "is no YAML: %s%s%s: is it indented with blanks, not tabs, and are texts with "
		    "': ', ' #', or '@' and '*' at their beginning in quotes?",
		    problem, parser->context ? " " : "", parser->context ? parser->context : "");
}

/* What follows the first document shows only now, be it another one or no YAML at all. */
static bool is_alone(yaml_parser_t *parser, const char *bytes, size_t length,
		     struct document_fault *fault)
{
	yaml_document_t next;
	bool fine = yaml_parser_load(parser, &next) || syntax_fault(parser, bytes, length, fault);

	if (fine && yaml_document_get_root_node(&next))
		fine = fail(fault, next.start_mark.line + 1,
			    "a second document begins here: a file has one configuration");
	yaml_document_delete(&next);
	return fine;
}

static bool parse(const char *bytes, size_t length, yaml_document_t *document,
		  struct document_fault *fault)
{
	yaml_parser_t parser;
	bool fine;

	if (!yaml_parser_initialize(&parser))
		return fail(fault, 0, "out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
	fine = yaml_parser_load(&parser, document) || syntax_fault(&parser, bytes, length, fault);
	if (fine && yaml_document_get_root_node(document) &&
	    !is_alone(&parser, bytes, length, fault)) {
		yaml_document_delete(document);
		fine = false;
	}
	yaml_parser_delete(&parser);
	return fine;
}

bool document_read(const char *file, yaml_document_t *document, mode_t *mode,
		   struct document_fault *fault)
{
	char *bytes = malloc(FILE_SIZE_MOST + 1);
	size_t length = 0;
	bool fine;

	if (!bytes)
		return fail(fault, 0, "out of memory");
	fine = read_file(file, bytes, &length, mode, fault) &&
	       parse(bytes, length, document, fault);
	/* Secrets may be in it. */
	explicit_bzero(bytes, length);
	free(bytes);
	return fine;
}

unsigned int document_line(const yaml_node_t *node)
{
	return node->start_mark.line + 1;
}

const char *document_text(const yaml_node_t *node)
{
	return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value
						      : NULL;
}

yaml_node_t *document_get(yaml_document_t *document, const yaml_node_t *mapping, const char *key)
{
	const yaml_node_pair_t *pair;

	if (!mapping || mapping->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
	     pair++) {
		const char *text = document_text(yaml_document_get_node(document, pair->key));

		if (text && !strcmp(text, key))
			return yaml_document_get_node(document, pair->value);
	}
	return NULL;
}
