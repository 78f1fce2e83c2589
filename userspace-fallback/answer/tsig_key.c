// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the keys of TSIG. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "dname.h"
#include "tsig.h"

static size_t decode_base64(const char *text, uint8_t *bytes, size_t room)
{
	size_t length = strlen(text), padding = 0;
	uint8_t decoded[2 * TSIG_SECRET_MAX];
	int got;

	if (!length || length % 4 || length / 4 * 3 > sizeof(decoded))
		return 0;
	while (padding < 2 && text[length - 1 - padding] == '=')
		padding++;
	got = EVP_DecodeBlock(decoded, (const unsigned char *)text, length);
	if (got < 0 || (size_t)got - padding > room)
		return 0;
	memcpy(bytes, decoded, got - padding);
	OPENSSL_cleanse(decoded, sizeof(decoded));
	return got - padding;
}

bool tsig_key_read(const char *name, const char *secret, struct tsig_key *key, char why[256])
{
	memset(key, 0, sizeof(*key));
	key->name_length = dname_parse(name, key->name);
	if (key->name_length < 2) {
		snprintf(why, 256, "'%.80s' is no name of a key", name);
		return false;
	}
	for (size_t i = 0; i < key->name_length; i++)
		key->name[i] = dname_lower(key->name[i]);
	key->secret_length = decode_base64(secret, key->secret, sizeof(key->secret));
	if (!key->secret_length)
		snprintf(why, 256, "the secret of key '%.80s' must be 1 to 64 bytes in base64",
			 name);
	return key->secret_length;
}

bool tsig_key_file(const char *file, struct tsig_key *key, char why[256])
{
	char line[512] = "", name[256], method[32], secret[128] = "";
	FILE *in = fopen(file, "re");
	bool fine;

	if (!in) {
		snprintf(why, 256, "key=%.200s: %s", file, strerror(errno));
		return false;
	}
	fine = fgets(line, sizeof(line), in) &&
	       sscanf(line, "%255s %31s %127s", name, method, secret) == 3 &&
	       !strcmp(method, "hmac-sha256");
	fclose(in);
	if (fine)
		fine = tsig_key_read(name, secret, key, why);
	else
		snprintf(why, 256, "key=%.120s must have one line: NAME hmac-sha256 SECRET, the "
			 "secret in base64",
			 file);
	OPENSSL_cleanse(line, sizeof(line));
	OPENSSL_cleanse(secret, sizeof(secret));
	return fine;
}
