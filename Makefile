# The front door: `make help`. CMake does the work (CMakePresets.json names the builds), into
# build/PRESET. Building speaks on standard error, so that standard output is the program's alone.
PREFIX ?= /usr/local
export PREFIX
ARGS ?=
TIME ?= 60
RUNS ?=
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)

.PHONY: build program help train check interop torture fuzz corpus corpus-list analyse coverage valgrind bench figures install uninstall format tidy asan tsan clean
.NOTPARALLEL:

# The make below CMake has its own -j: ours must not reach it, CMake shares no job server.
CMAKE = MAKEFLAGS=--no-print-directory cmake
# $(call compile,PRESET,CONFIGURE OPTIONS,BUILD OPTIONS): what is missing is said, the rest is logged.
compile = @mkdir -p build && $(CMAKE) --preset $(1) $(2) >build/$(1).log && \
	$(CMAKE) --build build/$(1) -j $(JOBS) $(3) >&2
sources = $(shell find include src cli tests examples bench -name '*.[ch]')

build:
	$(call compile,release)

program:
	$(call compile,release,,--target embudo)

help:
	@echo 'make            builds the program: build/release/embudo'
	@echo 'make train      trains the notebook'"'"'s network on MNIST; ARGS="--epochs 1" adds options'
	@echo 'make check      builds and runs all tests'
	@echo 'make interop    the tests against PyTorch, ONNX, onnxruntime, TensorBoard and Arm compilers,'
	@echo '                none left out; installs the Python ones into build/interop'
	@echo 'make torture    kills trainings 300 times, and at every call that changes the disk, and goes on'
	@echo '                with them; fails every call to the system that the program makes (8 minutes)'
	@echo 'make fuzz       libFuzzer on every reader of files, TIME=60 seconds each (needs clang)'
	@echo 'make corpus     keeps in the repository what the fuzzers found since, minimised (needs clang);'
	@echo '                make corpus-list says what is kept of it, reader by reader'
	@echo 'make bench      times training (bench/)'
	@echo 'make figures    makes the pictures and numbers of the guides anew (docs/)'
	@echo 'make install    into PREFIX ($(PREFIX)), below DESTDIR if set; make uninstall removes it'
	@echo 'make format     formats the sources; make tidy looks for bugs in them (clang-tidy)'
	@echo 'make analyse    cppcheck and gcc -fanalyzer; make valgrind trains a little under valgrind;'
	@echo '                make coverage says which branches the tests take (clang, llvm)'
	@echo 'make asan       the tests under the address and undefined behaviour sanitizers'
	@echo 'make tsan       the tests under the thread sanitizer (needs clang and libomp)'
	@echo 'make clean      removes build/'

train: program
	@build/release/embudo train --report $(ARGS)

# A failed test shows what it printed.
check: build
	@pkg-config --exists cmocka || echo 'no unit tests without cmocka: libcmocka-dev' >&2
	@cd build/release && ctest --output-on-failure -j 2

interop: build
	@sh tests/interop/peers.sh build/interop
	@cd build/release && EMBUDO_INTEROP=strict ctest -L interop --output-on-failure -j 2 --no-tests=error

fuzz: program
	$(call compile,fuzz,,--target fuzz)
	@sh tests/fuzz/run.sh '$(CURDIR)/build/fuzz' '$(CURDIR)' $(TIME) $(RUNS)

corpus:
	$(call compile,fuzz,,--target fuzz)
	@sh tests/fuzz/corpus.sh pack '$(CURDIR)/build/fuzz'

corpus-list:
	@sh tests/fuzz/corpus.sh list

torture: build
	@! [ -x build/release/tests/test_slow_resume ] || EMBUDO_TORTURE=1 build/release/tests/test_slow_resume
	@KILLS=300 sh tests/cli/train/slow_resume.sh '$(CURDIR)/build/release/embudo' '$(CURDIR)'
	@FAULTS=all EMBUDO_PRELOAD='$(CURDIR)/build/release/tests/libfault_preload.so' \
	    sh tests/cli/core/slow_faults.sh '$(CURDIR)/build/release/embudo' '$(CURDIR)'

bench: program
	@sh bench/run.sh $(ARGS)

figures: program
	@sh docs/figures.sh build/release/embudo docs/images build/figures
	@sh docs/numbers.sh build/release/embudo docs/numbers.txt build/numbers

# The prefix is configured in: the program looks for MNIST below it.
install: export DESTDIR := $(DESTDIR)
install:
	$(call compile,release,-DCMAKE_INSTALL_PREFIX="$$PREFIX")
	@cmake --install build/release

uninstall: export DESTDIR := $(DESTDIR)
uninstall:
	@sh cmake/uninstall.sh build/release/install_manifest.txt

format:
	@clang-format -i $(sources)

# clang's own command lines, so that it knows every flag.
tidy:
	@mkdir -p build && $(CMAKE) --preset clang >build/clang.log
	@printf '%s\n' $(filter src/%.c cli/%.c,$(sources)) | \
	    xargs -n 1 -P $(JOBS) clang-tidy --quiet -p build/clang

# Two more readers of the sources. gcc's knows memory and files, not vectors.
analyse:
	@cppcheck --enable=warning,portability,performance --std=c11 --error-exitcode=1 --quiet -j $(JOBS) \
	    -D__linux__ -DEMB_HAVE_PNG=1 -DEMB_HAVE_JPEG=1 -DEMB_HAVE_ZIP=1 -DEMB_HAVE_PROTOBUF=1 \
	    -DEMB_HAVE_CAIRO=1 -DEMB_HAVE_GIF=1 -I include -I src -I cli src cli
	@printf '%s\n' $(filter-out src/kernels/%,$(filter src/%.c,$(sources))) | xargs -n 1 -P $(JOBS) \
	    gcc -std=c17 -D_GNU_SOURCE '-DEMB_VERSION=""' '-DEMB_DATA_DIR=""' '-DEMB_INSTALL_DATA_DIR=""' \
	        -DEMB_HAVE_PNG=1 -DEMB_HAVE_JPEG=1 -DEMB_HAVE_ZIP=1 -O1 -fanalyzer -Werror -I include -I src \
	        -c -o /dev/null

# Needs clang and llvm: branches of each file that the tests take.
coverage:
	@sh tests/coverage.sh '$(CURDIR)'

valgrind: program
	@sh tests/valgrind.sh '$(CURDIR)/build/release/embudo' '$(CURDIR)'

asan tsan:
	$(call compile,$@)
	@ctest --preset $@ -j 2

clean:
	rm -rf build
