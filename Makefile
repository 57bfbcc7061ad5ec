# Begin with `make help`. CMake does the work, in build/PRESET (CMakePresets.json names the builds).
# Building prints to standard error, so that only the program prints to standard output.
PREFIX ?= /usr/local
export PREFIX
ARGS ?=
NODES ?= 225000
TIME ?= 60
RUNS ?=
WITHOUT ?=
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)

.PHONY: build program help train notice check check-slow interop torture fuzz corpus corpus-list analyse coverage valgrind bench model-cycles figures install uninstall po format tidy asan tsan clean
.NOTPARALLEL:

# CMake starts a make with a -j of its own. Ours must not reach it, because CMake shares no job server.
CMAKE = MAKEFLAGS=--no-print-directory cmake
# $(call compile,PRESET,CONFIGURE OPTIONS,BUILD OPTIONS): says what is missing, and logs the rest.
# Another make that wants the same folder waits, where the system has flock. While it builds, one line says how far.
compile = @mkdir -p build && exec 9>build/$(1).lock && { flock 9 2>/dev/null || :; } && \
	$(CMAKE) --preset $(1) $(2) >build/$(1).log && \
	MAKEFLAGS=--no-print-directory sh cmake/progress.sh cmake --build build/$(1) -j $(JOBS) $(3)
sources = $(shell find include src cli tests examples bench -name '*.[ch]')

build:
	$(call compile,release)

program:
	$(call compile,release,,--target embudo)

help:
	@echo 'make            builds the program: build/release/embudo'
	@echo 'make train      trains the notebook'"'"'s network on MNIST; ARGS="--epochs 1" adds options'
	@echo 'make check      builds and runs the tests that take seconds; make check-slow runs the others'
	@echo 'make interop    runs the tests against PyTorch, ONNX, onnxruntime, TensorBoard and Arm'
	@echo '                compilers, leaving none out; installs the Python peers into build/interop'
	@echo 'make torture    kills trainings 300 times, and at every call that changes the disk, and'
	@echo '                resumes them; makes every system call of the program fail (8 minutes)'
	@echo 'make fuzz       runs libFuzzer on every file reader, TIME=60 seconds each (needs clang)'
	@echo 'make corpus     adds to the repository what the fuzzers have found, minimised (needs clang);'
	@echo '                make corpus-list lists what the repository has, reader by reader'
	@echo 'make bench      times training (bench/)'
	@echo 'make model-cycles'
	@echo '                what the kernels'"'"' inner loops would take on processors that are not at hand,'
	@echo '                by llvm-mca; ARGS="--machines skylake" adds options'
	@echo 'make figures    makes the pictures and numbers of the guides again (docs/)'
	@echo 'make install    installs into PREFIX ($(PREFIX)), below DESTDIR if set, with manual pages and'
	@echo '                completion for bash, zsh and fish; make uninstall undoes it'
	@echo 'make po         brings the catalogues of translations (po/) up to date with the sources'
	@echo 'make format     formats the sources; make tidy looks for bugs in them (clang-tidy)'
	@echo 'make analyse    runs cppcheck and gcc -fanalyzer; make valgrind trains a little under'
	@echo '                valgrind; make coverage shows which branches the tests take (needs clang, llvm)'
	@echo 'make asan       runs the tests under the address and undefined behaviour sanitizers'
	@echo 'make tsan       runs the tests under the thread sanitizer (needs clang and libomp)'
	@echo 'make clean      removes build/'

train: program
	@build/release/embudo train --report $(ARGS)

notice:
	@sh tests/notice.sh >&2

# A failing test shows its output.
check: notice build
	@pkg-config --exists cmocka || echo 'cmocka is missing, so no unit tests are built: install libcmocka-dev' >&2
	@cd build/release && ctest --output-on-failure -j 2 -LE slow

check-slow: build
	@cd build/release && ctest --output-on-failure -j $(JOBS) -L slow -LE interop

interop: build
	@sh tests/interop/peers.sh build/interop
	@cd build/release && EMBUDO_INTEROP=strict ctest -L interop $(if $(WITHOUT),-E '$(WITHOUT)') --output-on-failure -j $(if $(filter 1,$(JOBS)),1,2) --no-tests=error

fuzz: program
	$(call compile,asan,,--target fuzz)
	@JOBS=$(JOBS) sh tests/fuzz/run.sh '$(CURDIR)/build/asan' '$(CURDIR)' $(TIME) $(RUNS)

