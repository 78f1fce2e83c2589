/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources as they are written on a command line. */
#ifndef ROOTXDP_SPEC_H
#define ROOTXDP_SPEC_H

#include "source.h"
#include "tsig.h"

/*
 * Reads
 *
 *   file:PATH
 *   http://... or https://...[,ca=FILE]
 *   axfr:ADDRESS[@PORT][,key=FILE][,tls=NAME][,ca=FILE][,pin=BASE64]...
 *
 * into *source; `words` (which must live as long, as *key must) is taken apart for that. A key's
 * file has one line: its name, hmac-sha256, and its secret in base64. tls and pin make it TLS, to
 * port 853 where none is given. False: what is wrong, or must be, is in why.
 */
bool spec_read(char *words, struct source *source, struct tsig_key *key, char why[256]);

/*
 * The same in three steps, for whoever has the parts: its place (what stands before the first
 * comma), each setting, as "ca=FILE", and the end. A setting is taken apart; all of them must live
 * as long as the source does.
 */
bool spec_begin(const char *place, struct source *source, char why[256]);
bool spec_setting(char *setting, struct source *source, struct tsig_key *key, char why[256]);
bool spec_end(struct source *source, char why[256]);

/*
 * Reads ADDRESS[@PORT] into *address, with `port` where none is given; `word` is taken apart.
 * False: what it must be is in why.
 */
bool spec_address(char *word, unsigned int port, struct sockaddr_storage *address, char why[256]);

#endif
