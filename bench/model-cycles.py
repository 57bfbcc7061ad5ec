"""What the kernels' inner loops would take on processors that are not at hand, by llvm-mca.

Each kernel is compiled to assembly with the flags of CMakeLists.txt. A loop is what lies between a label and a jump
back to it; the innermost ones with the most multiply-adds are given to llvm-mca, which knows what each
processor's ports do, and nothing of its caches: all loads hit the first one.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The kernels that take a training's time, and which of their functions are looked at (all, or those with such a name).
KERNELS = {"gather": "", "correlate": "", "correlate_channels": "", "dense": "", "curve": "tanh|sigmoid", "optimise": "adam_", "single": "",
           "winograd": ""}
ITERATIONS = 200

# models: the first one that llvm-mca has with the processor's own number of multiply-adds a cycle, in
# vectors of the instruction set. LLVM 19's models of Sapphire Rapids and Ice Lake know one port for vectors of 16,
# but these Xeons have two, as Skylake's servers do.
Machine = collections.namedtuple("Machine", "name isa fmas models")
MACHINES = [
    Machine("znver4", "avx512", 1, ["znver4"]),
    Machine("znver4", "avx2", 2, ["znver4", "znver3"]),
    Machine("sapphirerapids", "avx512", 2, ["sapphirerapids", "icelake-server", "skylake-avx512"]),
    Machine("sapphirerapids", "avx2", 2, ["sapphirerapids", "icelake-server", "skylake-avx512"]),
    Machine("skylake", "avx2", 2, ["skylake"]),
    Machine("alderlake", "avx2", 2, ["alderlake", "skylake"]),
    Machine("neoverse-n1", "neon", 2, ["neoverse-n1", "cortex-a76"]),
    Machine("apple-m1", "neon", 4, ["apple-m1"]),
]
FMA = re.compile(r"\s(?:vfn?m(?:add|sub)\d+ps|fml[as]\s+v\d+\.4s)")
JUMP = re.compile(r"\s(?:j[a-z]+|b\.?(?:[a-z]{2})?|cbn?z\s+\w+,|tbn?z\s+\w+,\s*#?\d+,)\s+(\.L\w+)\s*$")
LABEL = re.compile(r"(\.?[A-Za-z_]\w*(?:\.\w+)*):")

Loop = collections.namedtuple("Loop", "function line lines fmas")


def is_arm(isa):
    return isa == "neon"


def tool(names, what):
    for name in names:
        if name and shutil.which(name.split()[0]):
            return name.split()
    print(f"model-cycles needs {what}", file=sys.stderr)
    sys.exit(77)


def newest_mca():
    """Debian's llvm-mca may be old beside llvm-mca-19: a newer one knows more processors."""
    if os.environ.get("LLVM_MCA"):
        return [os.environ["LLVM_MCA"]]
    return tool([f"llvm-mca-{n}" for n in range(40, 11, -1)] + ["llvm-mca"], "llvm-mca: apt-get install llvm")


