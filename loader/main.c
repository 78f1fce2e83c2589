// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp COMMAND [OPTIONS]: finds the subcommand, prints help. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "config.h"
#include "log.h"
#include "words.h"

static const struct command {
	const char *name;
	enum command_bit bit;
	const char *operands;
	size_t operands_least, operands_most;
	int (*run)(const struct options *options);
	const char *summary;
} commands[] = {
	{ "run", COMMAND_RUN, "-i IF -a IP --zone FILE | -c FILE", 0, 0, command_run,
	  "verify a zone, load it into the kernel and answer from there" },
	{ "unload", COMMAND_UNLOAD, "", 0, 0, command_unload,
	  "remove what a killed or --keep'd loader left in the kernel" },
	{ "verify", COMMAND_VERIFY, "FILE", 1, 1, command_verify,
	  "say whether a zone would be loaded" },
	{ "stats", COMMAND_STATS, "", 0, 0, command_stats, "count packets by tier and verdict" },
	{ "status", COMMAND_STATUS, "", 0, 0, command_status,
	  "show the zone, the interfaces and the programs" },
	{ "lookup", COMMAND_LOOKUP, "NAME TYPE", 2, 2, command_lookup,
	  "show the reply that the kernel would give" },
	{ "explain", COMMAND_EXPLAIN, "[NAME TYPE [+FLAG]...]", 0, OPERANDS_MAX, command_explain,
	  "send a query through the kernel's maps, and say what each stage does" },
	{ "check-config", COMMAND_CHECK_CONFIG, "FILE", 1, 1, command_check_config,
	  "say what is wrong with a configuration file, if anything is" },
	{ "attest", COMMAND_ATTEST, "", 0, 0, command_attest,
	  "prove that what the kernel answers from is the authentic root zone" },
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

static void print_usage(FILE *out)
{
	fprintf(out, "Usage: rootxdp COMMAND [OPTIONS]\n"
		     "Answers DNS root queries inside the Linux kernel.\n\nCommands:\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].summary);
	fprintf(out, "  %-12s %s\n  %-12s %s\n\n", "help", "print this, or the help of a command",
		"version", "print the version");
	fprintf(out, "'rootxdp COMMAND --help' lists the options of a command.\n"
		     "Exit status: 0 done, 1 failed, 2 wrong usage.\n");
}

static int print_help(const struct command *command)
{
	if (!command) {
		print_usage(stdout);
		return EXIT_OK;
	}
	printf("Usage: rootxdp %s%s%s [OPTIONS]\n%c%s.\n\nOptions:\n", command->name,
	       *command->operands ? " " : "", command->operands, command->summary[0] - 'a' + 'A',
	       command->summary + 1);
	options_print(stdout, command->bit);
	if (command->bit == COMMAND_EXPLAIN)
		words_print_flags(stdout);
	return EXIT_OK;
}

static int print_version(void)
{
	printf("rootxdp %s\n", ROOTXDP_VERSION);
	return EXIT_OK;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* The command that begins as the unknown word does, when there is just one. */
static const char *similar_command(const char *word)
{
	const char *similar = NULL;

	for (size_t shared = 4; shared > 1 && !similar; shared--) {
		for (size_t i = 0; i < COMMANDS; i++) {
			if (strncmp(commands[i].name, word, shared))
				continue;
			if (similar)
				return NULL;
			similar = commands[i].name;
		}
	}
	return similar;
}

static int unknown_command(const char *word)
{
	const char *similar = similar_command(word);

	if (similar)
		log_error("unknown command '%s': did you mean '%s'? 'rootxdp help' lists all", word,
			  similar);
	else
		log_error("unknown command '%s': 'rootxdp help' lists all", word);
	return EXIT_USAGE;
}

static int help_command(const struct options *options)
{
	const struct command *command;

	if (!options->operands || !strcmp(options->operand[0], "help") ||
	    !strcmp(options->operand[0], "version"))
		return print_help(NULL);
	command = find_command(options->operand[0]);
	return command ? print_help(command) : unknown_command(options->operand[0]);
}

static int run_command(const struct command *command, struct options *options)
{
	if (options->help)
		return print_help(command);
	if (!options_fit(options, command->bit))
		return EXIT_USAGE;
	if (options->operands < command->operands_least ||
	    options->operands > command->operands_most) {
		log_error("usage: rootxdp %s%s%s [OPTIONS]: see 'rootxdp %s --help'", command->name,
			  *command->operands ? " " : "", command->operands, command->name);
		return EXIT_USAGE;
	}
	if (options->config && !config_fill(options))
		return EXIT_USAGE;
	return command->run(options);
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct options options;

	if (!options_keep(&options, argc, argv))
		return EXIT_USAGE;
	if (options.version)
		return print_version();
	if (!options.command) {
		print_usage(options.help ? stdout : stderr);
		return options.help ? EXIT_OK : EXIT_USAGE;
	}
	if (!strcmp(options.command, "help"))
		return help_command(&options);
	if (!strcmp(options.command, "version"))
		return print_version();
	command = find_command(options.command);
	return command ? run_command(command, &options) : unknown_command(options.command);
}
