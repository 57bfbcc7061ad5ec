#!/bin/sh
# run.sh BUILD REPOSITORY SECONDS: each reader for so long, from its seeds. What is found is kept in
# BUILD/fuzz and fails.
build=$(cd "$1" && pwd) root=$(cd "$2" && pwd) seconds=$3 failed=0
mkdir -p "$build/fuzz"
sh "$root/tests/fuzz/seeds.sh" "$root/build/release/embudo" "$root" "$build/fuzz/seeds" || exit 1
for program in "$build"/tests/fuzz_*; do
    reader=${program##*/fuzz_}
    mkdir -p "$build/fuzz/found/$reader"
    if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1500 -malloc_limit_mb=600 \
        -max_len=65536 -print_final_stats=1 -artifact_prefix="$build/fuzz/$reader-" \
        "$build/fuzz/found/$reader" "$build/fuzz/seeds/$reader" >"$build/fuzz/$reader.log" 2>&1; then
        echo "$reader: $(sed -n 's/stat::number_of_executed_units: *//p' "$build/fuzz/$reader.log") executions"
    else
        echo "$reader: FAILED"
        grep -m 6 -E 'ERROR|SUMMARY|runtime error|refused with|Test unit' "$build/fuzz/$reader.log"
        failed=1
    fi
done
exit $failed
