# SPDX-License-Identifier: GPL-2.0-or-later
# Test programs that run packets through the BPF programs with BPF_PROG_RUN.

prog_tests = $(patsubst %.c,$(B)/%,$(wildcard tests/prog/test_*.c))
prog_objects = $(filter-out $(B)/asan/tests/prog/test_%,$(call objects,asan,tests/prog/*.c))

$(B)/tests/prog/%: $(B)/asan/tests/prog/%.o $(prog_objects) $(B)/asan/libanswer.a \
		$(B)/asan/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && \
		$(CC) -pthread $(SANITIZE) $^ $(LIBS_bpf) $(LIBS_zone) -o $@

TEST_PROGRAMS += $(prog_tests)

# With the loader's own functions.
TEST_PROGRAMS += $(B)/tests/prog/test_set_proof
$(B)/tests/prog/test_set_proof: $(B)/plain/tests/prog/test_set_proof.o $(B)/plain/libloader.a \
		$(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_loader) $(LIBS_zone) -o $@
