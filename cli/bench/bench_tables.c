/* `embudo bench` for people: tables that fit the terminal, from 40 columns up. */
#include "bench/bench_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_figures.h"
#include "bench/bench_parts.h"
#include "core/message.h"
#include "core/terminal.h"

enum { NARROWEST = 40, WIDEST = 100 };

/* Columns of the table of layers. A cell is a time and its share of the peak. */
enum { NAME = 11, TIME = 9, PERCENT = 4, SHARE = 7, LEAST_KIND = 16, PASSES = 3, PART = 18 };

static int width(void) {
    int columns = cli_terminal_is(stdout) ? cli_terminal_columns(stdout) : 80;
    return columns > WIDEST ? WIDEST : columns < NARROWEST ? NARROWEST : columns;
}

static double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

static const char *plural(int count) { return count == 1 ? "" : "s"; }

/* ---- the machine ----------------------------------------------------------------------------- */

static void print_head(const cli_bench *bench) {
    char *machine = cli_bench_machine();
    const int classes = emb_net_classes(bench->net);
    cli_print("embudo %s, %s\n%s\n%s, %s %d\n", emb_version(), emb_isa(), cli_shown(machine),
              cli_shown(bench->model), classes > 0 ? _("classes") : _("latent"),
              classes > 0 ? classes : emb_net_latent(bench->net));
    cli_print("MFLOP/image: train %.3f, forward %.3f\n", bench->train_flop * 1e-6,
              bench->forward_flop * 1e-6);
    cli_print("medians of %d; noise %.1f %%\n", bench->repeats, cli_bench_noise(bench));
    free(machine);
}

static void print_machine(const cli_bench *bench) {
    bool peak = bench->wanted[CLI_BENCH_PEAK], bandwidth = bench->wanted[CLI_BENCH_BANDWIDTH];
    if (!peak && !bandwidth) return;
    double second = cli_bench_second_thread(bench);
    cli_print("\n%-*s%s%s\n", NAME, _("machine"), peak ? _("   GFLOP/s") : "",
              bandwidth ? _("      GB/s") : "");
    for (int t = 0; t < bench->thread_count; t++) {
        cli_print("%3d thread%-1s", bench->threads[t], plural(bench->threads[t]));
        if (peak) cli_print("%10.1f", cli_figure_median(&bench->peak[t]));
        if (bandwidth) cli_print("%10.1f", cli_figure_median(&bench->bandwidth[t]));
        putchar('\n');
    }
    if (peak && second > 0) cli_print("two threads' peak is %.2f times one's\n", second);
}

/* ---- throughput ------------------------------------------------------------------------------ */

static void print_throughput(const cli_bench *bench, const char *title, double flop,
                             const cli_figure figures[][CLI_BENCH_LIST]) {
    bool wide = width() >= 50;
    char number[CLI_NUMBER_SIZE];
    cli_print("\n%-9s%6s%8s%10s%s%7s\n", title, _("batch"), _("threads"), _("images/s"),
              wide ? _("   GFLOP/s") : "", _("% peak"));
    for (int b = 0; b < bench->batch_count; b++) {
        for (int t = 0; t < bench->thread_count; t++) {
            double rate = cli_figure_median(&figures[b][t]), gflops = rate * flop * 1e-9;
            if (figures[b][t].count == 0) continue;
            cli_print("%15d%8d%10s", bench->batches[b], bench->threads[t],
                      cli_thousands((uint64_t)(rate + 0.5), number));
            if (wide) cli_print("%10.1f", gflops);
            cli_print("%7.1f\n", percent(gflops, cli_figure_median(&bench->peak[t])));
        }
    }
}

/* ---- layers ---------------------------------------------------------------------------------- */

typedef struct columns {
    int kind; /* 0: not shown */
    bool percents, shares;
} columns;

