# Every public function begins with EMB__ENTER (base/entry.h), unless it computes, reads and writes
# nothing: sh entries.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# Those that only tell or put what stands in memory, or count.
cat >plain <<'END'
emb_cancel
emb_default_threads
emb_error
emb_error_id
emb_images_bad_count
emb_images_bad_file
emb_images_class_name
emb_images_classes
emb_images_count
emb_images_drawn_from
emb_images_file
emb_images_has_bytes
emb_images_label
emb_images_notes
emb_images_pictures
emb_images_pixels
emb_images_shape
emb_isa
emb_libraries
emb_neighbours_lists
emb_neighbours_recall
emb_net_builtin
emb_net_classes
emb_net_conditions
emb_net_entries
emb_net_has_measures
emb_net_has_part
emb_net_has_prior
emb_net_input_shape
emb_net_latent
emb_net_layer
emb_net_layer_count
emb_net_loss
emb_net_metadata
emb_net_notation
emb_set_translator
emb_picture_page
emb_set_number_signs
emb_net_output_shape
emb_net_pass_count
emb_net_places
emb_net_tensor
emb_net_state_count
emb_net_tensor_count
emb_pca_count
emb_pca_mean
emb_pca_total_variance
emb_pca_variances
emb_pca_vectors
emb_picture_bytes
emb_run_epoch_done
emb_run_options
emb_run_restore
emb_run_set_learning_rate
emb_run_steps
emb_run_steps_per_epoch
emb_run_stopped
emb_run_train_indices
emb_run_val_indices
emb_text_back
emb_text_for
emb_text_value
emb_train_optimiser
emb_trial_error
emb_trial_input_shape
emb_trial_layer
emb_trial_layer_count
emb_trial_notation
emb_trial_remedy
emb_trial_remedy_count
emb_trial_stop
emb_version
emb_view_shape
END
find "$root/src" -name '*.c' -exec awk '
    FNR == 1 { name = "" }
    name != "" && open { if ($1 != "EMB__ENTER;") print name; else print name, "enters"; name = "" }
    /^[a-z].*[ *]emb_[a-z0-9][a-z0-9_]*\(/ && !/^static/ && !/;$/ {
        name = $0
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        if (name ~ /_free$/) name = ""
        open = 0
    }
    name != "" && /\{.*\}$/ { print name; name = "" }
    name != "" { open = /\{$/ }
' {} + | sort -u >found
[ "$(grep -c enters found)" -gt 60 ] || fail "found only: $(cat found)"
# One name in two lines: variants of a build without a library have nothing to enter for.
sed -n 's/ enters//p' found >entering
grep -v enters found | grep -vxF -f entering | grep -vxF -f plain >bare
[ ! -s bare ] || fail "begin with EMB__ENTER: $(tr '\n' ' ' <bare)"
finish
