// SPDX-License-Identifier: GPL-2.0-or-later
/* Zones from the web, by libcurl. */
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

#define REDIRECTS_MOST 5

/* A download on its way. */
struct download {
	const struct source_limits *limits;
	const atomic_bool *stop;
	int fd;
	size_t bytes;
	bool too_large;
	char problem[CURL_ERROR_SIZE];
};

static size_t on_bytes(char *bytes, size_t size, size_t count, void *context)
{
	struct download *download = context;
	size_t length = size * count;

	download->bytes += length;
	download->too_large = download->bytes > download->limits->bytes;
	if (download->too_large || write(download->fd, bytes, length) != (ssize_t)length)
		return 0;
	return length;
}

static int on_progress(void *context, curl_off_t all, curl_off_t done, curl_off_t all_up,
		       curl_off_t done_up)
{
	const struct download *download = context;

	(void)all, (void)done, (void)all_up, (void)done_up;
	return atomic_load(download->stop);
}

static void begin_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/*
 * http and https alone, and never from https back to http; no proxy, whatever the environment
 * says.
 */
static void set_up(CURL *curl, const struct source *source, struct download *download)
{
	bool https = !strncmp(source->place, "https:", 6);
	unsigned int seconds = (download->limits->idle_ms + 999) / 1000;

	curl_easy_setopt(curl, CURLOPT_URL, source->place);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, https ? "https" : "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MOST);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "rootxdp");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)download->limits->idle_ms);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)download->limits->all_ms);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)seconds);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, download);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, download);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, download->problem);
	if (source->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, source->ca_file);
}

static bool judge(const struct source *source, const struct download *download, CURLcode code,
		  char why[SOURCE_WHY])
{
	if (code == CURLE_OK && download->bytes)
		return true;
	if (download->too_large)
		snprintf(why, SOURCE_WHY, "%s: over %zu bytes, more than a zone may have",
			 source->text, download->limits->bytes);
	else if (code == CURLE_OK)
		snprintf(why, SOURCE_WHY, "%s: nothing in it", source->text);
	else if (atomic_load(download->stop))
		snprintf(why, SOURCE_WHY, "%s: stopped", source->text);
	else
		snprintf(why, SOURCE_WHY, "%.200s: %.250s (after %zu bytes)", source->text,
			 *download->problem ? download->problem : curl_easy_strerror(code),
			 download->bytes);
	return false;
}

bool fetch_web(const struct source *source, const struct source_limits *limits,
	       const atomic_bool *stop, int fd, char why[SOURCE_WHY])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct download download = { .limits = limits, .stop = stop, .fd = fd };
	bool fine;
	CURL *curl;

	pthread_once(&once, begin_curl);
	curl = curl_easy_init();
	if (!curl) {
		snprintf(why, SOURCE_WHY, "%s: out of memory", source->text);
		return false;
	}
	set_up(curl, source, &download);
	fine = judge(source, &download, curl_easy_perform(curl), why);
	curl_easy_cleanup(curl);
	return fine;
}
