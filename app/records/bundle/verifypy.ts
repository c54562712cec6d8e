/**
 * The verifier that goes into every bundle: one file of Python 3.8 or later, without any package, so that a bundle can be
 * checked where this program is not.
 */
import { verifyPyMath } from './verifypymath.ts';

/** The text of verify.py. */
export const verifyPy = String.raw`#!/usr/bin/env python3
"""Checks a bundle of entries of a Birthmark station. It needs Python 3.8 or later and nothing else.

    python3 verify.py [BUNDLE] [--key KEY] [--checkpoint FILE]

BUNDLE      the zip file, or the folder that it was unpacked to; without it, the folder of this script
KEY         the public key of the station's log as you know it from elsewhere (name+id+key)
FILE        a checkpoint that you kept from earlier: the log must go on from it

It prints one line and ends with 0 when all is well, with 1 when something is wrong, and with 2 when it cannot read.
"""
import argparse, base64, hashlib, json, os, sys, zipfile

SEAL = b"birthmark-bundle sha256:"


class Bad(Exception):
    pass


def sha(*parts):
    state = hashlib.sha256()
    for part in parts:
        state.update(part)
    return state.digest()


${verifyPyMath}

def key_of(text):
    """name+id+key, as c2sp.org/signed-note defines it."""
    try:
        name, ident, data = text.split("+", 2)
        data = base64.b64decode(data, validate=True)
        if len(data) == 33 and data[0] == 1 and sha(name.encode() + b"\n" + data)[:4].hex() == ident:
            return name, data[1:]
    except ValueError:
        pass
    raise Bad("%s is no public key of a log" % text)


def note_of(text, origin, key, what):
    """Size and root of a signed checkpoint."""
    try:
        body, signatures = text.split("\n\n", 1)
        name, size, root = body.split("\n")[:3]
        root = base64.b64decode(root, validate=True)
        size = int(size)
        lines = [line[2:].split(" ") for line in signatures.split("\n") if line.startswith("— ")]
        found = [base64.b64decode(sig, validate=True) for who, sig in lines if who == name]
    except ValueError:
        raise Bad("%s: this is no checkpoint" % what)
    if name != origin:
        raise Bad("%s: this is a checkpoint of %s, not of %s" % (what, name, origin))
    if not any(signed(key, (body + "\n").encode(), sig[4:]) for sig in found):
        raise Bad("%s: its signature is wrong" % what)
    return size, root


class Bundle:
    """The files of a zip or of a folder."""

    def __init__(self, path):
        self.folder = path if os.path.isdir(path) else None
        if self.folder is None:
            self.check_seal(path)
            try:
                self.zip = zipfile.ZipFile(path)
            except (zipfile.BadZipFile, ValueError):
                raise Bad("the file is no whole zip: it was changed, or its end is missing")
            self.names = self.zip.namelist()
        else:
            self.names = sorted(os.listdir(path))

    def check_seal(self, path):
        state, rest = hashlib.sha256(), b""
        with open(path, "rb") as file:
            while True:
                data = file.read(1 << 20)
                if not data:
                    break
                rest += data
                state.update(rest[: -len(SEAL) - 64])
                rest = rest[-len(SEAL) - 64 :]
        if rest != SEAL + state.hexdigest().encode():
            self.note = "the zip file was changed or damaged after it was made: the hash at its end does not fit"
        else:
            self.note = None

    def open(self, name):
        if name not in self.names:
            raise Bad("%s is missing" % name)
        if self.folder is not None:
            return open(os.path.join(self.folder, name), "rb")
        return self.zip.open(name)

    def read(self, name):
        with self.open(name) as file:
            return file.read()

    def lines(self, name):
        with self.open(name) as file:
            for line in file:
                if not line.endswith(b"\n"):
                    raise Bad("%s: its end is missing" % name)
                yield line[:-1]


def hashes(found, what):
    try:
        proof = [bytes.fromhex(one) for one in found]
    except (TypeError, ValueError):
        raise Bad("%s: its proof is no list of hashes" % what)
    return proof


def check(bundle, given_key, kept):
    signature = bundle.read("manifest.sig")
    text = bundle.read("manifest.json")
    try:
        manifest = json.loads(text.decode())
        listed = {one["name"]: one for one in manifest["files"]}
        head, vkey = manifest["checkpoint"], manifest["key"]
        origin, size, root = head["origin"], head["size"], bytes.fromhex(head["root"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Bad("manifest.json is not the manifest of a bundle: it was changed")
    if manifest.get("format") != "birthmark-bundle/1":
        raise Bad("manifest.json: this format is not known to this script")
    name, key = key_of(vkey)
    if given_key is not None and given_key != vkey:
        raise Bad("the bundle was signed with %s and not with the key that you gave" % vkey)
    if name != origin:
        raise Bad("manifest.json: the key is not of this log")
    if not signed(key, text, signature):
        raise Bad("manifest.json or manifest.sig was changed: the signature does not fit")
    if len(set(bundle.names)) != len(bundle.names):
        raise Bad("a file is in the bundle twice")
    for other in bundle.names:
        if other not in listed and other not in ("manifest.json", "manifest.sig"):
            raise Bad("%s is not in the manifest: it was added" % other)
    changed = []
    for other, facts in listed.items():
        state = hashlib.sha256()
        with bundle.open(other) as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                state.update(block)
        if state.hexdigest() != facts["sha256"]:
            changed.append(other)
    for other in changed:
        if other != "entries.jsonl":
            raise Bad("%s was changed: its hash is not the one in the manifest" % other)
    if note_of(bundle.read("checkpoint").decode(), origin, key, "checkpoint") != (size, root):
        raise Bad("the checkpoint is not the one in the manifest")
    check_inclusion(bundle, listed, size, root)
    entries = check_tree(bundle, size, root)
    if changed:
        raise Bad("entries.jsonl was changed: its hash is not the one in the manifest")
    if entries != manifest["entries"]:
        raise Bad("entries.jsonl: %d entries and not %s" % (entries, manifest["entries"]))
    check_rows(bundle, listed)
    known = check_growth(bundle, origin, size, root)
    if kept is not None:
        check_kept(kept, origin, key, known, size, root)
    return entries, size, root, vkey


def check_inclusion(bundle, listed, size, root):
    if "inclusion.jsonl" not in listed:
        return
    proofs = bundle.lines("inclusion.jsonl")
    for number, line in enumerate(bundle.lines("entries.jsonl"), 1):
        proof = json.loads(next(proofs, b"null") or b"null")
        if proof is None:
            raise Bad("entries.jsonl line %d: there is no proof for it: it was added" % number)
        if not included(leaf_hash(line), proof["index"], size, root, hashes(proof["proof"], "inclusion.jsonl")):
            raise Bad("entries.jsonl line %d is not what the log has there: it was changed, moved, added or removed" % number)
    if next(proofs, None) is not None:
        raise Bad("entries.jsonl: an entry is missing at its end")


def check_tree(bundle, size, root):
    """All entries, in their places, and the hashes of all others give the root."""
    stack, entries, at = [], bundle.lines("entries.jsonl"), 0
    count = 0
    for number, line in enumerate(bundle.lines("proof.txt"), 1):
        try:
            what, number_of, *rest = line.decode().split(" ")
            number_of = int(number_of)
            if what == "leaves":
                for _ in range(number_of):
                    entry = next(entries, None)
                    if entry is None:
                        raise Bad("entries.jsonl: entries are missing at its end")
                    push(stack, 0, leaf_hash(entry))
                    at, count = at + 1, count + 1
            elif what == "hash" and at % (1 << number_of) == 0:
                push(stack, number_of, bytes.fromhex(rest[0]))
                at += 1 << number_of
            else:
                raise ValueError
        except (ValueError, IndexError):
            raise Bad("proof.txt line %d is not part of a proof" % number)
    if next(entries, None) is not None:
        raise Bad("entries.jsonl: there are more entries than the proof has")
    if at != size or root_of(stack) != root:
        raise Bad("the entries do not give the root of the checkpoint: one was changed, moved, added or removed")
    return count


def check_rows(bundle, listed):
    if "rows.jsonl" not in listed:
        return
    said = {}
    for line in bundle.lines("entries.jsonl"):
        entry = json.loads(line)
        if entry["kind"] == "row":
            said[entry["id"]] = entry["digest"]
    for number, line in enumerate(bundle.lines("rows.jsonl"), 1):
        row = json.loads(line)
        if said.get(row["id"]) != sha(row["content"].encode()).hex():
            raise Bad("rows.jsonl line %d is not what the log states" % number)
        content = json.loads(row["content"])
        for name, data in row["blobs"].items():
            if content[name]["sha256"] != sha(base64.b64decode(data)).hex():
                raise Bad("rows.jsonl line %d: its %s is not what the log states" % (number, name))


def check_growth(bundle, origin, size, root):
    known = {size: root}
    for number, line in enumerate(bundle.lines("consistency.jsonl"), 1):
        what = "consistency.jsonl line %d" % number
        older = json.loads(line)
        old_size, old_root = note_of(older["note"], origin, key_of(older["key"])[1], what)
        if not consistent(old_size, old_root, size, root, hashes(older["proof"], what)):
            raise Bad("%s: the log does not go on from this checkpoint" % what)
        known[old_size] = old_root
    return known


def check_kept(kept, origin, key, known, size, root):
    old_size, old_root = note_of(kept, origin, key, "the checkpoint that you gave")
    if old_size not in known:
        raise Bad("the bundle has no proof from your checkpoint of %d: ask for one (audit export --checkpoint)" % old_size)
    if known[old_size] != old_root:
        raise Bad("the log is not the one of your checkpoint of %d: it was rewritten" % old_size)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("bundle", nargs="?", default=here)
    parser.add_argument("--key")
    parser.add_argument("--checkpoint")
    given = parser.parse_args()
    try:
        kept = None
        if given.checkpoint is not None:
            with open(given.checkpoint, encoding="utf-8") as file:
                kept = file.read()
        bundle = Bundle(given.bundle)
        entries, size, root, key = check(bundle, given.key, kept)
        if bundle.folder is None and bundle.note:
            raise Bad(bundle.note)
    except OSError as problem:
        print("cannot read: %s" % problem, file=sys.stderr)
        return 2
    except Bad as problem:
        print("BAD %s" % problem)
        return 1
    except Exception as problem:  # what cannot be read as a bundle is none
        print("BAD the bundle cannot be read: %s" % problem)
        return 1
    print("ok, %d entries in a log of %d leaves, root %s" % (entries, size, base64.b64encode(root).decode()))
    print("signed by %s" % key)
    if given.key is None:
        print("Compare this key with the one that you know from the station: --key makes the comparison.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
`;
