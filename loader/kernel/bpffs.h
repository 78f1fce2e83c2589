/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF file system that maps, programs and links are pinned in. */
#ifndef ROOTXDP_BPFFS_H
#define ROOTXDP_BPFFS_H

#include <stdbool.h>

/*
 * Makes the pin directory, after mounting a BPF file system on /sys/fs/bpf when the directory
 * lies there and none is mounted. False: said on stderr.
 */
bool bpffs_prepare(const char *pin);

/* Is there a directory, and is it on a BPF file system? Says nothing. */
bool bpffs_exists(const char *pin);

/* Removes the pin directory, and those above it that bpffs_prepare() made, when they are empty. */
void bpffs_remove(const char *pin);

#endif
