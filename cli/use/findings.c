/* The table of findings. See findings.h. */
#include "use/findings.h"

#include <stddef.h>

#include "core/language.h"

const cli_finding cli_findings[] = {
    {EMB_FINDING_RANGE, "range", N_("wrong range")},
    {EMB_FINDING_COLLAPSE, "collapse", N_("collapse")},
    {EMB_FINDING_DIVERGENCE, "divergence", N_("too much KL")},
    {EMB_FINDING_UNUSED, "unused", N_("unused entries")},
    {EMB_FINDING_MEAN_IMAGE, "mean image", N_("mean image")},
    {EMB_FINDING_CONSTANT, "constant", N_("constant code")},
    {EMB_FINDING_PCA, "pca", N_("worse than PCA")},
    {EMB_FINDING_SATURATED, "saturated", N_("saturated")},
    {EMB_FINDING_DEAD, "dead", N_("dead numbers")},
    {0, NULL, NULL},
};
