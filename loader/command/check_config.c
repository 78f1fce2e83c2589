// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp check-config: is a configuration file right? */
#include <jansson.h>
#include <stdio.h>

#include "command.h"
#include "config.h"
#include "log.h"

static const char *const kinds[] = {
	[REMARK_ERROR] = "error",
	[REMARK_ABSENT] = "warning",
	[REMARK_WARNING] = "warning",
};

static json_t *remark_json(const struct remark *remark)
{
	return json_pack("{s:i, s:s, s:s, s:s}", "line", (int)remark->line, "key", remark->key,
			 "severity", kinds[remark->kind], "message", remark->text);
}

static bool print_json(const char *file, bool good, const struct remarks *remarks)
{
	json_t *findings = json_array(), *all;

	for (size_t i = 0; i < remarks->count; i++)
		json_array_append_new(findings, remark_json(&remarks->list[i]));
	all = json_pack("{s:i, s:s, s:b, s:o}", "schema", 1, "file", file, "good", good, "findings",
			findings);
	if (!all || json_dumpf(all, stdout, JSON_INDENT(2))) {
		log_error("can't print JSON: the file's name, or a value in it, is not UTF-8");
		json_decref(all);
		return false;
	}
	printf("\n");
	json_decref(all);
	return true;
}

/* What `run` would do, in a few lines. */
static void print_summary(const struct options *options)
{
	printf("  interfaces ");
	for (size_t i = 0; i < options->interfaces; i++)
		printf(" %s", options->interface[i]);
	printf("%s\n  addresses  ", options->interfaces ? "" : " none: 'run' needs -i IF");
	for (size_t i = 0; i < options->addresses; i++)
		printf(" %s", options->address[i].text);
	printf("%s\n  sources    ", options->addresses ? "" : " none: 'run' needs -a IP");
	for (size_t i = 0; i < options->sources; i++)
		printf(" %s%s%s", options->source[i].text, options->source[i].key ? " (TSIG)" : "",
		       options->source[i].tls.on ? " (TLS)" : "");
	printf("%s\n  state       %s\n", options->sources ? "" : " none: 'run' needs --source",
	       options->state ? options->state : "not kept");
	printf("  fallback    %s\n", options->fallback ? "builtin" : "none");
	printf("  cookies     %s\n",
	       options->cookie_secrets ? options->cookie_secrets : "not given");
	if (options->limit.rate)
		printf("  rate limit  %u a second\n", options->limit.rate);
	else
		printf("  rate limit  none\n");
}

int command_check_config(const struct options *options)
{
	const char *file = options->operand[0];
	static struct options checked;
	struct remarks remarks = { 0 };
	struct config *config = config_read(file, &remarks);
	bool good, printed = true;

	options_default(&checked);
	if (config)
		config_apply(config, &checked, &remarks);
	good = !remarks_count(&remarks, REMARK_ERROR);
	if (options->json) {
		printed = print_json(file, good, &remarks);
	} else {
		remarks_print(&remarks, file, false);
		if (good) {
			printf("%s: good\n", file);
			print_summary(&checked);
		} else {
			log_error("%s: not good: errors: %zu", file,
				  remarks_count(&remarks, REMARK_ERROR));
		}
	}
	remarks_free(&remarks);
	config_free(config);
	return good && printed ? EXIT_OK : EXIT_FAILED;
}
