"""The C library: where it is, and its functions as include/embudo/ declares them."""
import ctypes
import ctypes.util
import os
from ctypes import POINTER, c_bool, c_char_p, c_double, c_float, c_int, c_size_t, c_uint, c_uint32, c_uint64
from ctypes import c_uint8, c_void_p


# The limits of embudo/base.h; the tests hold them against it.
MAX_SIZE = 1 << 16
MAX_CLASSES = 256
MAX_BATCH = 1 << 16
MAX_EPOCHS = 1000000
MAX_WARMUP = 1 << 30
MAX_THREADS = 256


class NetOptions(ctypes.Structure):
    _fields_ = [("latent", c_int), ("classes", c_int), ("class_name", c_char_p), ("set", c_char_p),
                ("input", c_int * 3)]


class Pictures(ctypes.Structure):
    _fields_ = [("channels", c_int), ("height", c_int), ("width", c_int), ("fit", c_int), ("background", c_int)]


FITS = {"crop": 1, "pad": 2, "stretch": 3, "mnist": 4}


class OpenOptions(ctypes.Structure):
    _fields_ = [("test_split", c_double), ("seed", c_uint64), ("pictures", Pictures), ("bad", c_int),
                ("no_cache", c_bool), ("memory", c_uint64), ("threads", c_int), ("progress", c_void_p),
                ("progress_data", c_void_p)]


class ReadOptions(ctypes.Structure):
    _fields_ = [("invert", c_bool), ("pictures", Pictures)]


class ImportOptions(ctypes.Structure):
    _fields_ = [("notation", c_char_p), ("code", c_char_p), ("part", c_char_p), ("class_name", c_char_p),
                ("set", c_char_p), ("input", c_int * 3)]


class Pair(ctypes.Structure):
    _fields_ = [("key", c_char_p), ("value", c_char_p)]


class Preprocessing(ctypes.Structure):
    _fields_ = [("floats", c_bool), ("low", c_double), ("high", c_double), ("pixels", c_bool),
                ("black", c_double), ("white", c_double)]


class TensorInfo(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("rank", c_int), ("shape", c_int * 4), ("count", c_size_t),
                ("values", POINTER(c_float)), ("is_buffer", c_bool), ("is_counter", c_bool)]


class TrainOptions(ctypes.Structure):
    _fields_ = [("seed", c_uint64), ("learning_rate", c_double), ("beta1", c_double),
                ("beta2", c_double), ("epsilon", c_double), ("val_split", c_double), ("val_count", c_size_t),
                ("batch_size", c_int), ("shuffle", c_bool), ("schedule", c_int), ("epochs", c_int),
                ("warmup", c_int), ("keep_weights", c_bool), ("threads", c_int),
                ("loss", ctypes.c_char * 192), ("optimiser", c_int), ("momentum", c_double),
                ("dampening", c_double), ("nesterov", c_bool), ("amsgrad", c_bool),
                ("centered", c_bool), ("decoupled_weight_decay", c_bool), ("alpha", c_double),
                ("momentum_decay", c_double),
                ("weight_decay", c_double), ("clip_norm", c_double), ("clip_value", c_double),
                ("ema", c_double), ("step_size", c_int), ("fixed_momentum", c_bool),
                ("eta_min", c_double), ("gamma", c_double), ("pct_start", c_double), ("div_factor", c_double),
                ("final_div_factor", c_double),
                ("base_momentum", c_double), ("max_momentum", c_double), ("factor", c_double),
                ("patience", c_int), ("cooldown", c_int), ("threshold", c_double),
                ("min_lr", c_double), ("mode", c_int), ("threshold_mode", c_int),
                ("stop_patience", c_int), ("stop_min_delta", c_double), ("freeze", ctypes.c_char * 192),
                ("augment", ctypes.c_char * 192), ("denoise", ctypes.c_char * 192)]


MOST_MEASURES = 4


class Measure(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("value", c_double), ("validation", c_double)]


class EpochInfo(ctypes.Structure):
    _fields_ = [("loss", c_float), ("mean_loss", c_double), ("validation_loss", c_double),
                ("accuracy", c_double), ("validation_accuracy", c_double), ("steps", c_size_t),
                ("images", c_size_t), ("seconds", c_double), ("has_preview", c_bool),
                ("preview", c_size_t), ("measure_count", c_int), ("measures", Measure * MOST_MEASURES)]


class Measuring(ctypes.Structure):
    _fields_ = [("loss", ctypes.c_char_p), ("seed", ctypes.c_uint64), ("threads", c_int)]


