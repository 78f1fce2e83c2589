/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands, one file each. */
#ifndef ROOTXDP_COMMAND_H
#define ROOTXDP_COMMAND_H

#include "options.h"

#define ROOTXDP_VERSION "0.1.0"

/* Each does one subcommand with checked options, says what went wrong on stderr, and returns the
 * exit code. */
int command_run(const struct options *options);
int command_unload(const struct options *options);
int command_verify(const struct options *options);
int command_stats(const struct options *options);
int command_status(const struct options *options);
int command_lookup(const struct options *options);
int command_explain(const struct options *options);
int command_check_config(const struct options *options);
int command_attest(const struct options *options);

#endif
