"""`embudo train --tensorboard`, read back by TensorBoard's own reader."""
import glob
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import check, failures, finish, need, path, run  # noqa: E402

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
np = need("numpy")
need("tensorboard")
reader = need("tensorboard.backend.event_processing.event_accumulator")
projector = need("tensorboard.plugins.projector.projector_config_pb2")
text_format = need("google.protobuf.text_format")

run("train", "--epochs", 2, "--batch-size", 64, "--schedule", "linear", "--tensorboard", "-o", "run")
board = path("run", "tensorboard")
files = glob.glob(os.path.join(board, "events.out.tfevents.*"))
check(len(files) == 1, f"one event file: {files}")
events = reader.EventAccumulator(board, size_guidance={"scalars": 0, "images": 0, "histograms": 0})
events.Reload()
tags = events.Tags()

history = np.genfromtxt(path("run", "history.csv"), delimiter=",", names=True)
for tag, column in (("loss/train", "train_loss"), ("loss/validation", "validation_loss")):
    values = [e.value for e in events.Scalars(tag)]
    check(np.allclose(values, history[column], rtol=1e-6), f"{tag}: {values}, {history[column]}")
    check([e.step for e in events.Scalars(tag)] == [750, 1500], f"{tag}: steps")
check(len(events.Scalars("loss/step")) == 75, "75 losses of steps")
rates = [e.value for e in events.Scalars("learning_rate")]
check(abs(rates[0] - 1e-3) < 1e-5 and rates[-1] < 1e-4, f"rates fall to 0: {rates[0]}, {rates[-1]}")
check(all(e.value > 0 for e in events.Scalars("images_per_second")), "images a second")

images = events.Images("reconstructions")
check(len(images) == 2 and (images[0].width, images[0].height) == (8 * 28, 2 * 28), "two pictures")
check(images[0].encoded_image_string[:8] == b"\x89PNG\r\n\x1a\n", "a picture is a PNG")

histograms = [tag for tag in tags["histograms"] if tag.startswith("weights/")]
check(len(histograms) == 20, f"20 tensors: {histograms}")
value = events.Histograms("weights/encoder.7.weight")[-1].histogram_value
check(value.num == 512 * 64 and abs(sum(value.bucket) - value.num) < 0.5, "a histogram counts all")
check(list(value.bucket_limit) == sorted(value.bucket_limit), "a histogram's limits rise")

config = projector.ProjectorConfig()
with open(os.path.join(board, "projector_config.pbtxt")) as file:
    text_format.Parse(file.read(), config)
one = config.embeddings[0]
codes = np.loadtxt(os.path.join(board, one.tensor_path), delimiter="\t")
labels = np.loadtxt(os.path.join(board, one.metadata_path), dtype=int)
check(codes.shape == (2000, 2) and labels.shape == (2000,), f"{codes.shape}, {labels.shape}")
check(set(labels) == set(range(10)), "labels are digits")
with open(os.path.join(board, one.sprite.image_path), "rb") as file:
    head = file.read(24)
side = int.from_bytes(head[16:20], "big")
check(side == int.from_bytes(head[20:24], "big") == 45 * 28, f"the sprite is square: {side}")
check(list(one.sprite.single_image_dim) == [28, 28], "a sprite's image is 28 x 28")

# A record that is not whole yet, as a reader sees it while training goes on.
with open(files[0], "rb") as file:
    whole = file.read()
os.makedirs(path("partial"))
with open(path("partial", "events.out.tfevents.1.host"), "wb") as file:
    file.write(whole[:len(whole) - 5])
partial = reader.EventAccumulator(path("partial"))
partial.Reload()
check(len(partial.Scalars("loss/validation")) == 2, "a file that still grows is read")
print(f"tags: {len(tags['scalars'])} scalars, {len(tags['images'])} pictures, "
      f"{len(tags['histograms'])} histograms")
finish()
