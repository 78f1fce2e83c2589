/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configuration file and what is read from it, for the tests of configurations. It is a header
 * alone: the .c files of this room are linked into all of its tests, and few of them have the
 * loader.
 */
#ifndef ROOTXDP_CONFIG_SCENE_H
#define ROOTXDP_CONFIG_SCENE_H

#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define SECRET        "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
#define PIN           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OTHER_PIN     "HxweHRobGBkWFxQVEhMQEQ4PDA0KCwgJBgcEBQIDAAE="
#define KEY           "keys: [{name: k.example, secret: " SECRET "}]\n"

static char path[64];
static struct options options;
static struct remarks remarks;
static struct config *config;

static inline int scene_begin(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/rootxdp-config-%d", getpid());
	return 0;
}

static inline int scene_end(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static inline void write_file(const char *file, const void *bytes, size_t length, mode_t mode)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_false(fclose(out));
	assert_false(chmod(file, mode));
}

static inline void drop(void)
{
	config_free(config);
	config = NULL;
	remarks_free(&remarks);
}

/* Reads a configuration into `options`, on top of a command line's (NULL: none). */
static inline void apply(const char *text, mode_t mode, const char *const *words)
{
	char *argv[16] = { "rootxdp", "run" };
	int argc = 2;

	while (words && *words)
		argv[argc++] = (char *)*words++;
	optind = 0;
	assert_true(options_parse(&options, argc, argv));
	write_file(path, text, strlen(text), mode);
	config = config_read(path, &remarks);
	if (config)
		config_apply(config, &options, &remarks);
}

#endif
