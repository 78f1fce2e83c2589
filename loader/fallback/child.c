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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "service.h"

#define PROGRAM   "rootxdp-fallback"
#define READY     "ready "
#define RELOADED  "reloaded "
#define KEPT      "kept "
#define NOTIFIED  "notify "
#define READY_MS  120000
#define RELOAD_MS 30000
#define STOP_MS   3000

/* On top of those two, for the zone that it verifies first: ten times what that takes on one CPU. */
#define BYTES_EACH_MS 1000

/* Where it finds the cookie secrets and the zone. */
#define CHILD_SECRETS_FD 3
#define CHILD_ZONE_FD    4
#define CHILD_SOCKETS_FD 5 /* and the next */
#define CHILD_FD_LAST    6

/* Longest command line: its name, two words for each address, and what is said below. */
#define ARGUMENTS_MAX (1 + 2 * ADDRESSES_MAX + HANDED_MAX + 14)

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
static void build_arguments(const char *arguments[ARGUMENTS_MAX], const struct service *service)
{
	const struct options *options = service->options;
	static char time[24], zone[32], secrets[32], sockets[16];
	size_t n = 0;

	arguments[n++] = PROGRAM;
	for (size_t i = 0; i < options->addresses; i++) {
		arguments[n++] = "-a";
		arguments[n++] = options->address[i].text;
	}
	snprintf(zone, sizeof(zone), "/proc/self/fd/%d", CHILD_ZONE_FD);
	arguments[n++] = "--zone";
	arguments[n++] = zone;
	arguments[n++] = "--zone-name";
	arguments[n++] = service->known.source;
	arguments[n++] = "--age-by-mtime";
	snprintf(sockets, sizeof(sockets), "%d", CHILD_SOCKETS_FD);
	arguments[n++] = "--sockets";
	arguments[n++] = sockets;
	for (size_t i = 0; i < options->handed_count; i++)
		arguments[n++] = options->handed[i];
	if (service->secrets.fd >= 0) {
		snprintf(secrets, sizeof(secrets), "/proc/self/fd/%d", CHILD_SECRETS_FD);
		arguments[n++] = "--cookie-secrets";
		arguments[n++] = secrets;
	}
	if (service->clock.fixed) {
		snprintf(time, sizeof(time), "%lld", (long long)zone_clock_now(&service->clock));
		arguments[n++] = "--validate-at";
		arguments[n++] = time;
	}
	arguments[n] = NULL;
}

/* In the child, after fork(). The kernel ends it when the loader dies. */
static void become_fallback(const char *path, const char *const arguments[], int output,
			    const struct service *service, pid_t loader)
{
	int zone = fcntl(service->feed, F_DUPFD_CLOEXEC, CHILD_FD_LAST + 1);
	int secrets = fcntl(service->secrets.fd, F_DUPFD_CLOEXEC, CHILD_FD_LAST + 1);
	int out = fcntl(service->fallback.sockets[0], F_DUPFD_CLOEXEC, CHILD_FD_LAST + 1);
	int in = fcntl(service->fallback.sockets[1], F_DUPFD_CLOEXEC, CHILD_FD_LAST + 1);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != loader)
		_exit(1);
	signal(SIGPIPE, SIG_DFL);
	dup2(output, STDOUT_FILENO);
	/* Out of each other's way first; dup2() leaves them open for the new program. */
	dup2(zone, CHILD_ZONE_FD);
	if (secrets >= 0)
		dup2(secrets, CHILD_SECRETS_FD);
	dup2(out, CHILD_SOCKETS_FD);
	dup2(in, CHILD_SOCKETS_FD + 1);
	execvp(path, (char *const *)arguments);
	log_error("can't start %s: %s: install it beside rootxdp, or use --fallback none", path,
		  strerror(errno));
	_exit(127);
}

