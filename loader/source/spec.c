// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads sources. */
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec.h"

#define PORT_DNS 53
#define PORT_TLS 853

static bool say(char why[256], const char *what)
{
	snprintf(why, 256, "%s", what);
	return false;
}

static bool read_pin(const char *text, struct source_tls *tls, char why[256])
{
	unsigned char bytes[36];

	if (tls->pins == SOURCE_PINS_MAX)
		return say(why, "has too many pins: there may be 4");
	if (strlen(text) != 44 || EVP_DecodeBlock(bytes, (const unsigned char *)text, 44) != 33)
		return say(why, "pin must be the SHA-256 of a public key in base64, 44 characters");
	memcpy(tls->pin[tls->pins++], bytes, 32);
	return true;
}

bool spec_address(char *word, unsigned int port, struct sockaddr_storage *address, char why[256])
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
	struct sockaddr_in *four = (struct sockaddr_in *)address;
	char *at = strchr(word, '@'), *end = "";

	if (at) {
		*at = '\0';
		port = strtoul(at + 1, &end, 10);
	}
	memset(address, 0, sizeof(*address));
	if (*end || !port || port > 65535)
		return say(why, "must have a port from 1 to 65535 behind its '@'");
	if (inet_pton(AF_INET, word, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		return true;
	}
	if (inet_pton(AF_INET6, word, &six->sin6_addr) != 1)
		return say(why, "must have an IPv4 or IPv6 address");
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	return true;
}

bool spec_setting(char *setting, struct source *source, struct tsig_key *key, char why[256])
{
	char *value = strchr(setting, '=');

	if (value)
		*value++ = '\0';
	if (!value || !*value)
		return say(why, "must have settings like ca=FILE behind its commas");
	if (!strcmp(setting, "ca")) {
		source->ca_file = source->tls.ca_file = value;
		return true;
	}
	if (source->kind == SOURCE_AXFR && !strcmp(setting, "key")) {
		source->key = key;
		return tsig_key_file(value, key, why);
	}
	if (source->kind == SOURCE_AXFR && !strcmp(setting, "tls")) {
		source->tls.on = true;
		source->tls.name = value;
		return true;
	}
	if (source->kind == SOURCE_AXFR && !strcmp(setting, "pin")) {
		source->tls.on = true;
		return read_pin(value, &source->tls, why);
	}
	snprintf(why, 256, "has a setting that is not known: '%.60s'", setting);
	return false;
}

static enum source_kind kind_of(const char *words)
{
	if (!strncmp(words, "axfr:", 5))
		return SOURCE_AXFR;
	return !strncmp(words, "http://", 7) || !strncmp(words, "https://", 8) ? SOURCE_WEB
									       : SOURCE_FILE;
}

bool spec_begin(const char *place, struct source *source, char why[256])
{
	*source = (struct source){ .kind = kind_of(place), .place = place };
	if (source->kind == SOURCE_FILE) {
		if (strncmp(place, "file:", 5) || !place[5])
			return say(why,
				   "must be file:PATH, axfr:ADDRESS, http://... or https://...");
		source->place = place + 5;
	}
	snprintf(source->text, sizeof(source->text), "%s", source->place);
	return true;
}

bool spec_end(struct source *source, char why[256])
{
	char address[SOURCE_TEXT];

	if (source->kind != SOURCE_AXFR)
		return true;
	snprintf(address, sizeof(address), "%s", source->place + strlen("axfr:"));
	return spec_address(address, source->tls.on ? PORT_TLS : PORT_DNS, &source->address, why);
}

bool spec_read(char *words, struct source *source, struct tsig_key *key, char why[256])
{
	bool file = kind_of(words) == SOURCE_FILE;
	char *settings = file ? NULL : strchr(words, ','), *word, *rest;

	if (settings)
		*settings++ = '\0';
	if (!spec_begin(words, source, why))
		return false;
	for (word = settings ? strtok_r(settings, ",", &rest) : NULL; word;
	     word = strtok_r(NULL, ",", &rest))
		if (!spec_setting(word, source, key, why))
			return false;
	return spec_end(source, why);
}