class Measured(ctypes.Structure):
    _fields_ = [("measure_count", c_int), ("measures", Measure * MOST_MEASURES), ("active", c_int),
                ("latent", c_int), ("count", c_size_t)]


class Score(ctypes.Structure):
    _fields_ = [("mse", c_double), ("psnr", c_double), ("count", c_size_t)]


class Checkup(ctypes.Structure):
    _fields_ = [("findings", c_uint), ("mse", c_double), ("mean_mse", c_double), ("pca_mse", c_double),
                ("components", c_int), ("latent", c_int), ("dead", c_int), ("saturated", c_int),
                ("has_layer", c_bool), ("layer", c_size_t), ("layer_share", c_double), ("low", c_double),
                ("high", c_double), ("freedom", c_double), ("measure_count", c_int), ("active", c_int),
                ("entries", c_int), ("measures", Measure * MOST_MEASURES)]


class ExamineOptions(ctypes.Structure):
    _fields_ = [("young", c_bool), ("quick", c_bool), ("threads", c_int)]


class DataCheckup(ctypes.Structure):
    _fields_ = [("findings", c_uint), ("looked", c_size_t), ("alike", c_double), ("channel", c_int),
                ("channels", c_int), ("constant", c_double), ("parameters", c_size_t), ("numbers", c_size_t),
                ("untaught", c_int), ("unmeasured", c_int), ("label", c_int), ("label_count", c_size_t)]


class LayerInfo(ctypes.Structure):
    _fields_ = [("part", c_char_p), ("index", c_int), ("path", c_char_p), ("layer", c_char_p), ("rank", c_int),
                ("shape", c_int * 5), ("parameters", c_size_t), ("multiply_adds", c_size_t), ("kind", c_char_p),
                ("kernel", c_int * 2), ("stride", c_int * 2), ("padding", c_int * 2), ("dilation", c_int * 2),
                ("output_padding", c_int * 2), ("family", c_int)]


class OnnxOptions(ctypes.Structure):
    _fields_ = [("part", c_char_p), ("uint8_input", c_bool), ("verdict", c_void_p)]


class COptions(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("part", c_char_p), ("int8", c_void_p), ("sample", POINTER(c_float)),
                ("verdict", c_void_p)]


class CSize(ctypes.Structure):
    _fields_ = [("constants", c_size_t), ("buffer", c_size_t), ("paths", (ctypes.c_char * 4096) * 2)]


class Figure(ctypes.Structure):
    _fields_ = [("rows", c_int), ("columns", c_int), ("shape", c_int * 3), ("pixels", POINTER(c_float)),
                ("column_titles", POINTER(c_char_p)), ("row_titles", POINTER(c_char_p)), ("scale", c_int),
                ("title", c_char_p), ("captions", POINTER(c_char_p)), ("plane", c_bool), ("x_title", c_char_p),
                ("y_title", c_char_p), ("tints", POINTER(c_float)), ("tint_titles", c_char_p * 3)]


_floats, _bytes, _ints, _indices = POINTER(c_float), POINTER(c_uint8), POINTER(c_int), POINTER(c_uint32)
_rows = (c_int, [c_void_p, _floats, c_size_t, _floats, c_int])