static columns choose_columns(void) {
    int room = width() - NAME - PASSES * TIME;
    columns c = {.shares = room >= SHARE};
    if (c.shares) room -= SHARE;
    c.percents = room >= PASSES * PERCENT;
    if (c.percents) room -= PASSES * PERCENT;
    c.kind = c.percents && room >= LEAST_KIND ? room : 0;
    return c;
}

/* As much of a layer's text as fits, cut after a comma. */
static void print_kind(const char *kind, int room) {
    int length = (int)strlen(kind), cut = room - 4;
    if (length < room) {
        cli_print("%-*s", room, kind);
        return;
    }
    while (cut > 0 && kind[cut - 1] != ',') cut--;
    cli_print("%.*s%s%-*s", cut, kind, cut ? " ..." : "", room - cut - (cut ? 4 : 0),
              cut ? "" : "...");
}

/* The index of a layer's pass; pass_count if there is none. */
static size_t find_pass(const cli_bench *bench, emb_pass pass, size_t layer) {
    size_t i = 0;
    while (i < bench->pass_count &&
           (bench->passes[i].pass != pass || bench->passes[i].layer != layer)) {
        i++;
    }
    return i;
}

/* Its time in seconds; 0 if there is no such pass. */
static double print_cell(const cli_bench *bench, emb_pass pass, size_t layer, columns c) {
    size_t i = find_pass(bench, pass, layer);
    bool found = i < bench->pass_count;
    double seconds = found ? cli_figure_median(&bench->pass_times[i]) : 0;
    double flop = found ? 2.0 * (double)bench->passes[i].multiply_adds : 0;
    char share[16] = "";
    if (found) {
        cli_print("%*.2f", TIME, seconds * 1e6);
    } else {
        cli_print("%*s", TIME, "-");
    }
    if (flop > 0 && seconds > 0) {
        double gflops = flop / seconds * 1e-9;
        snprintf(share, sizeof share, "%.0f", percent(gflops, cli_figure_median(&bench->one_peak)));
    }
    if (c.percents) cli_print("%*s", PERCENT, share);
    return seconds;
}

static void end_row(double seconds, double step, columns c) {
    if (c.shares) cli_print("%*.1f", SHARE, percent(seconds, step));
    putchar('\n');
}

static void print_layer(const cli_bench *bench, size_t layer, double step, columns c) {
    emb_layer_info info;
    char name[288];
    double seconds = 0;
    if (find_pass(bench, EMB_PASS_FORWARD, layer) == bench->pass_count) return;
    emb_net_layer(bench->net, layer, &info);
    snprintf(name, sizeof name, "%s.%s", info.part, info.path);
    cli_print("%-*s", NAME, name);
    if (c.kind) print_kind(info.layer, c.kind);
    seconds += print_cell(bench, EMB_PASS_FORWARD, layer, c);
    seconds += print_cell(bench, EMB_PASS_INPUT_GRADIENT, layer, c);
    seconds += print_cell(bench, EMB_PASS_WEIGHT_GRADIENT, layer, c);
    end_row(seconds, step, c);
}

/* A pass of the whole network, or the sum. */
static void print_one(const char *name, double seconds, double step, columns c) {
    int rest = (PASSES - 1) * TIME + (c.percents ? PASSES * PERCENT : 0);
    cli_print("%-*s%*s%*.2f%*s", NAME, name, c.kind, "", TIME, seconds * 1e6, rest, "");
    end_row(seconds, step, c);
}