bool child_start(struct child *child, const struct service *service)
{
	const char *arguments[ARGUMENTS_MAX];
	char path[PATH_MAX];
	pid_t loader = getpid();
	sigset_t all, before;
	int ends[2];

	find_program(path);
	build_arguments(arguments, service);
	if (pipe2(ends, O_CLOEXEC)) {
		log_error("can't make a pipe: %s", strerror(errno));
		return false;
	}
	*child = (struct child){ .feed = service->feed };
	/* The fallback has no handlers yet: what comes before it has waits, and is not lost. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	child->pid = fork();
	if (!child->pid)
		become_fallback(path, arguments, ends[1], service, loader);
	sigprocmask(SIG_SETMASK, &before, NULL);
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

/* Takes one line of what it wrote. */
static void take_line(struct child *child, const char *line)
{
	if (!strncmp(line, READY, strlen(READY)))
		child->ready = true;
	else if (!strncmp(line, RELOADED, strlen(RELOADED)))
		child->reloaded = true;
	else if (!strncmp(line, KEPT, strlen(KEPT)))
		child->kept = true;
	else if (!strncmp(line, NOTIFIED, strlen(NOTIFIED)))
		child->notified = true;
}

bool child_read(struct child *child)
{
	size_t room = sizeof(child->said) - 1 - child->said_length;
	ssize_t got = read(child->output, child->said + child->said_length, room);
	char *line = child->said, *end;

	if (got <= 0)
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	child->said_length += got;
	child->said[child->said_length] = '\0';
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		take_line(child, line);
	}
	child->said_length = strlen(line);
	memmove(child->said, line, child->said_length);
	/* No line of its is that long. */
	if (child->said_length == sizeof(child->said) - 1)
		child->said_length = 0;
	return true;
}

/* How long it may take for something that it has to read its zone for, in milliseconds. */
static int64_t patience_ms(const struct child *child, int ms)
{
	struct stat zone;

	return ms + (fstat(child->feed, &zone) ? 0 : zone.st_size / BYTES_EACH_MS);
}

/* Waits until it has said one of two things. False: it ended or took too long. */
static bool wait_for(struct child *child, const bool *said, const bool *or_said, int ms)
{
	struct pollfd wait = { .fd = child->output, .events = POLLIN };
	uint64_t end = monotonic_ns() / 1000000 + patience_ms(child, ms);

	while (!*said && !*or_said) {
		int64_t left = end - monotonic_ns() / 1000000;

		if (left <= 0 || poll(&wait, 1, left) == 0 || !child_read(child))
			return false;
	}
	return true;
}

/* What it found wrong it has said itself, on our stderr. */
static void say_not_ready(struct child *child)
{
	if (!gone_within(child->pid, 500)) {
		log_error("rootxdp-fallback is not ready after %d s",
			  (int)(patience_ms(child, READY_MS) / 1000));
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
	if (wait_for(child, &child->ready, &child->ready, READY_MS))
		return true;
	say_not_ready(child);
	return false;
}

void child_reload(struct child *child)
{
	if (!child->pid)
		return;
	child_read(child);
	child->reloaded = child->kept = false;
	kill(child->pid, SIGHUP);
	if (!wait_for(child, &child->reloaded, &child->kept, RELOAD_MS) || child->kept)
		log_error("rootxdp-fallback has not taken the new zone: it answers from the one "
			  "before");
}

void child_settle(struct child *child)
{
	if (child->pid)
		wait_for(child, &child->ready, &child->ready, RELOAD_MS);
}

void child_refreshed(struct child *child)
{
	if (child->pid)
		kill(child->pid, SIGUSR2);
}

void child_renew_secrets(struct child *child)
{
	if (child->pid)
		kill(child->pid, SIGUSR1);
}

bool child_collect(struct child *child)
{
	int status;

	if (!child->pid || waitpid(child->pid, &status, WNOHANG) != child->pid)
		return false;
	child->pid = 0;
	log_error("rootxdp-fallback ended (%s %d): the kernel goes on answering, and what it passes "
		  "waits until it runs again",
		  WIFSIGNALED(status) ? "signal" : "exit status",
		  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return true;
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
	if (child->output >= 0)
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
