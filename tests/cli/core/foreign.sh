# Foreign text, from each kind of file to each output: sh foreign.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v python3 >/dev/null 2>&1 || { echo 'needs python3'; exit 77; }
small data
printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 2))\ndecoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))\n' >tiny.net
"$program" train data --model tiny.net --epochs 1 --batch-size 64 --threads 1 -o run >out 2>err ||
    fail "training: $(cat err)"
"$program" report run >out 2>err
report=$?

cat >foreign.py <<'EOP'
import base64, csv, io, json, os, re, shutil, struct, subprocess, sys, zipfile
import xml.etree.ElementTree as xml

program, pages = sys.argv[1], sys.argv[2] == "0"
TEXT = ("\x1b[31m\n\t\r\x07\x7f\x85\x9b\u202e\u2066\u200f\u061c\u2028\u2029\ufeff\ufffe"
        "*/ ??/ <b>&amp;\"'`$(x) =1+1,\\ caf\u00e9")
QUIET = re.sub("[\x01-\x1f\x7f]", "", TEXT)  # no ASCII control: passes the first look of many readers
BYTES = TEXT.encode() + b"\xe9\x9b\xed\xa0\x80\xc0\xaf\xff"
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e"
                    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]")
failures = 0


def fail(what):
    global failures
    failures += 1
    print("FAILED", ascii(what)[:600])


def clean(what, content):
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return fail(f"{what}: {error}: {content[:300]!r}")
    found = UNSEEN.search(text)
    if found:
        fail(f"{what}: {found.group()!r} in {text[max(0, found.start() - 60):found.end() + 60]!r}")
    return text


def run(*words, files=(), codes=(0, 1, 2)):
    done = subprocess.run([program.encode()] + [w if isinstance(w, bytes) else w.encode() for w in words],
                          stdin=subprocess.DEVNULL, capture_output=True)
    what = b" ".join(w if isinstance(w, bytes) else w.encode() for w in words)
    if done.returncode not in codes:
        fail(f"{what}: exit code {done.returncode}: {done.stderr}")
    clean(f"{what}: standard output", done.stdout)
    err = clean(f"{what}: standard error", done.stderr)
    if done.returncode and err and len(re.findall("^embudo: ", err, re.M)) != 1:
        fail(f"{what}: not one line: {done.stderr}")
    # TEXT continues with a tab after its first newline: a line that begins so was made by a file.
    if err and re.search(r"^\\t", err, re.M):
        fail(f"{what}: a file's newline ends a line: {done.stderr}")
    for file in files:
        if done.returncode == 0:
            check(file)
    return done


def check(path):
    with open(path, "rb") as file:
        content = file.read()
    if path.endswith((".onnx", ".safetensors", ".npy", ".png")):
        return
    text = clean(path, content)
    if text is None:
        return
    if path.endswith(".svg"):
        xml.fromstring(content)
    elif path.endswith(".json"):
        json.loads(text)
    elif path.endswith(".csv"):
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                if cell[:1] in ("=", "@") or (cell[:1] in ("+", "-") and not re.fullmatch(r"[+-][0-9.e+-]+", cell)):
                    fail(f"{path}: the cell {cell!r}")
    elif path.endswith(".html"):
        for picture in re.findall('data:image/svg\\+xml;base64,([^"]*)', text):
            picture = base64.b64decode(picture)
            clean(path + ": a picture", picture)
            xml.fromstring(picture)
        if "<b>&amp;\"" in text:
            fail(f"{path}: markup from a text")
        # What is left after scripts' and styles' own is well-formed, void elements aside.
        xml.fromstring(re.sub("<(meta|img|br|hr)([^>]*)>", r"<\1\2/>",
                              text.replace("<!DOCTYPE html>", "")))
    elif path.endswith((".c", ".h")):
        text.encode("ascii")
        if path.endswith(".c") and shutil.which("cc"):
            done = subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-trigraphs", "-Werror",
                                   "-fsyntax-only", path], capture_output=True)
            if done.returncode:
                fail(f"{path}: {done.stderr}")


def tensors(path):
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size)), file.read()


def write_tensors(path, header, data):
    header = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)


def each_use(model, record=None):
    run("info", model)
    run("eval", model, "data")
    run("encode", model, "data", "-o", "o.csv", files=["o.csv"])
    for kind in ("network", "codes", "filters"):
        run("plot", model, kind, "-o", "o.svg", "--title", BYTES,
            files=["o.svg"] if pages else [])
    run("export", model, "--c", "o", files=["o/embudo_model.c", "o/embudo_model.h"])
    run("export", model, "--onnx", "-o", "o.onnx")
    run("report", model, "data", "-o", "o.html", files=["o.html"] if pages else [])