corpus:
	$(call compile,asan,,--target fuzz)
	@sh tests/fuzz/corpus.sh pack '$(CURDIR)/build/asan'

corpus-list:
	@sh tests/fuzz/corpus.sh list

torture: build
	@! [ -x build/release/tests/test_slow_resume ] || EMBUDO_TORTURE=1 build/release/tests/test_slow_resume
	@KILLS=300 sh tests/cli/train/slow_resume.sh '$(CURDIR)/build/release/embudo' '$(CURDIR)'
	@for test in test_faults test_faults_files; do \
	    ! [ -x build/release/tests/$$test ] || FAULTS=all build/release/tests/$$test || exit 1; done
	@FAULTS=all EMBUDO_PRELOAD='$(CURDIR)/build/release/tests/libfault_preload.so' \
	    sh tests/cli/core/slow_faults.sh '$(CURDIR)/build/release/embudo' '$(CURDIR)'

bench: program
	@sh bench/run.sh $(ARGS)

# The compiler is the program's.
model-cycles:
	@python3 bench/model-cycles.py --cc '$(CC)' $(ARGS)

figures: program
	@sh docs/figures.sh build/release/embudo build/figures

# The prefix is compiled into the program, which looks for MNIST below it.
install: export DESTDIR := $(DESTDIR)
install:
	$(call compile,release,-DCMAKE_INSTALL_PREFIX="$$PREFIX")
	@cmake --install build/release

uninstall: export DESTDIR := $(DESTDIR)
uninstall:
	@sh cmake/uninstall.sh build/release/install_manifest.txt

# What translators work on: see CONTRIBUTING.md.
po: build
	@sh po/update.sh build/release/table_texts

format:
	@clang-format -i $(sources)

# The command lines are those of the clang build, so that clang-tidy knows every flag. It reads a source once for
# each of them, and kernels are compiled for several instruction sets, for two numbers of lanes each: one will do.
# NODES bounds how many states of a function its analyser looks at; 225000 is its own number.
tidy:
	@mkdir -p build && $(CMAKE) --preset clang -B build/tidy -DEMBUDO_LANES=16 \
	    '-DEMBUDO_SETS=reference;plain' >build/tidy.log && \
	    $(CMAKE) --build build/tidy --target generated >&2
	@printf '%s\n' $(filter src/%.c cli/%.c,$(sources)) | \
	    xargs -n 1 -P $(JOBS) clang-tidy --quiet -p build/tidy \
	        $(addprefix --extra-arg=,-Xclang -analyzer-config -Xclang max-nodes=$(NODES))

# Two more checkers of the sources. gcc's understands memory and files, but not vectors.
analyse:
	@cppcheck --enable=warning,portability,performance --std=c11 --error-exitcode=1 --quiet -j $(JOBS) \
	    -D__linux__ -DEMB_HAVE_PNG=1 -DEMB_HAVE_JPEG=1 -DEMB_HAVE_ZIP=1 -DEMB_HAVE_PROTOBUF=1 \
	    -DEMB_HAVE_CAIRO=1 -DEMB_HAVE_GIF=1 -DEMB_HAVE_WEBP=1 -DEMB_HAVE_TIFF=1 -I include -I src -I cli src cli
	@printf '%s\n' $(filter-out src/kernels/%,$(filter src/%.c,$(sources))) | xargs -n 1 -P $(JOBS) \
	    gcc -std=c17 -D_GNU_SOURCE '-DEMB_VERSION=""' '-DEMB_DATA_DIR=""' '-DEMB_INSTALL_DATA_DIR=""' \
	        -DEMB_HAVE_PNG=1 -DEMB_HAVE_JPEG=1 -DEMB_HAVE_GIF=1 -DEMB_HAVE_WEBP=1 -DEMB_HAVE_TIFF=1 \
	        -DEMB_HAVE_ZIP=1 -O1 -fanalyzer -Werror -I include -I src \
	        -c -o /dev/null

# Shows which branches of each file the tests take. Needs clang and llvm.
coverage:
	@sh tests/coverage.sh '$(CURDIR)'

valgrind: program
	@sh tests/valgrind.sh '$(CURDIR)/build/release/embudo' '$(CURDIR)'

asan tsan:
	$(call compile,$@)
	@ctest --preset $@ -j 2

clean:
	rm -rf build
