"""Autoencoder against scikit-learn's rules: all of its checks, clones, pickles, pipelines."""
import os
import pickle
import subprocess
import sys
import warnings

os.environ["SCIPY_ARRAY_API"] = "1"  # or a check is skipped
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, finish, need, path, program, root  # noqa: E402

np, sklearn, _pandas = need("numpy", "sklearn", "pandas")
if not hasattr(sklearn, "set_config") or tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 6):
    need("sklearn_1_6")
os.environ["EMBUDO_LIBRARY"] = os.path.join(os.path.dirname(program), "libembudo.so")
os.environ["PYTHONPATH"] = os.path.join(root, "bindings", "python")
sys.path.insert(0, os.environ["PYTHONPATH"])
import embudo  # noqa: E402

done = subprocess.run([sys.executable, "-c", "import embudo, sys; sys.exit('sklearn' in sys.modules)"])
check(done.returncode == 0, "embudo alone imports no scikit-learn")
from sklearn.base import clone, is_outlier_detector  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.model_selection import GridSearchCV  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils import estimator_checks  # noqa: E402

warnings.simplefilter("ignore")

rng = np.random.RandomState(0)

# Every check that there is for such an estimator; the others are named.
results = estimator_checks.check_estimator(embudo.Autoencoder(), on_fail=None, on_skip=None)
for result in results:
    check(result["status"] == "passed", f"{result['check_name']}: {result['status']}, {result['exception']}")
# Those that scikit-learn runs on its own estimators alone, and that apply.
more = ["check_dataframe_column_names_consistency", "check_estimators_data_not_an_array",
        "check_get_feature_names_out_error", "check_global_output_transform_pandas", "check_inplace_ensure_writeable",
        "check_set_output_transform", "check_set_output_transform_pandas", "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas"]
for name in more:
    one = {"check_name": name, "status": "passed", "exception": None}
    rest = [rng.normal(size=(20, 3)), np.arange(20), "NotAnArray"] if name == "check_estimators_data_not_an_array" else []
    try:
        getattr(estimator_checks, name)("Autoencoder", embudo.Autoencoder(), *rest)
    except Exception as error:  # also a SkipTest
        one.update(status=type(error).__name__, exception=error)
        check(False, f"{name}: {error!r}")
    results.append(one)
passed = sum(result["status"] == "passed" for result in results)
ran = {result["check_name"] for result in results}
every = {name for name in dir(estimator_checks) if name.startswith("check_")} - {
    "check_array", "check_estimator", "check_is_fitted", "check_random_state", "check_outlier_corruption"}
print(f"scikit-learn {sklearn.__version__}: {passed} of {len(results)} checks pass, none is skipped; "
      f"{len(every - ran)} are for others:")
print("    " + ", ".join(sorted(every - ran)))
check(passed >= 50, f"{passed} checks are few")

flat = (rng.normal(size=(90, 2)) @ rng.normal(size=(2, 6))).astype(np.float32)
fitted = embudo.Autoencoder(latent=2, hidden=8, epochs=30).fit(flat)
codes = fitted.transform(flat)
check(codes.shape == (90, 2) and codes.dtype == np.float32, "codes")
check(fitted.inverse_transform(codes).shape == flat.shape, "back")
check(is_outlier_detector(fitted), "an outlier detector")

# Clones are not fitted; nor is what was only made.
copied = clone(fitted)
check(copied.get_params() == fitted.get_params() and not hasattr(copied, "net_"), "clone is unfitted")
for name in "transform", "predict", "score_samples", "decision_function", "score", "inverse_transform":
    try:
        getattr(copied, name)(flat if name != "inverse_transform" else codes)
        check(False, f"{name} of an unfitted one")
    except NotFittedError:
        pass

# The same bytes for any batch, order and threads.
order = rng.permutation(90)
check(fitted.transform(flat[order]).tobytes() == codes[order].tobytes(), "order")
for size in 1, 7, 16, 33:
    parts = [fitted.transform(flat[i:i + size]) for i in range(0, 90, size)]
    check(np.concatenate(parts).tobytes() == codes.tobytes(), f"batches of {size}")
