// SPDX-License-Identifier: GPL-2.0-or-later
/* Two files: root.zone and state.json. Both are written beside and renamed, root.zone first. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "state.h"

#define ZONE_FILE  "root.zone"
#define STATE_FILE "state.json"
#define SCHEMA     1

struct path {
	char text[PATH_MAX];
};

static struct path path_of(const char *directory, const char *name, const char *suffix)
{
	struct path path;

	snprintf(path.text, sizeof(path.text), "%s/%s%s", directory, name, suffix);
	return path;
}

bool state_prepare(const char *directory)
{
	if ((!mkdir(directory, 0700) || errno == EEXIST) && !access(directory, W_OK | X_OK))
		return true;
	log_error("the state directory %s can't be made or written to: %s: make it, or choose "
		  "another one with --state",
		  directory, strerror(errno));
	return false;
}

/* Copies a whole file; 0 or an errno. */
static int copy(int from, int to)
{
	off_t offset = 0;
	struct stat file;

	if (fstat(from, &file))
		return errno;
	while (offset < file.st_size)
		if (sendfile(to, from, &offset, file.st_size - offset) <= 0)
			return errno ? errno : EIO;
	return 0;
}

/* Into the place of a file of that name, once it is on disk. */
static bool put_in_place(const char *directory, const char *name, int fd)
{
	struct path next = path_of(directory, name, ".next"), path = path_of(directory, name, "");
	int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool fine = !fsync(fd) && !rename(next.text, path.text) && folder >= 0 && !fsync(folder);

	if (!fine)
		log_error("can't write %s: %s", path.text, strerror(errno));
	if (folder >= 0)
		close(folder);
	return fine;
}

static int open_next(const char *directory, const char *name)
{
	struct path next = path_of(directory, name, ".next");
	int fd = open(next.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		log_error("can't write %s: %s", next.text, strerror(errno));
	return fd;
}

static bool write_zone(const char *directory, int from)
{
	int fd = open_next(directory, ZONE_FILE), error;
	bool fine;

	if (fd < 0)
		return false;
	error = copy(from, fd);
	if (error)
		log_error("can't keep the zone in %s: %s: it is served, but not after a restart",
			  directory, strerror(error));
	fine = !error && put_in_place(directory, ZONE_FILE, fd);
	close(fd);
	if (!fine)
		unlink(path_of(directory, ZONE_FILE, ".next").text);
	return fine;
}

bool state_refresh(const char *directory, const struct state *state)
{
	json_t *json = json_pack("{s:i, s:I, s:s, s:I, s:I}", "schema", SCHEMA, "serial",
				 (json_int_t)state->serial, "source", state->source, "fetched",
				 (json_int_t)state->fetched, "refreshed",
				 (json_int_t)state->refreshed);
	int fd = json ? open_next(directory, STATE_FILE) : -1;
	bool fine = false;

	if (fd >= 0) {
		fine = !json_dumpfd(json, fd, JSON_INDENT(2)) &&
		       put_in_place(directory, STATE_FILE, fd);
		close(fd);
	}
	if (fd >= 0 && !fine) {
		log_error("can't keep what is known of the zone in %s: %s", directory,
			  strerror(errno));
		unlink(path_of(directory, STATE_FILE, ".next").text);
	}
	json_decref(json);
	return fine;
}

bool state_write(const char *directory, int fd, const struct state *state)
{
	return write_zone(directory, fd) && state_refresh(directory, state);
}

static bool read_json(const char *directory, struct state *state)
{
	struct path path = path_of(directory, STATE_FILE, "");
	const char *source = "";
	json_int_t serial = 0, fetched = 0, refreshed = 0;
	json_error_t error;
	json_t *json = json_load_file(path.text, 0, &error);
	bool fine = json && !json_unpack_ex(json, &error, 0, "{s:I, s:s, s:I, s:I}", "serial",
					    &serial, "source", &source, "fetched", &fetched,
					    "refreshed", &refreshed);

	if (!fine)
		log_error("%s: %s: the zone kept there is not used", path.text, error.text);
	*state = (struct state){ .serial = serial, .fetched = fetched, .refreshed = refreshed };
	snprintf(state->source, sizeof(state->source), "%s", source);
	json_decref(json);
	return fine;
}

bool state_read(const char *directory, int fd, struct state *state)
{
	struct path path = path_of(directory, ZONE_FILE, "");
	int from = open(path.text, O_RDONLY | O_CLOEXEC), error;

	if (from < 0 && errno == ENOENT)
		return false;
	error = from < 0 ? errno : copy(from, fd);
	if (from >= 0)
		close(from);
	if (!error)
		return read_json(directory, state);
	log_error("can't read the kept zone %s: %s", path.text, strerror(error));
	return false;
}