static void print_layers(const cli_bench *bench) {
    columns c = choose_columns();
    double step = cli_bench_step_seconds(bench);
    const char *gap = c.percents ? "   %" : "";
    cli_print("\n%d images, 1 thread, in microseconds\n", CLI_BENCH_LAYERS_BATCH);
    cli_print("d: gradient by%s\n", c.percents ? _("; %: of the peak, padding counted") : "");
    cli_print("%-*s%*s%s%s%s%s%s%s%s\n", NAME, _("layer"), c.kind, "", _("  forward"), gap,
              _("  d input"), gap, _(" d weight"), gap, c.shares ? _("  share") : "");
    for (size_t i = 0; i < emb_net_layer_count(bench->net); i++) print_layer(bench, i, step, c);
    for (size_t i = 0; i < bench->pass_count; i++) {
        if (cli_bench_of_layer(bench->passes[i].pass)) continue;
        print_one(_(cli_bench_pass_names[bench->passes[i].pass]),
                  cli_figure_median(&bench->pass_times[i]), step, c);
    }
    print_one(_("all"), step, step, c);
}

/* ---- layers taken together ------------------------------------------------------------------- */

/* Columns of a text in UTF-8 whose letters have one each. */
static int columns_of(const char *text) {
    int count = 0;
    for (; *text; text++) count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* The widest name, in the reader's language. */
static int name_columns(void) {
    int most = PART;
    for (int i = 0; i < CLI_PARTS; i++) {
        const int own = columns_of(_(cli_part_names[i]));
        if (own > most) most = own;
    }
    return most;
}

static void print_parts(const cli_bench *bench) {
    const int name = name_columns();
    cli_part_time parts[CLI_PARTS];
    cli_bench_parts(bench, parts);
    const double peak = cli_figure_median(&bench->one_peak) * 1e9;
    const double step = parts[parts[CLI_PART_STEP].known ? CLI_PART_STEP : CLI_PART_ALL].seconds;
    cli_print("\n%-*s%*s%*s%*s\n", name, _("parts of a step"), TIME, _("us"), SHARE - 1, _("share"),
              SHARE, _("% peak"));
    for (int i = 0; i < CLI_PARTS; i++) {
        const cli_part_time *part = &parts[i];
        if (!part->known) continue;
        cli_print("%-*s%*.2f%*.1f", name, _(cli_part_names[i]), TIME, part->seconds * 1e6,
                  SHARE - 1, percent(part->seconds, step));
        if (part->flop > 0 && part->seconds > 0)
            cli_print("%*.1f", SHARE, percent(part->flop / part->seconds, peak));
        putchar('\n');
    }
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void print_single(const char *name, const cli_figure *median, const cli_figure *p99) {
    cli_print("%-*s%10.1f%10.1f\n", NAME, name, cli_figure_median(median) * 1e6,
              cli_figure_median(p99) * 1e6);
}

void cli_bench_print_tables(const cli_bench *bench) {
    print_head(bench);
    print_machine(bench);
    if (bench->wanted[CLI_BENCH_TRAIN]) {
        print_throughput(bench, _("training"), bench->train_flop, bench->train);
    }
    if (bench->wanted[CLI_BENCH_FORWARD]) {
        print_throughput(bench, _("forward"), bench->forward_flop, bench->forward);
    }
    if (bench->wanted[CLI_BENCH_PASSES]) {
        print_layers(bench);
        print_parts(bench);
    }
    if (bench->wanted[CLI_BENCH_SINGLE]) {
        cli_print("\n%-*s%10s%10s\n", NAME, _("one image"), _("median us"), _("p99 us"));
        if (bench->encode.count) print_single("encode", &bench->encode, &bench->encode_p99);
        if (bench->decode.count) print_single("decode", &bench->decode, &bench->decode_p99);
        if (bench->classify.count) print_single("classify", &bench->classify, &bench->classify_p99);
    }
    if (bench->start.count > 0 || bench->memory.count > 0) cli_print("\nembudo train, a process\n");
    if (bench->start.count > 0) {
        cli_print("%-*s%7.0f ms, one step, saved\n", NAME, _("start"),
                  cli_figure_median(&bench->start) * 1e3);
    }
    if (bench->memory.count > 0) {
        cli_print("%-*s%7.1f MB, %d steps\n", NAME, _("memory"),
                  cli_figure_median(&bench->memory) * 1e-6, CLI_BENCH_MEMORY_STEPS);
    }
}
