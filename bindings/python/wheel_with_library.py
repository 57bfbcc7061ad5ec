"""Builds a wheel that carries the library: CMake makes libembudo.so, and it is put beside the module.

It is a PEP 517 build backend that needs only Python and what building embudo needs.
"""
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
import zipfile

_here = os.path.dirname(os.path.abspath(__file__))
_root = os.path.dirname(os.path.dirname(_here))


def _version():
    with open(os.path.join(_root, "CMakeLists.txt")) as file:
        return re.search(r"project\(embudo VERSION ([0-9.]+)", file.read())[1]


def _library(folder):
    """Builds the shared library into a folder; its path."""
    if not shutil.which("cmake"):
        raise RuntimeError("embudo's library is built with CMake: apt-get install cmake")
    subprocess.run(["cmake", "-S", _root, "-B", folder, "-DCMAKE_BUILD_TYPE=Release",
                    "-DEMBUDO_TESTS=OFF"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", folder, "--target", "embudo_shared", "--parallel",
                    str(os.cpu_count() or 1)], check=True, stdout=subprocess.DEVNULL)
    for name in ("libembudo.so", "libembudo.dylib"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return os.path.realpath(path), name
    raise RuntimeError(f"no libembudo in {folder}")


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    version = _version()
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    tag, info = f"py3-none-{platform}", f"embudo-{version}.dist-info"
    name, records = f"embudo-{version}-{tag}.whl", []
    with tempfile.TemporaryDirectory() as folder, \
            zipfile.ZipFile(os.path.join(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:

        def add(path, content):
            wheel.writestr(path, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            records.append(f"{path},sha256={digest},{len(content)}")

        library, library_name = _library(folder)
        files = [(os.path.join(_here, "embudo", file), f"embudo/{file}")
                 for file in sorted(os.listdir(os.path.join(_here, "embudo")))
                 if file.endswith((".py", ".typed"))]
        for source, path in [*files, (library, f"embudo/{library_name}")]:
            with open(source, "rb") as file:
                add(path, file.read())
        add(f"{info}/METADATA", (f"Metadata-Version: 2.1\nName: embudo\nVersion: {version}\n"
                                 "Summary: Trains an autoencoder on images, and uses what it learned\n"
                                 "Requires-Python: >=3.9\n").encode())
        add(f"{info}/WHEEL", (f"Wheel-Version: 1.0\nGenerator: embudo\nRoot-Is-Purelib: false\n"
                              f"Tag: {tag}\n").encode())
        wheel.writestr(f"{info}/RECORD", "\n".join([*records, f"{info}/RECORD,,", ""]))
    return name


def build_sdist(sdist_directory, config_settings=None):
    raise RuntimeError("embudo's Python module is built from its repository: pip install ./bindings/python")