scores = fitted.score_samples(flat)
for threads in 1, 2, 5:
    again = clone(fitted).set_params(threads=threads).fit(flat)
    check(again.transform(flat).tobytes() == codes.tobytes(), f"{threads} threads")
    check(again.score_samples(flat).tobytes() == scores.tobytes(), f"scores, {threads} threads")

# OutlierMixin's signs.
far = flat[:5] + 30
check((fitted.score_samples(far) < fitted.offset_).all() and (fitted.predict(far) == -1).all(), "outliers are -1")
check(np.array_equal(fitted.decision_function(flat), scores - fitted.offset_), "decision_function")
check(np.array_equal(fitted.predict(flat), np.where(scores >= fitted.offset_, 1, -1)), "predict")
check((clone(fitted).set_params(contamination=0.1).fit_predict(flat) == -1).sum() == 9, "contamination")
check(abs(fitted.score(flat) + fitted.net_.score(embudo.Images(flat))) < 1e-9, "score is minus the error")
error = ((flat - fitted.inverse_transform(codes)) ** 2).mean(1)
check(np.abs(scores + error).max() < 1e-5, "score_samples")

# A pickle has the model as safetensors, and opens elsewhere: without scikit-learn, on another processor.
packed = pickle.dumps(fitted)
state = fitted.__getstate__()
check(state["net_"] in packed, "the pickle holds the file's bytes")
tensors = need("safetensors.numpy").load(state["net_"])
check(all((tensors[name] == value).all() for name, value in fitted.net_.state_dict().items()), "safetensors")
with open(path("fitted.pickle"), "wb") as file:
    file.write(packed)
np.save(path("flat.npy"), flat)
elsewhere = """
import pickle, sys
import numpy as np
sys.modules["sklearn"] = None
import embudo
X = np.load("flat.npy")
opened = pickle.load(open("fitted.pickle", "rb"))
made = embudo.Autoencoder(latent=2, hidden=8, epochs=30)
assert made.get_params() == opened.get_params() and repr(made) == "Autoencoder(epochs=30, hidden=8, latent=2)", made
try:
    made.transform(X)
    raise SystemExit("unfitted")
except ValueError as error:
    assert "not fitted" in str(error), error
assert made.fit_transform(X).tobytes() == opened.transform(X).tobytes()
assert (made.fit_predict(X) == opened.predict(X)).all() and made.offset_ == opened.offset_
for wrong, text in ((X[:, :3], "3 features"), (X * np.nan, "NaN"), (X[:0], "0 sample"), (X[0], "Expected 2D"),
                    (X * 1e39, "infinity"), (X.astype(complex), "Complex data")):
    try:
        made.transform(wrong)
        raise SystemExit(f"{text}: taken")
    except (ValueError, TypeError) as error:
        assert text in str(error), error
np.save("codes.npy", opened.transform(X))
pickle.dump(made, open("made.pickle", "wb"))
"""
for isa in "plain", None:
    where = {**os.environ, "EMBUDO_ISA": isa} if isa else dict(os.environ)
    done = subprocess.run([sys.executable, "-c", elsewhere], cwd=path(), env=where, capture_output=True, text=True)
    check(done.returncode == 0, f"without scikit-learn, {isa}: {done.stderr[-600:]}")
    check(np.load(path("codes.npy")).tobytes() == codes.tobytes(), f"the pickle's codes elsewhere, {isa}")
with open(path("made.pickle"), "rb") as file:
    check(pickle.load(file).transform(flat).tobytes() == codes.tobytes(), "a pickle from there")

# In pipelines, searches and tables.
pipe = make_pipeline(StandardScaler(), embudo.Autoencoder(latent=1, hidden=(), epochs=5))
check(pipe.fit_transform(flat).shape == (90, 1), "in a pipeline")
search = GridSearchCV(embudo.Autoencoder(hidden=8, epochs=30), {"latent": [1, 2]}, cv=3).fit(flat)
check(search.best_params_ == {"latent": 2}, f"in a search: {search.best_params_}")
table = clone(fitted).set_output(transform="pandas").fit(flat).transform(flat)
check(list(table.columns) == ["autoencoder0", "autoencoder1"], "as a table")

