#!/bin/sh
# run.sh BUILD REPOSITORY SECONDS [EXECUTIONS]: each reader from the corpus and its seeds, for so long
# or, with EXECUTIONS, so many times; two readers at once, or with JOBS=1 one. What is found is kept in BUILD/fuzz and
# fails. SECONDS 0: the corpus alone, once.
build=$(cd "$1" && pwd) root=$(cd "$2" && pwd) seconds=$3 runs=${4:--1}
mkdir -p "$build/fuzz"
sh "$root/tests/fuzz/seeds.sh" "$root/build/release/embudo" "$root" "$build/fuzz/seeds" || exit 1

one() { # PROGRAM
    reader=${1##*/fuzz_}
    found=$build/fuzz/found/$reader log=$build/fuzz/$reader.log
    mkdir -p "$found"
    [ "$seconds" != 0 ] || runs=0
    if "$1" -max_total_time="$seconds" -runs="$runs" -timeout=10 -rss_limit_mb=1500 -malloc_limit_mb=600 \
        -max_len=65536 -print_final_stats=1 -artifact_prefix="$build/fuzz/$reader-" \
        "$found" "$build/fuzz/seeds/$reader" >"$log" 2>&1; then
        echo "$reader: $(sed -n 's/stat::number_of_executed_units: *//p' "$log") executions"
    else
        echo "$reader: FAILED"
        grep -m 6 -E 'ERROR|SUMMARY|runtime error|refused|Test unit' "$log"
        return 1
    fi
}

half=0 firsts= others= failures=0
for program in "$build"/tests/fuzz_*; do
    half=$((1 - half))
    [ $half = 1 ] && firsts="$firsts $program" || others="$others $program"
done
all() {
    failed=0
    for program; do one "$program" || failed=1; done
    return $failed
}
if [ "${JOBS:-2}" = 1 ]; then
    all $firsts $others || failures=1
else
    all $firsts &
    all $others || failures=1
    wait $! || failures=1
fi
exit $failures
