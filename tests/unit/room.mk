# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests of the loader's own functions: linked with it, and with its libraries.

loader_tests = $(patsubst %,$(B)/tests/unit/%,test_attest test_config test_config_faults \
	test_time_left test_difference)
$(loader_tests): $(B)/tests/unit/%: $(B)/asan/tests/unit/%.o $(unit_objects) \
		$(B)/asan/libloader.a $(B)/asan/libanswer.a $(B)/asan/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && \
		$(CC) -pthread $(SANITIZE) $(filter-out %/server_fixture.o %/server_cookie.o,$^) \
			$(LIBS_test) $(LIBS_loader) $(LIBS_zone) -o $@
