// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts, watches and ends rootxdp-fallback. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "log.h"

#define PROGRAM   "rootxdp-fallback"
#define READY     "ready "
#define RELOADED  "reloaded "
#define READY_MS  120000
#define RELOAD_MS 30000
#define STOP_MS   3000

/* Where it finds the cookie secrets. */
#define CHILD_SECRETS_FD 3

/* Longest command line: its name, two words for each address, and what is said below. */
#define ARGUMENTS_MAX (1 + 2 * ADDRESSES_MAX + HANDED_MAX + 8)

/* Beside our own executable if it is there, else by name in PATH. */
static void find_program(char path[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length > 0) {
		self[length] = '\0';
		if (snprintf(path, PATH_MAX, "%s/" PROGRAM, dirname(self)) < PATH_MAX &&
		    !access(path, X_OK))
			return;
	}
	strcpy(path, PROGRAM);
}

/* The zone's time now, so that loader and fallback agree about deadlines. */
static void build_arguments(const char *arguments[ARGUMENTS_MAX], const struct options *options,
			    const struct zone_clock *clock, int secrets_fd)
{
	static char time[24], secrets[32];
	size_t n = 0;

	arguments[n++] = PROGRAM;
	for (size_t i = 0; i < options->addresses; i++) {
		arguments[n++] = "-a";
		arguments[n++] = options->address[i].text;
	}
	arguments[n++] = "--zone";
	arguments[n++] = options->zone;
	for (size_t i = 0; i < options->handed_count; i++)
		arguments[n++] = options->handed[i];
	if (secrets_fd >= 0) {
		snprintf(secrets, sizeof(secrets), "/proc/self/fd/%d", CHILD_SECRETS_FD);
		arguments[n++] = "--cookie-secrets";
		arguments[n++] = secrets;
	}
	if (clock->fixed) {
		snprintf(time, sizeof(time), "%lld", (long long)zone_clock_now(clock));
		arguments[n++] = "--validate-at";
		arguments[n++] = time;
	}
	arguments[n] = NULL;
}

/* In the child, after fork(). The kernel ends it when the loader dies. */
static void become_fallback(const char *path, const char *const arguments[], int output,
			    int secrets_fd, pid_t loader)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != loader)
		_exit(1);
	signal(SIGPIPE, SIG_DFL);
	dup2(output, STDOUT_FILENO);
	if (secrets_fd >= 0)
		dup2(secrets_fd, CHILD_SECRETS_FD);
	execvp(path, (char *const *)arguments);
	log_error("can't start %s: %s: install it beside rootxdp, or use --fallback none", path,
		  strerror(errno));
	_exit(127);
}

bool child_start(struct child *child, const struct options *options, const struct zone_clock *clock,
		 int secrets_fd)
{
	const char *arguments[ARGUMENTS_MAX];
	char path[PATH_MAX];
	pid_t loader = getpid();
	int ends[2];

	find_program(path);
	build_arguments(arguments, options, clock, secrets_fd);
	if (pipe2(ends, O_CLOEXEC)) {
		log_error("can't make a pipe: %s", strerror(errno));
		return false;
	}
	child->pid = fork();
	if (!child->pid)
		become_fallback(path, arguments, ends[1], secrets_fd, loader);
	close(ends[1]);
	child->output = ends[0];
	fcntl(child->output, F_SETFL, O_NONBLOCK);
	if (child->pid > 0)
		return true;
	log_error("can't start a process: %s", strerror(errno));
	close(child->output);
	child->pid = 0;
	return false;
}

/* A zombie holds no sockets any more; an orphan's may stay for long where init does not collect. */
static bool is_alive(pid_t pid)
{
	char path[32], state = 'Z';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	fclose(file);
	return state != 'Z' && state != 'X';
}

/* Waits until the process is gone; one of ours is collected. */
static bool gone_within(pid_t pid, int ms)
{
	for (; ms > 0; ms -= 10) {
		if (waitpid(pid, NULL, WNOHANG) == pid || !is_alive(pid))
			return true;
		usleep(10000);
	}
	return false;
}

/* Whether a whole line of the text begins with `word`. */
static bool has_line(const char *text, const char *word)
{
	for (const char *end; (end = strchr(text, '\n')); text = end + 1)
		if (!strncmp(text, word, strlen(word)))
			return true;
	return false;
}

/* Waits until it writes a line that begins with `word`. False: it ended or took too long. */
static bool wait_line(const struct child *child, const char *word, int ms)
{
	struct pollfd wait = { .fd = child->output, .events = POLLIN };
	uint64_t end = monotonic_ns() / 1000000 + ms;
	char said[256];
	size_t length = 0;

	while (length < sizeof(said) - 1) {
		int64_t left = end - monotonic_ns() / 1000000;
		ssize_t got;

		if (left <= 0 || poll(&wait, 1, left) == 0)
			return false;
		got = read(child->output, said + length, sizeof(said) - 1 - length);
		if (got == 0)
			return false;
		if (got < 0)
			continue;
		length += got;
		said[length] = '\0';
		if (has_line(said, word))
			return true;
	}
	return false;
}

/* What it found wrong it has said itself, on our stderr. */
static void say_not_ready(struct child *child)
{
	if (!gone_within(child->pid, 500)) {
		log_error("rootxdp-fallback is not ready after %d s", READY_MS / 1000);
		child_stop(child);
		return;
	}
	child->pid = 0;
	close(child->output);
	log_error(
		"rootxdp-fallback did not start (see above): where another server has the address "
		"and port 53 already, let that one answer what the kernel passes: --fallback none");
}

bool child_wait_ready(struct child *child)
{
	if (wait_line(child, READY, READY_MS))
		return true;
	say_not_ready(child);
	return false;
}

void child_reload(struct child *child)
{
	if (!child->pid)
		return;
	child_drain(child);
	kill(child->pid, SIGHUP);
	if (!wait_line(child, RELOADED, RELOAD_MS))
		log_error("rootxdp-fallback has not taken the new zone: it answers from the one "
			  "before");
}

void child_renew_secrets(struct child *child)
{
	if (child->pid)
		kill(child->pid, SIGUSR1);
}

void child_collect(struct child *child)
{
	int status;

	if (!child->pid || waitpid(child->pid, &status, WNOHANG) != child->pid)
		return;
	child->pid = 0;
	log_error(
		"rootxdp-fallback ended (%s %d): the kernel goes on answering, but what it passes "
		"gets no answer: restart rootxdp",
		WIFSIGNALED(status) ? "signal" : "exit status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

bool child_drain(struct child *child)
{
	char said[1024];
	ssize_t got;

	do
		got = read(child->output, said, sizeof(said));
	while (got > 0);
	return got < 0 && (errno == EAGAIN || errno == EINTR);
}

static void end_process(pid_t pid)
{
	kill(pid, SIGTERM);
	if (gone_within(pid, STOP_MS))
		return;
	kill(pid, SIGKILL);
	gone_within(pid, STOP_MS);
}

void child_stop(struct child *child)
{
	if (child->pid)
		end_process(child->pid);
	close(child->output);
	child->pid = 0;
}

/* A process id may have been given to someone else since: its name must be right. */
void child_stop_orphan(pid_t orphan)
{
	char path[32], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", orphan);
	file = fopen(path, "re");
	if (!file)
		return;
	/* The kernel keeps 15 bytes of a process's name. */
	if (fgets(name, sizeof(name), file) && !strncmp(name, PROGRAM, 15))
		end_process(orphan);
	fclose(file);
}