# Result and arguments of each function that the module uses.
_functions = {
    "emb_error": (c_char_p, []),
    "emb_error_id": (c_char_p, []),
    "emb_error_code": (c_bool, [c_char_p, c_char_p]),
    "emb_version": (c_char_p, []),
    "emb_isa": (c_char_p, []),
    "emb_default_threads": (c_int, []),
    "emb_images_open_part": (c_void_p, [c_char_p, c_int, POINTER(OpenOptions)]),
    "emb_images_drawn_from": (c_size_t, [c_void_p]),
    "emb_images_read": (c_void_p, [POINTER(c_char_p), c_size_t, _ints, POINTER(ReadOptions), c_void_p]),
    "emb_images_file": (c_char_p, [c_void_p, c_size_t]),
    "emb_images_join": (c_void_p, [c_void_p, c_void_p]),
    "emb_images_notes": (c_char_p, [c_void_p]),
    "emb_images_fingerprint": (c_char_p, [c_void_p, c_char_p]),
    "emb_images_class_name": (c_char_p, [c_void_p, c_int]),
    "emb_images_fit": (c_int, [c_void_p, c_void_p]),
    "emb_images_new": (c_void_p, [_bytes, _bytes, c_size_t, _ints]),
    "emb_images_new_float": (c_void_p, [_floats, _bytes, c_size_t, _ints]),
    "emb_images_free": (None, [c_void_p]),
    "emb_images_count": (c_size_t, [c_void_p]),
    "emb_images_shape": (None, [c_void_p, _ints]),
    "emb_images_label": (c_int, [c_void_p, c_size_t]),
    "emb_images_fetch": (c_int, [c_void_p, _indices, c_size_t, _floats, _bytes]),
    "emb_images_set_pixels": (c_int, [c_void_p, c_double, c_double]),
    "emb_images_follow": (c_int, [c_void_p, c_void_p]),
    "emb_net_preprocessing": (None, [c_void_p, POINTER(Preprocessing)]),
    "emb_net_pictures": (c_bool, [c_void_p, POINTER(Pictures)]),
    "emb_net_like_mnist": (c_bool, [c_void_p]),
    "emb_net_same_range": (c_int, [c_void_p, c_void_p]),
    "emb_net_open": (c_void_p, [c_char_p, POINTER(NetOptions)]),
    "emb_net_parse": (c_void_p, [c_char_p, c_char_p, POINTER(NetOptions)]),
    "emb_net_import": (c_void_p, [c_char_p, POINTER(ImportOptions)]),
    "emb_net_load": (c_int, [c_void_p, c_char_p]),
    "emb_net_free": (None, [c_void_p]),
    "emb_net_save": (c_int, [c_void_p, c_char_p, POINTER(Pair), c_size_t]),
    "emb_net_init": (c_int, [c_void_p, c_uint64]),
    "emb_net_notation": (c_char_p, [c_void_p]),
    "emb_net_metadata": (c_char_p, [c_void_p, c_char_p]),
    "emb_net_input_shape": (None, [c_void_p, _ints]),
    "emb_net_output_shape": (None, [c_void_p, _ints]),
    "emb_net_latent": (c_int, [c_void_p]),
    "emb_net_classes": (c_int, [c_void_p]),
    "emb_net_tensor_count": (c_size_t, [c_void_p]),
    "emb_net_state_count": (c_size_t, [c_void_p]),
    "emb_net_tensor": (None, [c_void_p, c_size_t, POINTER(TensorInfo)]),
    "emb_net_encode": _rows,
    "emb_net_decode": _rows,
    "emb_net_reconstruct": _rows,
    "emb_net_classify": _rows,
    "emb_net_measure": (c_int, [c_void_p, c_void_p, _indices, c_size_t, POINTER(Measuring), POINTER(Measured)]),
    "emb_net_conditions": (c_int, [c_void_p]),
    "emb_net_set_labels": (c_int, [c_void_p, _ints, c_size_t]),
    "emb_net_has_measures": (c_bool, [c_void_p]),
    "emb_net_entries": (c_int, [c_void_p]),
    "emb_net_places": (c_int, [c_void_p]),
    "emb_net_to_indices": (c_int, [c_void_p, _floats, c_size_t, _indices]),
    "emb_net_from_indices": (c_int, [c_void_p, _indices, c_size_t, _floats]),
    "emb_net_has_prior": (c_bool, [c_void_p]),
    "emb_sampler_new": (c_void_p, [c_void_p, c_void_p, _indices, c_size_t, ctypes.c_uint64, c_int]),
    "emb_sampler_free": (None, [c_void_p]),
    "emb_sampler_draw": (c_int, [c_void_p, c_size_t, c_size_t, _floats]),
    "emb_net_score": (c_int, [c_void_p, c_void_p, _indices, c_size_t, c_int, POINTER(Score)]),
    "emb_net_gradients": (c_int, [c_void_p, c_void_p, _indices, c_size_t, _floats,
                                  POINTER(c_double)]),
    "emb_run_new": (c_void_p, [c_void_p, c_void_p, POINTER(TrainOptions)]),
    "emb_run_free": (None, [c_void_p]),
    "emb_run_step": (c_int, [c_void_p, POINTER(c_float)]),
    "emb_run_epoch_done": (c_bool, [c_void_p]),
    "emb_run_finish_epoch": (c_int, [c_void_p, POINTER(EpochInfo)]),
    "emb_run_steps": (c_size_t, [c_void_p]),
    "emb_run_stopped": (c_bool, [c_void_p]),
    "emb_run_set_epochs": (c_int, [c_void_p, c_int]),
    "emb_run_restore": (None, [c_void_p]),
    "emb_run_learning_rate": (c_double, [c_void_p]),
    "emb_run_set_learning_rate": (None, [c_void_p, c_double]),
    "emb_run_steps_per_epoch": (c_size_t, [c_void_p]),
    "emb_run_train_indices": (_indices, [c_void_p, POINTER(c_size_t)]),
    "emb_run_val_indices": (_indices, [c_void_p, POINTER(c_size_t)]),
    "emb_run_options": (None, [c_void_p, POINTER(TrainOptions)]),
    "emb_run_save": (c_int, [c_void_p, c_char_p, POINTER(Pair), c_size_t]),
    "emb_checkpoint_open": (c_void_p, [c_char_p]),
    "emb_checkpoint_net": (c_void_p, [c_void_p]),
    "emb_checkpoint_run": (c_void_p, [c_void_p, c_void_p, c_void_p, c_int]),
    "emb_checkpoint_free": (None, [c_void_p]),
    "emb_split": (c_int, [c_size_t, POINTER(TrainOptions), _indices, POINTER(c_size_t)]),
    "emb_train_images": (c_int, [c_void_p, POINTER(TrainOptions), c_size_t, _indices, c_size_t, _floats, _floats]),
    "emb_net_errors": (c_int, [c_void_p, c_void_p, _indices, c_size_t, c_int, POINTER(c_double)]),
    "emb_net_save_bytes": (c_int, [c_void_p, POINTER(Pair), c_size_t, POINTER(c_void_p), POINTER(c_size_t)]),
    "emb_net_open_bytes": (c_void_p, [c_char_p, c_size_t, c_char_p]),
    "emb_net_load_bytes": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p]),
    "emb_net_has_part": (c_bool, [c_void_p, c_char_p]),
    "emb_net_layer": (None, [c_void_p, c_size_t, POINTER(LayerInfo)]),
    "emb_net_examine": (c_int, [c_void_p, c_void_p, _indices, c_size_t, c_void_p, _indices, c_size_t,
                                POINTER(ExamineOptions), POINTER(Checkup)]),
    "emb_net_examine_data": (c_int, [c_void_p, c_void_p, _indices, c_size_t, _indices, c_size_t,
                                     POINTER(DataCheckup)]),
    "emb_net_export_onnx": (c_int, [c_void_p, c_char_p, POINTER(OnnxOptions)]),
    "emb_net_export_c": (c_int, [c_void_p, c_char_p, POINTER(COptions), POINTER(CSize)]),
    "emb_int8_new": (c_void_p, [c_void_p, c_void_p, _indices, c_size_t]),
    "emb_int8_free": (None, [c_void_p]),
    "emb_pca_new": (c_void_p, [c_void_p, _indices, c_size_t, c_int, c_int]),
    "emb_pca_free": (None, [c_void_p]),
    "emb_pca_count": (c_int, [c_void_p]),
    "emb_pca_mean": (_floats, [c_void_p]),
    "emb_pca_vectors": (_floats, [c_void_p]),
    "emb_pca_variances": (POINTER(c_double), [c_void_p]),
    "emb_pca_total_variance": (c_double, [c_void_p]),
    "emb_pca_encode": (c_int, [c_void_p, c_void_p, _indices, c_size_t, _floats, c_int]),
    "emb_pca_score": (c_int, [c_void_p, c_int, c_void_p, _indices, c_size_t, c_int, POINTER(c_double)]),
    "emb_figure_draw": (c_void_p, [POINTER(Figure), c_int]),
    "emb_picture_bytes": (POINTER(c_uint8), [c_void_p, POINTER(c_size_t)]),
    "emb_picture_free": (None, [c_void_p]),
}


