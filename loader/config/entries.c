// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys, sources and primaries. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dname.h"
#include "document.h"
#include "entries.h"
#include "reader.h"
#include "source.h"
#include "spec.h"

/* Descriptors that the fallback gets are moved out of the way of those that it has numbers for. */
#define KEY_FD_LEAST 64

/* --- keys ------------------------------------------------------------------------------------ */

const struct config_key *reader_key(struct reader *reader, const char *name)
{
	uint8_t wire[DNAME_LONGEST];
	size_t length = dname_parse(name, wire);

	for (size_t i = 0; i < length; i++)
		wire[i] = dname_lower(wire[i]);
	for (size_t i = 0; i < reader->config->keys; i++) {
		const struct config_key *key = &reader->config->key[i];

		if (length && key->key.name_length == length &&
		    !memcmp(key->key.name, wire, length))
			return key;
	}
	return NULL;
}

/*
 * A secret that stands in the configuration, as a key's file: the fallback reads it, too. It has
 * no name, and no close-on-exec. NULL: there is no room for it.
 */
static const char *unnamed_file(struct reader *reader, const char *name, const char *secret)
{
	int *fd = &reader->config->key_fd[reader->config->keys];
	int first = memfd_create("tsig-key", MFD_CLOEXEC);

	*fd = first < 0 ? -1 : fcntl(first, F_DUPFD, KEY_FD_LEAST);
	if (first >= 0)
		close(first);
	if (*fd < 0 || dprintf(*fd, "%s hmac-sha256 %s\n", name, secret) < 0)
		return NULL;
	return reader_make(reader, "/proc/self/fd/%d", *fd);
}

static bool read_secret(struct reader *reader, const yaml_node_t *entry, struct config_key *key)
{
	const yaml_node_t *name = reader_get(reader, entry, "name");
	const yaml_node_t *secret = reader_get(reader, entry, "secret");
	char why[256];

	if (!tsig_key_read(document_text(name), document_text(secret), &key->key, why)) {
		bool named = key->key.name_length >= 2;

		reader_remark(reader, REMARK_ERROR, named ? secret : name,
			      named ? "secret" : "name", "%s", why);
		return false;
	}
	if (reader->config->open_to_all)
		reader_remark(reader, REMARK_WARNING, secret, "secret",
			      "everybody may read this file, and a secret is in it: chmod o= %s",
			      reader->config->file);
	key->file = unnamed_file(reader, document_text(name), document_text(secret));
	if (!key->file)
		reader_remark(reader, REMARK_ERROR, secret, "secret", "can't be kept in memory");
	return key->file;
}

static bool read_key_file(struct reader *reader, const yaml_node_t *entry, struct config_key *key)
{
	const yaml_node_t *name = reader_get(reader, entry, "name");
	const yaml_node_t *file = reader_get(reader, entry, "file");
	struct tsig_key wanted;
	char why[256];

	/* A secret of 3 zero bytes, to learn the name. */
	if (!tsig_key_read(document_text(name), "AAAA", &wanted, why)) {
		reader_remark(reader, REMARK_ERROR, name, "name", "%s", why);
		return false;
	}
	key->key = wanted;
	key->file = document_text(file);
	/* That it is not there has been said. */
	if (access(key->file, R_OK))
		return false;
	if (!tsig_key_file(key->file, &key->key, why)) {
		reader_remark(reader, REMARK_ERROR, file, "file", "%s", why);
		key->key = wanted;
		return false;
	}
	if (key->key.name_length == wanted.name_length &&
	    !memcmp(key->key.name, wanted.name, wanted.name_length))
		return true;
	reader_remark(reader, REMARK_ERROR, name, "name", "'%s' is not the key that %s has",
		      document_text(name), key->file);
	return false;
}

