# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzzers: libFuzzer with ASan and UBSan, so a third flavour of the objects, made by clang.

FUZZ_FLAGS = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FUZZ_CFLAGS = $(ALL_CFLAGS) $(FUZZ_FLAGS)

$(B)/fuzz/%.o: %.c Makefile tests/fuzz/room.mk | $(B)/rootxdp.skel.h
	$(call say,FUZZ,$<)mkdir -p $(@D) && $(CLANG) $(FUZZ_CFLAGS) -MMD -MP -c $< -o $@

fuzzers = $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_objects = $(filter-out $(B)/fuzz/tests/fuzz/fuzz_%,$(call objects,fuzz,tests/fuzz/*.c)) \
	$(call objects,fuzz,$(ANSWER)) $(call objects,fuzz,$(ZONE))

$(B)/tests/fuzz/fuzz_%: $(B)/fuzz/tests/fuzz/fuzz_%.o $(fuzz_objects)
	$(call say,LD,$@)mkdir -p $(@D) && \
		$(CLANG) -pthread -fsanitize=fuzzer,address,undefined $^ $(LIBS_zone) -o $@

TEST_PROGRAMS += $(fuzzers)
