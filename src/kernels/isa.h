/* The members of emb__kernels by name: declared, and put into a row, for one instruction set or for
 * the reference. N(name) makes the function's name. */
#ifndef EMB_KERNELS_ISA_H
#define EMB_KERNELS_ISA_H

#include "kernels/kernels.h"

#define EMB_DECLARE_CURVE(N, name)                                                                 \
    void N(name)(const float *, float *, size_t, const float *);                                   \
    void N(name##_back)(const float *, const float *, float *, size_t, const float *);
#define EMB_CURVE_ENTRY(N, name) [EMB__CURVE_##name] = N(name),
#define EMB_SLOPE_ENTRY(N, name) [EMB__CURVE_##name] = N(name##_back),

#define EMB_DECLARE_ERROR(N, name)                                                                 \
    void N(name##_errors)(const float *, const float *, size_t, int, float, float, float *,        \
                          double *);
#define EMB_ERROR_ENTRY(N, name) [EMB__ERROR_##name] = N(name##_errors),

#define EMB_DECLARE_KERNELS(N)                                                                     \
    void N(gather)(const emb__gather *, const emb__share *, const float *, const float *,          \
                   const float *, float *, float *);                                               \
    void N(winograd)(const emb__gather *, const emb__share *, const float *, const float *,        \
                     const float *, float *, float *);                                             \
    void N(winograd_weight)(const emb__correlate *, int, int, const float *, const float *,        \
                            float *, bool, float *);                                               \
    void N(dense)(const float *, int, const float *, size_t, size_t, const float *, float *, int); \
    void N(correlate)(const emb__correlate *, int, int, const float *, const float *, float *,     \
                      bool, float *);                                                              \
    void N(outer)(const float *, int, const float *, int, float *, emb__into, float *);            \
    void N(bias)(const float *, int, size_t, float *, bool, float *);                              \
    void N(norm_sum)(const float *, size_t, size_t, double *);                                     \
    void N(norm_spread)(const float *, size_t, size_t, const float *, double *);                   \
    void N(norm_apply)(const float *, size_t, const float *, const emb__norm_affine *, float *);   \
    void N(norm_products)(const float *, const float *, size_t, const float *,                     \
                          const emb__norm_affine *, double *);                                     \
    void N(norm_back)(const float *, const float *, size_t, const float *, const float *,          \
                      const emb__norm_affine *, float *);                                          \
    void N(norm_weight)(const float *, const float *, size_t, size_t, const float *, size_t,       \
                        size_t, float *, float *, bool, float *);                                  \
    void N(single_norm)(const float *, size_t, size_t, const float *, const emb__norm_affine *,    \
                        float *);                                                                  \
    void N(single_gather)(const emb__gather *, const float *, const float *, const float *,        \
                          float *, float *);                                                       \
    void N(single_dense)(const float *, int, const float *, const float *, float *, int);          \
    void N(moments)(const float *, size_t, int, double *);                                         \
    void N(slopes)(const float *, const float *, size_t, float, double *);                         \
    void N(affine)(const float *, size_t, float, float, float *);                                  \
    void N(normal_back)(const float *, const float *, size_t, int, const emb__normal *, float *);  \
    void N(mask)(float *, size_t, const uint16_t *, int, float);                                   \
    void N(mask_plane)(float *, size_t, uint16_t, int, float);                                     \
    void N(sum)(const float *, const float *, float *, size_t);                                    \
    void N(sample)(const float *, const float *, const float *, size_t, float *);                  \
    void N(sample_back)(const emb__normal_code *, const float *, size_t, int, float, float *,      \
                        float *);                                                                  \
    void N(divergence)(const float *, const float *, size_t, double *);                            \
    void N(nearest)(const float *, size_t, size_t, size_t, const float *, int, int, float *);      \
    void N(single_nearest)(const float *, size_t, const float *, int, int, float *);               \
    void N(to_lanes)(const float *, int, size_t, float *);                                         \
    void N(from_lanes)(const float *, int, size_t, float *);                                       \
    void N(resample)(const emb__resample *, const emb__share *, const float *, float *, float *);  \
    void N(single_resample)(const emb__resample *, int, const float *, float *, float *);          \
    void N(max_pool)(const emb__pool *, const emb__share *, const float *, float *);               \
    void N(max_pool_back)(const emb__pool *, const emb__share *, const float *, const float *,     \
                          float *);                                                                \
    void N(single_max_pool)(const emb__pool *, int, const float *, float *);                       \
    EMB__CURVES(EMB_DECLARE_CURVE, N)                                                              \
    void N(below)(const float *, const float *, int, size_t, float *, bool, float *);              \
    void N(softmax)(const float *, int, size_t, size_t, bool, float *);                            \
    void N(softmax_back)(const float *, const float *, int, size_t, size_t, bool, float *);        \
    void N(lay_out)(const uint8_t *const *, int, size_t, float *);                                 \
    void N(squared_error)(const float *, const float *, size_t, int, float, float *, double *);    \
    EMB__ERRORS(EMB_DECLARE_ERROR, N)                                                              \
    void N(cross_entropy)(const float *, int, const uint8_t *, int, float, float, float *,         \
                          double *, uint8_t *);                                                    \
    void N(window)(const emb__window *, const float *, float *);                                   \
    void N(similarity)(const emb__similarity *, double *, double *);                               \
    void N(similarity_slopes)(const emb__similarity *, const float *, const float *);              \
    void N(lane_means)(const float *, size_t, float *);                                            \
    void N(subtract_lanes)(const float *, const float *, size_t, float *);                         \
    void N(multiply)(const float *, const float *, size_t, float *);                               \
    void N(halve)(const float *, size_t, size_t, float *);                                         \
    void N(halve_back)(const float *, size_t, size_t, float *);                                    \
    void N(add_sets)(float *, size_t, size_t, size_t, size_t);                                     \
    double N(squares)(const float *, size_t, size_t);                                              \
    void N(scale)(float *, float, size_t, size_t);                                                 \
    void N(limit)(float *, float, size_t, size_t);                                                 \
    void N(add_scaled)(float *, float, const float *, size_t, size_t);                             \
    void N(average)(float *, float, const float *, size_t, size_t);                                \
    void N(adam)(const emb__adam_step *, float *, const float *, float *, float *, float *,        \
                 size_t, size_t);                                                                  \
    void N(nadam)(const emb__nadam_step *, float *, const float *, float *, float *, size_t,       \
                  size_t);                                                                         \
    void N(sgd)(const emb__sgd_step *, float *, const float *, float *, size_t, size_t);           \
    void N(rmsprop)(const emb__rmsprop_step *, float *, const float *, float *, float *, float *,  \
                    size_t, size_t);                                                               \
    double N(peak)(size_t, float *);

/* clang-format off */
#define EMB_KERNEL_TABLE(text, width, halves, N, N16) \
    { \
        .name = text, .lanes = width, .half = halves, \
        .gather = N(gather), \
        .winograd = N(winograd), \
        .winograd_weight = N(winograd_weight), \
        .dense = N(dense), \
        .correlate = N(correlate), \
        .outer = N(outer), \
        .single_gather = N16(single_gather), \
        .single_dense = N16(single_dense), \
        .to_lanes = N(to_lanes), \
        .from_lanes = N(from_lanes), \
        .norm_sum = N(norm_sum), \
        .norm_spread = N(norm_spread), \
        .norm_apply = N(norm_apply), \
        .norm_products = N(norm_products), \
        .norm_back = N(norm_back), \
        .norm_weight = N(norm_weight), \
        .single_norm = N16(single_norm), \
        .bias = N(bias), \
        .sum = N(sum), \
        .sample = N(sample), \
        .sample_back = N(sample_back), \
        .divergence = N(divergence), \
        .nearest = N(nearest), \
        .single_nearest = N16(single_nearest), \
        .moments = N(moments), \
        .slopes = N(slopes), \
        .affine = N(affine), \
        .normal_back = N(normal_back), \
        .mask = N(mask), \
        .mask_plane = N(mask_plane), \
        .resample = N(resample), \
        .max_pool = N(max_pool), \
        .max_pool_back = N(max_pool_back), \
        .single_resample = N16(single_resample), \
        .single_max_pool = N16(single_max_pool), \
        .curve = {EMB__CURVES(EMB_CURVE_ENTRY, N)}, \
        .slope = {EMB__CURVES(EMB_SLOPE_ENTRY, N)}, \
        .lay_out = N(lay_out), \
        .squared_error = N(squared_error), \
        .error = {EMB__ERRORS(EMB_ERROR_ENTRY, N)}, \
        .cross_entropy = N(cross_entropy), \
        .window = N(window), \
        .similarity = N(similarity), \
        .similarity_slopes = N(similarity_slopes), \
        .lane_means = N(lane_means), \
        .subtract_lanes = N(subtract_lanes), \
        .multiply = N(multiply), \
        .halve = N(halve), \
        .halve_back = N(halve_back), \
        .add_sets = N(add_sets), \
        .squares = N(squares), \
        .scale = N(scale), \
        .limit = N(limit), \
        .add_scaled = N(add_scaled), \
        .average = N(average), \
        .adam = N(adam), \
        .nadam = N(nadam), \
        .sgd = N(sgd), \
        .rmsprop = N(rmsprop), \
        .peak = N(peak), \
        .below = N(below), \
        .softmax = N(softmax), \
        .softmax_back = N(softmax_back) \
    }
/* clang-format on */

#endif