# Metadata of a model.
header, data = tensors("run/model.safetensors")
meta = header["__metadata__"]
meta.update({"embudo.options": TEXT, "embudo.steps": TEXT, TEXT: TEXT})
write_tensors("meta.safetensors", header, data)
each_use("meta.safetensors")
for key in ("embudo.notation", "embudo.preprocessing", "embudo.format", "format"):
    write_tensors("bad.safetensors", dict(header, __metadata__=dict(meta, **{key: TEXT})), data)
    run("info", "bad.safetensors")
notation = meta["embudo.notation"]
write_tensors("comment.safetensors", dict(header, __metadata__=dict(
    meta, **{"embudo.notation": "# " + QUIET + "\n" + notation})), data)
each_use("comment.safetensors")

# Names of tensors.
names = [name for name in header if name != "__metadata__"]
renamed = {(TEXT if name == names[0] else name): header[name] for name in names}
write_tensors("names.safetensors", dict(renamed, __metadata__=meta), data)
run("info", "names.safetensors", codes=[1])
write_tensors("names.safetensors", renamed, data)
run("import", "names.safetensors", "--notation", "tiny.net", codes=[1])
renamed = {TEXT + "." + name: header[name] for name in names}
write_tensors("prefix.safetensors", renamed, data)
run("import", "prefix.safetensors", "--notation", "tiny.net")
with open("raw.safetensors", "wb") as file:
    raw = b'{"' + BYTES.replace(b'"', b"").replace(b"\\", b"") + b'":{}}'
    file.write(struct.pack("<Q", len(raw)) + raw)
run("info", "raw.safetensors", codes=[1])
with open("raw.safetensors", "wb") as file:
    raw = b'{"caf\xe9\x9b":{}}'
    file.write(struct.pack("<Q", len(raw)) + raw)
run("info", "raw.safetensors", codes=[1])

# A checkpoint's record, and a run's.
last = "run/checkpoints/" + sorted(os.listdir("run/checkpoints"))[-1]
shutil.copytree("run", "other")
header, data = tensors(last)
for key in ("embudo.set", "embudo.model", "embudo.recipe", "embudo.run", "embudo.data"):
    changed = dict(header["__metadata__"], **{key: TEXT})
    write_tensors("other/" + last[4:], dict(header, __metadata__=changed), data)
    if os.path.exists("other/model.safetensors"):
        os.remove("other/model.safetensors")
    run("train", "--resume", "other")


def hostile(value):
    if isinstance(value, dict):
        return {TEXT if key == "processor" else key: hostile(v) for key, v in value.items()}
    if isinstance(value, list):
        return [v if v in ("embudo", "train") else TEXT for v in value[:2]] + [TEXT]
    return TEXT if isinstance(value, str) else value


with open("run/run.json") as file:
    record = json.load(file)
with open("run/run.json", "w") as file:
    json.dump(hostile(record), file)
run("report", "run", "data", "-o", "o.html", files=["o.html"] if pages else [], codes=[0] if pages else [1])
run("eval", "run")
run("train", "--resume", "run")
with open("run/run.json", "w") as file:
    file.write('{"' + TEXT.replace('"', ""))
run("report", "run", "data", "-o", "o.html")
for content in (b"epoch," + BYTES + b"\n1,2\n", b"epoch,loss\n1," + BYTES.replace(b"\n", b"")):
    with open("run/history.csv", "wb") as file:
        file.write(content)
    run("plot", "run", "loss", "-o", "o.svg")

# Notation, its comments and its mistakes.
with open("tiny.net", "rb") as file:
    notation = file.read()
bare = BYTES.replace(b"\n", b"").replace(b"\r", b"")
for name, content in (("comment", b"# " + QUIET.encode() + b"\n" + notation),
                      ("quiet", notation.replace(b"Flatten", QUIET.replace("(", "").encode())),
                      ("raw", b"# \xe9\x9b\xc2\n" + notation),
                      ("layer", notation.replace(b"Flatten", b"Fla" + bare)),
                      ("value", notation.replace(b"784", bare)), ("all", BYTES)):
    with open(name + ".net", "wb") as file:
        file.write(content)
    run("info", name + ".net")
    run("train", "data", "--model", name + ".net", "--max-steps", "1", "-o", name,
        files=[name + "/run.json"])

