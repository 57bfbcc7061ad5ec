/* Whether this program has its processors to itself, as the system counts it. */
#ifndef CLI_BENCH_SHARING_H
#define CLI_BENCH_SHARING_H

typedef struct cli_sharing {
    double switches; /* how often another program took a processor of this one's, a second */
    double
        stolen; /* share of the processors' time that the host gave to other machines, in percent */
} cli_sharing;

/* From here on; the second gives what was counted since. Where the system does not tell, 0. */
void cli_sharing_begin(void);
cli_sharing cli_sharing_since(void);

#endif
