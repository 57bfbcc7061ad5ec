"""Model files of PyTorch's ONNX exporters, the older exporter, which traces: see exporters.py."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exporters import all_of  # noqa: E402

all_of(dynamo=False)
