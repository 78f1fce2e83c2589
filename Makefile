# SPDX-License-Identifier: GPL-2.0-or-later
# Builds, shows and tests rootxdp: `make help` says how.

.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

# All that is made lies below B.
B ?= build
CC = gcc
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PREFIX ?= /usr/local

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s %s\n' $(1) $(2);)

WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Werror
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) -D_GNU_SOURCE -pthread \
	-I. -Ibpf -Iuserspace-fallback -Iuserspace-fallback/zone -Iuserspace-fallback/answer \
	-Iloader $(patsubst %/,-I%,$(wildcard loader/*/)) -I$(B)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ARCH_INCLUDE = /usr/include/$(shell $(CC) -dumpmachine)
BPF_CFLAGS = -target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Wshadow -Werror \
	-Wno-unused-parameter -Ibpf -I$(ARCH_INCLUDE)

LIBS_zone = -lldns -lexpat -lcrypto
LIBS_bpf = -lbpf -lelf -lz
LIBS_server = -luv
LIBS_loader = $(LIBS_bpf) -luv -ljansson -lpcap -lcurl -lssl -lyaml
LIBS_test = -lcmocka

# --- what is built ---------------------------------------------------------------------------

objects = $(patsubst %.c,$(B)/$(1)/%.o,$(wildcard $(2)))
ZONE = userspace-fallback/zone/*.c
ANSWER = userspace-fallback/answer/*.c
SERVER = userspace-fallback/server/*.c
LOADER = loader/*.c loader/*/*.c

PROGRAMS = $(B)/rootxdp $(B)/rootxdp-fallback

# `make check` and its like install what is missing. A plain build says what it is, and ends.
INSTALLING = packages check run run-vm bench fuzz clean help
ifneq ($(filter-out $(INSTALLING),$(or $(MAKECMDGOALS),all)),)
MISSING := $(shell tools/packages/install --missing building)
ifneq ($(MISSING),)
$(error Debian packages are missing: $(MISSING). Install them all with: sudo make packages)
endif
endif

.PHONY: all
all: $(PROGRAMS)

# Two flavours of every object: plain, and asan for tests.
define flavour
$(B)/$(1)/%.o: %.c Makefile | $(B)/rootxdp.skel.h
	$$(call say,CC,$$<)mkdir -p $$(@D) && $$(CC) $$(ALL_CFLAGS) $(2) -MMD -MP -c $$< -o $$@
$(B)/$(1)/libzone.a: $(call objects,$(1),$(ZONE))
$(B)/$(1)/libanswer.a: $(call objects,$(1),$(ANSWER))
$(B)/$(1)/libserver.a: $(filter-out %/main.o,$(call objects,$(1),$(SERVER)))
$(B)/$(1)/libloader.a: $(filter-out %/main.o,$(call objects,$(1),$(LOADER)))
endef
$(eval $(call flavour,plain,))
$(eval $(call flavour,asan,$(SANITIZE)))

$(B)/%.a:
	$(call say,AR,$@)rm -f $@ && mkdir -p $(@D) && ar rcs $@ $^

$(B)/rootxdp: $(B)/plain/loader/main.o $(B)/plain/libloader.a \
		$(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)$(CC) -pthread $^ $(LIBS_loader) $(LIBS_zone) -o $@

$(B)/rootxdp-fallback: $(B)/plain/userspace-fallback/server/main.o $(B)/plain/libserver.a \
		$(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)$(CC) -pthread $^ $(LIBS_server) $(LIBS_zone) -o $@

$(B)/asan/rootxdp-fallback: $(B)/asan/userspace-fallback/server/main.o $(B)/asan/libserver.a \
		$(B)/asan/libanswer.a $(B)/asan/libzone.a
	$(call say,LD,$@)$(CC) -pthread $(SANITIZE) $^ $(LIBS_server) $(LIBS_zone) -o $@

# --- BPF -------------------------------------------------------------------------------------

# Any X.bpf.c gives X.bpf.o and a skeleton of its own.
BPF_HEADERS = $(wildcard bpf/*.h tools/*/*.bpf.h tests/*/*.bpf.h)
$(B)/%.bpf.o: %.bpf.c $(BPF_HEADERS) Makefile
	$(call say,BPF,$<)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) $(BPF_EXTRA) -c $< -o $@
$(B)/rootxdp.bpf.o: $(B)/bpf/rootxdp.bpf.o
	$(Q)cp $< $@
$(B)/%.skel.h: $(B)/%.bpf.o
	$(call say,SKEL,$@)$(BPFTOOL) gen skeleton $< name $(subst -,_,$(notdir $*)) > $@

# --- tests and tools -------------------------------------------------------------------------

# tests/unit/test_X.c is a test program; the other .c files there are linked into each of them.
# What is built for other rooms stands in their room.mk. tests/ROOM/test-*.sh are run as they are.
unit_tests = $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
unit_objects = $(filter-out $(B)/asan/tests/unit/test_%,$(call objects,asan,tests/unit/*.c))
$(B)/tests/unit/%: $(B)/asan/tests/unit/%.o $(unit_objects) $(B)/asan/libserver.a \
		$(B)/asan/libanswer.a $(B)/asan/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && \
		$(CC) -pthread $(SANITIZE) $^ $(LIBS_test) $(LIBS_server) $(LIBS_zone) -o $@

# Each of these adds its programs to TOOLS or TEST_PROGRAMS.
TOOLS =
TEST_PROGRAMS = $(unit_tests) $(B)/asan/rootxdp-fallback
-include $(wildcard tools/*/room.mk tests/*/room.mk)

.PHONY: tools test-programs
tools: $(TOOLS)
test-programs: $(TEST_PROGRAMS)

.PHONY: packages
packages:
	$(Q)tools/packages/install $(SECTIONS)

.PHONY: help
help:
	@printf '%s\n' \
		'make              builds $(B)/rootxdp and $(B)/rootxdp-fallback' \
		'sudo make run     shows it: two network namespaces, real queries, live frames' \
		'sudo make run-vm  the same on virtio-net, in a guest' \
		'sudo make check   runs every test' \
		'sudo make bench   how fast it is, and beside others: one table' \
		'sudo make fuzz    the long fuzzing run' \
		'make packages     installs the Debian packages that are missing (as root)' \
		'make clean        removes $(B)/' \
		'' \
		'V=1 shows the commands; B=DIR builds elsewhere than in build/'

# These install what is missing first, then call make again.
NEEDS = all tools
check fuzz: NEEDS += test-programs
run: SECTIONS = building demo
bench: SECTIONS = building demo benchmark
run-vm: SECTIONS = building demo guest
.PHONY: check run run-vm bench fuzz
check run run-vm bench fuzz: packages
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) $(NEEDS)
	$(Q)$(MAKE) --no-print-directory do-$@

.PHONY: do-check do-run do-run-vm do-bench do-fuzz
do-check:
	$(Q)tests/run
do-run:
	$(Q)tools/demo/run
do-run-vm:
	$(Q)tools/vm/run
do-bench:
	$(Q)tools/bench/run
do-fuzz:
	$(Q)tests/fuzz/run --long

.PHONY: clean
clean:
	$(Q)rm -rf $(B)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
