#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The short fuzzing run; `make fuzz` is the long one.
exec "$(dirname "$0")/run"
