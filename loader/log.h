/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rootxdp says on stderr: errors and notes, one line each. */
#ifndef ROOTXDP_LOG_H
#define ROOTXDP_LOG_H

/* Both print "rootxdp: TEXT\n" on stderr, whole, also when several processes share it. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
