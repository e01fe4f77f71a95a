#!/usr/bin/env python3
"""Hashing speed beside the tools that do nothing else, and creating a history beside the reference, on the same files.

    cargo build --release --no-default-features
    python3 benches/peers/mhl.py [--size 2000] [--files 8] [target/release/prelight]

Needs xxhsum, md5sum, sha1sum, sha512sum; the reference (pip install ascmhl==1.2) is timed where it is on the PATH. All read the
same files out of the page cache, one thread. Columns: gigabytes a second of elapsed time, and of processor time (user and
system), which says more where the machine has other work.
"""
import argparse, os, resource, shutil, subprocess, tempfile, time

TOOLS = {"xxh64": ["xxhsum", "-H1"], "xxh128": ["xxhsum", "-H2"], "xxh3": ["xxhsum", "-H3"],
         "md5": ["md5sum"], "sha1": ["sha1sum"], "c4": ["sha512sum"]}


def timed(command):
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    elapsed, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def best(make_command, passes, clean=lambda: None):
    runs = []
    for _ in range(passes):
        clean()
        runs.append(timed(make_command))
    return min(r[0] for r in runs), min(r[1] for r in runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prelight", nargs="?", default="target/release/prelight")
    parser.add_argument("--size", type=int, default=2000, help="megabytes in all")
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--passes", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, "A001")
        os.mkdir(root)
        files = [os.path.join(root, f"{i:04}.bin") for i in range(args.files)]
        for path in files:
            with open(path, "wb") as out:
                for _ in range(args.size // args.files):
                    out.write(os.urandom(1_000_000))
        total = args.size // args.files * args.files / 1000
        clean = lambda: shutil.rmtree(os.path.join(root, "ascmhl"), ignore_errors=True)
        print(f"{total:.1f} GB in {args.files} files; GB/s elapsed, of processor time")
        for name, tool in TOOLS.items():
            ours = [args.prelight, "mhl", "create", root, "-h", name, "--threads", "1", "--no-resume"]
            rows = [("prelight", ours)]
            if shutil.which(tool[0]):
                rows.append((tool[0], tool + files))
            if shutil.which("ascmhl"):
                rows.append(("ascmhl", ["ascmhl", "create", root, "-h", name]))
            for who, command in rows:
                elapsed, processor = best(command, args.passes, clean)
                print(f"{name:7} {who:10} {total / elapsed:6.2f} {total / processor:6.2f}")


main()