def version_of(mca):
    text = subprocess.run([*mca, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"version (\S+)", text)
    return found.group(1) if found else "of unknown version"


def isa_flags(isa):
    """The instruction set's own flags, from CMakeLists.txt."""
    found = re.search(rf"^\s*add_isa\({isa}(.*)\)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)
    return found.group(1).split()


def assembly(compiler, isa, kernel):
    with tempfile.NamedTemporaryFile(suffix=".s") as out:
        subprocess.run([*compiler, "-std=c17", "-O3", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off",
                        "-fno-math-errno", "-fno-stack-protector", "-D_GNU_SOURCE", '-DEMB_VERSION=""',
                        f"-DEMB_ISA={isa}", "-DLANES=16", *isa_flags(isa), f"-I{ROOT}/include", f"-I{ROOT}/src",
                        "-S", "-o", out.name, f"{ROOT}/src/kernels/isa/{kernel}.c"], check=True)
        return pathlib.Path(out.name).read_text().splitlines()


def regions(lines):
    """Of each loop: (function, first line, last line)."""
    labels, function = {}, ""
    for at, line in enumerate(lines):
        label = LABEL.match(line)
        if label and label.group(1).startswith("."):
            labels[label.group(1)] = at
        elif label:
            function, labels = label.group(1), {}
        jump = JUMP.search(line)
        if jump and jump.group(1) in labels:
            yield function, labels[jump.group(1)], at


def innermost(lines):
    """Loops in which no other begins and ends; of several jumps to one label the last."""
    last = {}
    for function, begin, end in regions(lines):
        last[begin] = (function, begin, end)
    found = list(last.values())
    for function, begin, end in found:
        if any(begin < b and e <= end for _, b, e in found):
            continue
        body = [line for line in lines[begin + 1:end + 1] if re.match(r"\s+[a-z]", line)]
        fmas = sum(1 for line in body if FMA.search(line))
        if fmas:
            yield Loop(function, begin + 1, body, fmas)


def hottest(lines, most, pattern):
    """The loop with the most multiply-adds of each function; of these the `most` with the most."""
    best = {}
    for loop in innermost(lines):
        name = loop.function.split(".")[0]
        if not re.search(pattern, name):
            continue
        if name not in best or loop.fmas > best[name].fmas:
            best[name] = loop._replace(function=name)
    return sorted(best.values(), key=lambda loop: -loop.fmas)[:most]


def analyse(mca, isa, model, body):
    """None if llvm-mca does not know the model."""
    triple = "aarch64-linux-gnu" if is_arm(isa) else "x86_64-linux-gnu"
    done = subprocess.run([*mca, f"-mtriple={triple}", f"-mcpu={model}", f"-iterations={ITERATIONS}", "-json"],
                          input="\n".join(body) + "\n", capture_output=True, text=True, check=False)
    if done.returncode != 0 or "not a recognized processor" in done.stderr:
        return None
    return json.loads(done.stdout)


def cycles_of(report):
    return report["CodeRegions"][0]["SummaryView"]["TotalCycles"] / ITERATIONS


def peak(mca, isa, model):
    """Cycles of a multiply-add on vectors when nothing is in its way; 0 if the model is unknown."""
    registers = {"avx512": "vfmadd231ps %zmm30, %zmm31, %zmm{}", "avx2": "vfmadd231ps %ymm14, %ymm15, %ymm{}",
                 "neon": "fmla v{}.4s, v30.4s, v31.4s"}[isa]
    count = 12 if isa == "avx2" else 24
    report = analyse(mca, isa, model, ["\t" + registers.format(n) for n in range(count)])
    return report["CodeRegions"][0]["SummaryView"]["BlockRThroughput"] / count if report else 0


def choose_model(mca, machine):
    """(model, cycles of a multiply-add): of those that are known the one nearest to the processor."""
    known = [(model, peak(mca, machine.isa, model)) for model in machine.models]
    known = [(model, cycles) for model, cycles in known if cycles]
    good = [row for row in known if abs(row[1] * machine.fmas - 1) < 0.1]
    return (good or known or [(None, 0)])[0]


def what_is_full(report):
    """The resources that are busy in nearly every cycle, or what else the loop waits for."""
    region = report["CodeRegions"][0]
    cycles, summary = cycles_of(report), region["SummaryView"]
    names, total = report["TargetInfo"]["Resources"], len(region["Instructions"])
    use = collections.defaultdict(float)
    for entry in region["ResourcePressureView"]["ResourcePressureInfo"]:
        if entry["InstructionIndex"] == total:
            name = names[entry["ResourceIndex"]].split(".")[0]  # then the number of one of several units
            use[name] = max(use[name], entry["ResourceUsage"] / cycles)
    full = [name for name, share in sorted(use.items(), key=lambda row: -row[1]) if share > 0.9]
    if full:
        return ", ".join(full[:3])
    if summary["uOpsPerCycle"] > 0.9 * summary["DispatchWidth"]:
        return "decoding"
    name, share = max(use.items(), key=lambda row: row[1])
    return f"none ({name} {share * 100:.0f} %): waits for results"


def print_machine(mca, machine, loops):
    model, least = choose_model(mca, machine)
    if not model:
        print(f"\n{machine.name}, {machine.isa}: this llvm-mca does not know it")
        return
    lacks = "" if abs(least * machine.fmas - 1) < 0.1 else \
        f", which has {1 / least:.0f} such units where the processor has {machine.fmas}"
    print(f"\n**{machine.name}, {machine.isa}** (model {model}{lacks}; at best {least:.2f} cycles a vector)\n")
    print(f"| {'loop':32} | vectors | instructions | cycles | a vector | of peak | full |")
    print(f"| {'-' * 32} | ------: | -----------: | -----: | -------: | ------: | --- |")
    for kernel, loop in loops:
        name = f"{kernel}: {re.sub(r'^emb__|_[a-z0-9]+_16$', '', loop.function)}"
        report = analyse(mca, machine.isa, model, loop.lines)
        if not report:
            print(f"| {name:32} | {loop.fmas:7} | {len(loop.lines):12} | | | | this llvm-mca cannot read it |")
            continue
        cycles = cycles_of(report)
        print(f"| {name:32} | {loop.fmas:7} | {len(loop.lines):12} | {cycles:6.1f} | {cycles / loop.fmas:8.2f} "
              f"| {100 * least * loop.fmas / cycles:5.0f} % | {what_is_full(report)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernels", default=",".join(KERNELS), help="files of src/kernels/isa, without .c")
    parser.add_argument("--machines", default="", help="such as znver4,skylake; default: all")
    parser.add_argument("--loops", type=int, default=3, help="functions of each kernel (default 3)")
    parser.add_argument("--cc", default=os.environ.get("CC", "cc"), help="the compiler (default: $CC, cc)")
    parser.add_argument("--arm-cc", default="aarch64-linux-gnu-gcc",
                        help="the one for Arm; clang may be given with its --target (default aarch64-linux-gnu-gcc)")
    options = parser.parse_args()
    names = [name for name in options.machines.split(",") if name]
    unknown = set(names) - {machine.name for machine in MACHINES}
    if unknown:
        parser.error(f"no machine {', '.join(sorted(unknown))}; there are "
                     + ", ".join(dict.fromkeys(machine.name for machine in MACHINES)))
    mca, loops = newest_mca(), {}
    print(f"{mca[0]} {version_of(mca)}; vectors: multiply-adds of one turn of the loop, each on one register")
    for machine in MACHINES:
        if names and machine.name not in names:
            continue
        compiler = options.arm_cc if is_arm(machine.isa) else options.cc
        if not shutil.which(compiler.split()[0]):
            print(f"\n{machine.name}, {machine.isa}: needs {compiler}")
            continue
        if machine.isa not in loops:
            loops[machine.isa] = [(kernel, loop) for kernel in options.kernels.split(",") for loop in
                                  hottest(assembly(compiler.split(), machine.isa, kernel), options.loops,
                                          KERNELS.get(kernel, ""))]
        print_machine(mca, machine, loops[machine.isa])


if __name__ == "__main__":
    main()