# Arrays: names of members, types, words for classes.
npy = b"\x93NUMPY\x01\x00"


def array(descr, shape, content, more=""):
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, {more}}}"
    head = head.encode() + b" " * (-(len(head.encode()) + 11) % 64) + b"\n"
    return npy + struct.pack("<H", len(head)) + head + content


images = array("|u1", "(40, 28, 28)", bytes(range(224)) * 140)
words = [TEXT[i:i + 8].ljust(8, "x") for i in range(4)] * 10
labels = array("<U8", "(40,)", "".join(words).encode("utf-32-le"))
for name, members in (("labelled", {"images": images, "labels": labels}),
                      ("members", {TEXT: images, "x_" + TEXT: images}),
                      ("quiet-members", {QUIET: images, "x_" + QUIET: images}),
                      ("descr", {"images": array(TEXT.replace("'", ""), "(40,)", b"")}),
                      ("key", {"images": array("|u1", "(40, 28, 28)", b"", repr(TEXT[3:]) + ": 1")})):
    with zipfile.ZipFile(name + ".npz", "w") as file:
        for member, content in members.items():
            file.writestr(member + ".npy", content)
    run("train", name + ".npz", "--model", "tiny.net", "--max-steps", "1", "-o", name + "-run",
        files=[name + "-run/run.json"])
    run("eval", "run", name + ".npz")
run("classify", "labelled.npz", "--images", "--net", "mlp", "--epochs", "1", "-o", "verdict",
    files=["verdict/run.json", "verdict/confusion.csv"])
if os.path.exists("verdict/model.safetensors"):
    run("report", "verdict", "-o", "o.html", files=["o.html"] if pages else [])
    run("encode", "run", "labelled.npz", "-o", "o.csv", files=["o.csv"])
with open("codes.csv", "wb") as file:
    file.write(b"code_0,code_" + bare + b"\n" + bare.replace(b",", b"") + b",2\n")
run("decode", "run", "codes.csv", "-o", "o.png", codes=[1])

# ONNX: protobuf by hand.


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


shape = b"".join(field(1, field(1, n)) for n in (1, 4))
value = lambda name: field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))
for op, domain, doc in (("Relu", "", TEXT), (TEXT, "", ""), ("Relu", TEXT, ""), ("Gemm", "", ""), (BYTES, "", "")):
    node = field(1, TEXT) + field(2, TEXT + "2") + field(3, TEXT) + field(4, op) + field(6, doc) + field(7, domain)
    node += field(5, field(1, TEXT) + field(4, TEXT) + field(20, 3))
    graph = field(1, node) + field(2, TEXT) + field(11, value(TEXT)) + field(12, value(TEXT + "2"))
    with open("model.onnx", "wb") as file:
        file.write(field(1, 8) + field(2, TEXT) + field(7, graph) + field(8, field(1, "") + field(2, 17)))
    run("import", "model.onnx", "-o", "imported.safetensors")
    run("info", "model.onnx")

# Pictures by their names, in a table of codes; a list of data sets; words of the line.
try:
    names = [b"=1+1.pgm", b"-a.pgm", b"@x,y.pgm", b"a\n\x1b[31m\xe9\xe2\x80\xae\".pgm"]
    for name in names:
        with open(name, "wb") as file:
            file.write(b"P5 28 28 255\n" + bytes(784))
    run("encode", "meta.safetensors", "-o", "files.csv", "--", *names, files=["files.csv"], codes=[0])
    run("encode", "meta.safetensors", "--", *names, codes=[0])
except OSError:
    pass
for line in (b"licence " + bare, b"set " + bare, bare, b"mirror " + bare, b"file " + bare):
    with open("list", "wb") as file:
        file.write(b"set some\nlicence " + bare + b"\n" + line + b"\n")
    run("data", "--list", "list")
    run("data", "get", "some", "--list", "list")
for words in ((BYTES.replace(b"\0", b""),), ("train", "--" + TEXT), ("train", "--seed", TEXT), ("info", BYTES),
              ("export", "meta.safetensors", "--c", "o", "--name", TEXT), ("encode", "run", "data", "-o", TEXT),
              ("plot", "run", TEXT), ("help", TEXT), ("data", "get", TEXT), ("compare", "--latent", TEXT)):
    run(*words, codes=[1, 2])
print(failures, "failures")
sys.exit(failures != 0)
EOP
python3 foreign.py "$program" "$report" >result 2>&1 || { cat result; fail 'foreign text'; }
finish