/* What must be there for it to be a key. */
static bool check_key_parts(struct reader *reader, const yaml_node_t *entry)
{
	const char *name = reader_text(reader, entry, "name");
	const char *algorithm = reader_text(reader, entry, "algorithm");

	if (!name)
		reader_remark(reader, REMARK_ERROR, entry, NULL,
			      "needs a name: that by which both servers know it");
	else if (reader_key(reader, name))
		reader_remark(reader, REMARK_ERROR, reader_get(reader, entry, "name"), "name",
			      "'%s' is the name of a key before it, too", name);
	else if (algorithm && strcmp(algorithm, "hmac-sha256"))
		reader_remark(reader, REMARK_ERROR, reader_get(reader, entry, "algorithm"),
			      "algorithm", "'%s' must be hmac-sha256", algorithm);
	else if (!reader_text(reader, entry, "secret") == !reader_text(reader, entry, "file"))
		reader_remark(reader, REMARK_ERROR, entry, NULL,
			      "needs either its secret (base64), or a file with NAME hmac-sha256 "
			      "SECRET in one line");
	else if (reader->config->keys == CONFIG_KEYS_MAX)
		reader_remark(reader, REMARK_ERROR, entry, NULL,
			      "is one key too many: there may be %d", CONFIG_KEYS_MAX);
	else
		return true;
	return false;
}

void entry_key(struct reader *reader, const yaml_node_t *entry)
{
	struct config *config = reader->config;
	struct config_key *key = &config->key[config->keys];

	if (!check_key_parts(reader, entry))
		return;
	*key = (struct config_key){ 0 };
	config->key_fd[config->keys] = -1;
	key->usable = reader_text(reader, entry, "secret") ? read_secret(reader, entry, key)
							   : read_key_file(reader, entry, key);
	config->keys++;
}

/* The key that an entry names. False: there is none of that name, and a remark says so. */
static bool find_key(struct reader *reader, const yaml_node_t *entry, const struct config_key **key)
{
	const char *name = reader_text(reader, entry, "key");

	*key = name ? reader_key(reader, name) : NULL;
	if (!name || *key)
		return true;
	reader_remark(reader, REMARK_ERROR, reader_get(reader, entry, "key"), "key",
		      "'%s' is none of the keys that are listed below 'keys'", name);
	return false;
}

/* --- sources --------------------------------------------------------------------------------- */

/* A source while it is put together. */
struct parts {
	struct reader *reader;
	struct source source;
	struct tsig_key key;
	bool wrong;
};

static void blame(struct parts *parts, const yaml_node_t *at, const char *child, const char *why)
{
	reader_remark(parts->reader, REMARK_ERROR, at, child, "'%s' %s", document_text(at), why);
	parts->wrong = true;
}

static void add_setting(struct parts *parts, const char *name, const yaml_node_t *value,
			const char *child)
{
	char why[256], *setting;

	if (!value)
		return;
	if (!*document_text(value)) {
		blame(parts, value, child, "must have a value in its quotes");
		return;
	}
	setting = reader_make(parts->reader, "%s=%s", name, document_text(value));
	if (!spec_setting(setting, &parts->source, &parts->key, why))
		blame(parts, value, child, why);
}

static void add_tls(struct parts *parts, const yaml_node_t *tls)
{
	struct reader *reader = parts->reader;
	const yaml_node_t *pins = reader_get(reader, tls, "pins");
	const yaml_node_item_t *pin = pins ? pins->data.sequence.items.start : NULL;

	add_setting(parts, "tls", reader_get(reader, tls, "name"), "tls.name");
	add_setting(parts, "ca", reader_get(reader, tls, "ca"), "tls.ca");
	for (; pin && pin < pins->data.sequence.items.top; pin++)
		add_setting(parts, "pin", yaml_document_get_node(&reader->config->document, *pin),
			    "tls.pins");
	if (parts->source.tls.on || parts->wrong)
		return;
	reader_remark(reader, REMARK_ERROR, tls, "tls",
		      "needs a name (of its certificate) or pins (of its key) to know the primary "
		      "by");
	parts->wrong = true;
}

/* The one key that says what kind of source it is; NULL: there is none, or more than one. */
static const char *kind_of(struct reader *reader, const yaml_node_t *entry)
{
	static const char *const kinds[] = { "axfr", "web", "file" };
	const char *kind = NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!reader_get(reader, entry, kinds[i]))
			continue;
		if (kind)
			return NULL;
		kind = kinds[i];
	}
	return kind;
}