# Images keep their shape; those of the practice have its network.
for shape, sizes in (((12, 9), (1, 12, 9)), ((3, 8, 8), (3, 8, 8)), ((10, 7, 3), (3, 10, 7)), ((28, 28), (1, 28, 28)),
                     ((4, 4), (1, 4, 4)), ((1, 33, 40), (1, 33, 40))):
    for kind in np.uint8, np.float32:
        X = rng.randint(0, 256, (20, *shape)).astype(kind) / (1 if kind == np.uint8 else np.float32(255))
        X = X.astype(kind)
        made = embudo.Autoencoder(latent=3, epochs=1).fit(X)
        back = made.inverse_transform(made.transform(X))
        check(made.net_.input_shape == sizes and back.shape == X.shape, f"images of {shape}")
        check(made.predict(X.reshape(20, -1) if sizes[0] == 1 else X).shape == (20,), f"rows for {shape}")
        rows = X.transpose(0, 3, 1, 2) if sizes != shape and len(shape) == 3 else X
        floats = rows.reshape(20, *sizes) / np.float32(255 if kind == np.uint8 else 1)
        check(abs(made.score(X) + ((floats - made.net_.reconstruct(rows.reshape(20, *sizes))) ** 2).mean()) < 1e-5,
              f"score of images of {shape}")
images = rng.randint(0, 256, (40, 28, 28)).astype(np.uint8)
own = embudo.Autoencoder(epochs=1).fit(images)
practice = embudo.Net.open("notebook").notation.replace("latent = 2\n", "").replace("latent", "2")
check(own.net_.notation.split() == practice.replace("Tanh", "ELU").split(), "the practice's layers, with ELU")
by_name, by_hand = embudo.Autoencoder(model="notebook", epochs=1).fit(images), embudo.Net.open("notebook")
embudo.train(by_hand, embudo.Images(images), 1, shuffle=True)
check(by_name.transform(images).tobytes() == by_hand.encode(images).tobytes(), "the practice's bits")
for ending, text, asked, wanted in (
        (".net", "latent = 5\ninput = 6\nencoder = Sequential(Linear(6, latent))\n"
         "decoder = Sequential(Linear(latent, 6))\n", 3, 3),
        (".py", "import torch.nn as nn\nclass AE(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
         "        self.encoder = nn.Linear(6, 4)\n        self.decoder = nn.Linear(4, 6)\n"
         "    def forward(self, x):\n        return self.decoder(self.encoder(x))\n", None, 4)):
    with open(path("model" + ending), "w") as file:
        file.write(text)
    made = embudo.Autoencoder(latent=asked, model=path("model" + ending), epochs=2).fit(flat)
    check(made.transform(flat).shape == (90, wanted), f"a model{ending}")

for wrong, kind in ({"model": "mlp"}, ValueError), ({"contamination": 0}, ValueError), ({"model": 3}, TypeError), (
        {"options": {"momentun": 1}}, TypeError):
    try:
        embudo.Autoencoder(epochs=1, **wrong).fit(images)
        check(False, f"{wrong} is taken")
    except kind:
        pass

# warm_start goes on: twice 3 epochs are 6.
warm = embudo.Autoencoder(hidden=8, epochs=3, warm_start=True)
warm.fit(flat).fit(flat)
once = embudo.Autoencoder(hidden=8, epochs=6).fit(flat)
check(warm.n_iter_ == 6 and warm.transform(flat).tobytes() == once.transform(flat).tobytes(), "warm_start")
check([epoch.number for epoch in warm.history_] == [1, 2, 3, 4, 5, 6], "its epochs")

# What stands still is said.
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as said:
    embudo.Autoencoder(latent=1, epochs=1, learning_rate=1e-9).fit(flat - 100)
check(any("no better than the mean" in str(one.message) for one in said), "a training that stands still")
finish()
