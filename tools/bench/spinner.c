// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes all the time of one CPU that nobody else wants, and counts it in the first eight bytes of a
 * file: spinner CPU FILE. What is missing from the count of an idle CPU, somebody else used, in
 * interrupts too, which the kernel's own accounting by ticks does not see.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Of one count: long enough that the memory does not matter, a few ns. */
#define STEPS 16

static int fail(const char *what)
{
	fprintf(stderr, "spinner: %s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	const struct sched_param any = { 0 };
	volatile uint64_t *count;
	uint64_t state = 1;
	cpu_set_t cpus;
	char *end;
	long cpu = argc == 3 ? strtol(argv[1], &end, 10) : -1;
	int fd;

	if (cpu < 0 || cpu >= CPU_SETSIZE || *end) {
		fputs("usage: spinner CPU FILE\n", stderr);
		return 2;
	}
	CPU_ZERO(&cpus);
	CPU_SET((size_t)cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) || sched_setscheduler(0, SCHED_IDLE, &any))
		return fail(argv[1]);
	fd = open(argv[2], O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*count)))
		return fail(argv[2]);
	count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (count == MAP_FAILED)
		return fail(argv[2]);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (;;) {
		/* Each step waits for the one before. */
		for (int i = 0; i < STEPS; i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			__asm__ volatile("" : "+r"(state));
		}
		(*count)++;
	}
}