/* Keys that mean nothing with a source of this kind. */
static void check_fit(struct parts *parts, const yaml_node_t *entry, const char *kind)
{
	static const struct {
		const char *key, *kind, *way_out;
	} rules[] = {
		{ "key", "axfr", "goes with axfr only" },
		{ "tls", "axfr", "goes with axfr only" },
		{ "ca", "web", "goes with web only; of a primary it stands below tls" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const yaml_node_t *node = reader_get(parts->reader, entry, rules[i].key);

		if (!node || !strcmp(kind, rules[i].kind))
			continue;
		reader_remark(parts->reader, REMARK_ERROR, node, rules[i].key, "%s",
			      rules[i].way_out);
		parts->wrong = true;
	}
}

static void read_parts(struct parts *parts, const yaml_node_t *entry, const char *kind)
{
	struct reader *reader = parts->reader;
	const yaml_node_t *place = reader_get(reader, entry, kind);
	const yaml_node_t *tls = reader_get(reader, entry, "tls");
	const struct config_key *key;
	bool web = !strcmp(kind, "web");
	char why[256];

	if (!spec_begin(web ? document_text(place)
			    : reader_make(reader, "%s:%s", kind, document_text(place)),
			&parts->source, why) ||
	    (web && parts->source.kind != SOURCE_WEB)) {
		blame(parts, place, kind, "must begin with https:// or http://");
		return;
	}
	add_setting(parts, "ca", reader_get(reader, entry, "ca"), "ca");
	if (tls)
		add_tls(parts, tls);
	if (!find_key(reader, entry, &key))
		parts->wrong = true;
	else if (key)
		parts->key = key->key;
	if (!spec_end(&parts->source, why))
		blame(parts, place, kind, why);
}

static void add_source(struct parts *parts, bool with_key)
{
	struct options *options = parts->reader->options;

	if (options_given(options, "zone") || options_given(options, "source"))
		return;
	options->source[options->sources] = parts->source;
	if (with_key) {
		options->key[options->sources] = parts->key;
		options->source[options->sources].key = &options->key[options->sources];
	}
	options->sources++;
}

void entry_source(struct reader *reader, const yaml_node_t *entry)
{
	const char *kind = kind_of(reader, entry);
	struct parts parts = { .reader = reader };

	if (!kind) {
		reader_remark(reader, REMARK_ERROR, entry, NULL,
			      "must be one of axfr: ADDRESS, web: URL and file: PATH");
		return;
	}
	check_fit(&parts, entry, kind);
	if (!parts.wrong)
		read_parts(&parts, entry, kind);
	if (parts.wrong)
		return;
	if (reader->options->sources == SOURCES_MAX)
		reader_remark(reader, REMARK_ERROR, entry, NULL,
			      "is one source too many: there may be %d", SOURCES_MAX);
	else
		add_source(&parts, reader_get(reader, entry, "key"));
}

/* --- primaries that send NOTIFY -------------------------------------------------------------- */

static bool check_address(struct reader *reader, const yaml_node_t *node)
{
	struct sockaddr_storage address;
	char why[256];

	if (spec_address(reader_make(reader, "%s", document_text(node)), 53, &address, why))
		return true;
	reader_remark(reader, REMARK_ERROR, node, "address", "'%s' %s", document_text(node), why);
	return false;
}

void entry_primary(struct reader *reader, const yaml_node_t *entry)
{
	const yaml_node_t *address = reader_get(reader, entry, "address");
	const struct config_key *key;
	const char *word, *wrong;

	if (!address) {
		reader_remark(reader, REMARK_ERROR, entry, NULL,
			      "needs an address: that which its NOTIFY comes from");
		return;
	}
	if (!check_address(reader, address) || !find_key(reader, entry, &key) ||
	    (key && !key->usable) || options_given(reader->options, "notify-from"))
		return;
	word = key ? reader_make(reader, "%s,key=%s", document_text(address), key->file)
		   : document_text(address);
	wrong = options_set(reader->options, "notify-from", word);
	if (wrong)
		reader_remark(reader, REMARK_ERROR, address, "address", "'%s' %s",
			      document_text(address), wrong);
}
