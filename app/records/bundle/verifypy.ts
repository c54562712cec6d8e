/**
 * The verifier that goes into every bundle: one file of Python 3.8 or later, without any package, so that a bundle can be
 * checked where this program is not.
 */
import { verifyPyFiles } from './verifypyfiles.ts';
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
import argparse, base64, hashlib, json, os, re, struct, sys, zlib

MOST = 1 << 20


class Bad(Exception):
    pass


def sha(*parts):
    state = hashlib.sha256()
    for part in parts:
        state.update(part)
    return state.digest()


${verifyPyMath}


${verifyPyFiles}


def json_of(data):
    """JSON in UTF-8, without the numbers that only Python has."""

    def none(number):
        raise ValueError(number)

    return json.loads(data.decode(), parse_constant=none)


def is_count(value):
    return type(value) in (int, float) and value == value // 1 and 0 <= value < 1 << 53


def is_hex(text):
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None


def hashes(found, what):
    if not isinstance(found, list) or not all(is_hex(one) for one in found):
        raise Bad("%s: its proof is no list of hashes" % what)
    return [bytes.fromhex(one) for one in found]


def manifest_of(text):
    try:
        found = json_of(text)
        head, files = found["checkpoint"], found["files"]
        names = [one["name"] for one in files]
        if (
            found["format"] == "birthmark-bundle/1"
            and all(isinstance(one, str) for one in (found["stationId"], found["key"], head["origin"]))
            and is_count(found["entries"])
            and is_count(head["size"])
            and is_hex(head["root"])
            and isinstance(files, list)
            and all(re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]{0,80}", name) for name in names)
            and all(is_count(one["bytes"]) and is_hex(one["sha256"]) for one in files)
            and len(set(names)) == len(names)
        ):
            return found
    except (ValueError, KeyError, TypeError):
        pass
    raise Bad("manifest.json is not the manifest of a bundle: it was changed")


def check_bundle(bundle, given_key, kept):
    text = whole(bundle, "manifest.json")
    signature = whole(bundle, "manifest.sig")
    manifest = manifest_of(text)
    listed = {one["name"]: one for one in manifest["files"]}
    head, vkey = manifest["checkpoint"], manifest["key"]
    origin, size, root = head["origin"], int(head["size"]), bytes.fromhex(head["root"])
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
        state, left = hashlib.sha256(), facts["bytes"]
        for piece in bundle.pieces(other):
            state.update(piece)
            left -= len(piece)
            if left < 0:
                break
        if left != 0 or state.hexdigest() != facts["sha256"]:
            changed.append(other)
    for other in changed:
        if other != "entries.jsonl":
            raise Bad("%s was changed: its hash is not the one in the manifest" % other)
    if note_of(whole(bundle, "checkpoint").decode(), origin, key, "checkpoint") != (size, root):
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
    proofs = lines(bundle, "inclusion.jsonl")
    for number, line in enumerate(lines(bundle, "entries.jsonl"), 1):
        proof = next(proofs, None)
        if proof is None:
            raise Bad("entries.jsonl line %d: there is no proof for it: it was added" % number)
        proof = json_of(proof)
        if not is_count(proof["index"]):
            raise Bad("entries.jsonl line %d: its proof names no place" % number)
        if not included(leaf_hash(line), int(proof["index"]), size, root, hashes(proof["proof"], "inclusion.jsonl")):
            raise Bad("entries.jsonl line %d is not what the log has there: it was changed, moved, added or removed" % number)
    if next(proofs, None) is not None:
        raise Bad("entries.jsonl: an entry is missing at its end")


def check_tree(bundle, size, root):
    """All entries, in their places, and the hashes of all others give the root."""
    stack, entries, at = [], lines(bundle, "entries.jsonl"), 0
    count = 0
    for number, line in enumerate(lines(bundle, "proof.txt"), 1):
        found = re.fullmatch(b"leaves ([0-9]{1,15})|hash ([0-9]{1,2}) ([0-9a-f]{64})", line)
        if found is None or (found[2] and at % (1 << int(found[2]))):
            raise Bad("proof.txt line %d is not part of a proof" % number)
        for _ in range(int(found[1] or 0)):
            entry = next(entries, None)
            if entry is None:
                raise Bad("entries.jsonl: entries are missing at its end")
            push(stack, 0, leaf_hash(entry))
            at, count = at + 1, count + 1
        if found[2]:
            push(stack, int(found[2]), bytes.fromhex(found[3].decode()))
            at += 1 << int(found[2])
    if next(entries, None) is not None:
        raise Bad("entries.jsonl: there are more entries than the proof has")
    if at != size or root_of(stack) != root:
        raise Bad("the entries do not give the root of the checkpoint: one was changed, moved, added or removed")
    return count


def check_rows(bundle, listed):
    if "rows.jsonl" not in listed:
        return
    said = {}
    for line in lines(bundle, "entries.jsonl"):
        entry = json_of(line)
        if entry["kind"] == "row":
            said[entry["id"]] = entry["digest"]
    for number, line in enumerate(lines(bundle, "rows.jsonl"), 1):
        row = json_of(line)
        if said.get(row["id"]) != sha(row["content"].encode()).hex():
            raise Bad("rows.jsonl line %d is not what the log states" % number)
        content = json.loads(row["content"])
        for name, data in row["blobs"].items():
            if content.get(name, {}).get("sha256") != sha(base64_of(data)).hex():
                raise Bad("rows.jsonl line %d: its %s is not what the log states" % (number, name))


def check_growth(bundle, origin, size, root):
    known = {size: root}
    for number, line in enumerate(lines(bundle, "consistency.jsonl"), 1):
        what = "consistency.jsonl line %d" % number
        older = json_of(line)
        name, old_key = key_of(older["key"])
        check(name == origin, "%s: its key is none of this log" % what)
        old_size, old_root = note_of(older["note"], origin, old_key, what)
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
    # A name of a file may have signs that this terminal does not have.
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        if given.key is not None:
            key_of(given.key)
    except Bad as problem:
        print("cannot read: --key: %s" % problem, file=sys.stderr)
        return 2
    try:
        kept = None
        if given.checkpoint is not None:
            with open(given.checkpoint, encoding="utf-8-sig", newline="") as file:
                kept = file.read().replace("\r\n", "\n")
        bundle = Folder(given.bundle) if os.path.isdir(given.bundle) else Zip(given.bundle)
        entries, size, root, key = check_bundle(bundle, given.key, kept)
        bundle.check_whole()
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
