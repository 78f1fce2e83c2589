/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the server tells its operator: one line at a time on stderr. */
#ifndef ROOTXDP_SERVER_LOG_H
#define ROOTXDP_SERVER_LOG_H

/* Room for one line that says why something failed: the thing, the place, the way out. */
#define SERVER_WHY 1024

/* Writes "rootxdp-fallback: ", the line and a newline to stderr. Any thread may call it. */
void server_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