def _load() -> ctypes.CDLL:
    """The library that EMBUDO_LIBRARY names, else the one beside this file, else the system's."""
    here = os.path.dirname(os.path.abspath(__file__))
    named = os.environ.get("EMBUDO_LIBRARY")
    if named:
        try:
            return ctypes.CDLL(named)
        except OSError as error:
            raise ImportError(f"EMBUDO_LIBRARY: {error}") from None
    for name in ("libembudo.so", "libembudo.dylib"):
        path = os.path.join(here, name)
        if os.path.exists(path):
            return ctypes.CDLL(path)
    system = ctypes.util.find_library("embudo")
    if system:
        return ctypes.CDLL(system)
    raise ImportError("libembudo was not found: install the wheel (pip install ./bindings/python) or set "
                      "EMBUDO_LIBRARY to the library's path")


lib = _load()
lib.emb_version.restype = c_char_p
# The structs above are those of this minor version.
_version = lib.emb_version().decode()
if _version.split(".")[:2] != ["0", "1"]:
    raise ImportError(f"libembudo has version {_version}, expected 0.1")
for _name, (_result, _arguments) in _functions.items():
    _function = getattr(lib, _name)
    _function.restype, _function.argtypes = _result, _arguments

# What frees bytes that the library hands over.
free = ctypes.CDLL(None).free
free.restype, free.argtypes = None, [c_void_p]
