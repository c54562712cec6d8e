/** The part of `verify.py` that reads the files of a bundle: of a zip that is laid out as the station writes it, or of a folder. */
export const verifyPyFiles = String.raw`# The files of a bundle.
SEAL = b"birthmark-bundle sha256:"
SEAL_BYTES = len(SEAL) + 64
PIECE = 1 << 18


def check(is_so, why):
    if not is_so:
        raise Bad(why)


class Zip:
    """A zip as the station writes it: its files follow each other from the first byte on, then its list, its end and the seal.
    Programs differ in how they read any other, so that one would show other files than were checked."""

    NOT_WHOLE = "the file is no whole zip of a bundle: it was changed, or its end is missing"

    def __init__(self, path):
        self.file = open(path, "rb")
        self.size = self.file.seek(0, os.SEEK_END)
        self.members, self.names = {}, []
        end = self.at(self.size - SEAL_BYTES - 22, 22)
        sign, zero, count, total, length, start, comment = struct.unpack("<IIHHIIH", end)
        self.sure(sign == 0x06054B50 and zero == 0 and count == total and comment == SEAL_BYTES)
        self.sure(start + length == self.size - SEAL_BYTES - 22)
        listed, row, at = self.at(start, length), 0, 0
        for _ in range(count):
            self.sure(row + 46 <= length)
            sign, _, _, flags, method, _, _, crc, packed, size, name_size, more, _, _, _, begin = struct.unpack(
                "<IHHHHHHIIIHIHHII", listed[row : row + 46]
            )
            self.sure(sign == 0x02014B50 and more == 0 and flags & ~0x808 == 0 and begin == at and method in (0, 8))
            name = listed[row + 46 : row + 46 + name_size]
            head = self.at(at, 30 + name_size)
            here = struct.unpack("<IHHHHHIIIHH", head[:30])
            self.sure(here[0] == 0x04034B50 and here[2] == flags and here[3] == method)
            self.sure(here[9] == name_size and here[10] == 0 and head[30:] == name)
            at += len(head)
            self.sure(at + packed <= self.size)
            self.members[name.decode(errors="replace")] = (method, packed, size, crc, at)
            self.names.append(name.decode(errors="replace"))
            at += packed
            if flags & 8:
                sign, *sums = struct.unpack("<IIII", self.at(at, 16))
                self.sure(sign == 0x08074B50)
                at += 16
            else:
                sums = here[6:9]
            self.sure(tuple(sums) == (crc, packed, size))
            row += 46 + name_size
        self.sure(row == length and at == start)

    def sure(self, is_so):
        check(is_so, self.NOT_WHOLE)

    def at(self, place, size):
        self.sure(place >= 0 and size >= 0 and place + size <= self.size)
        self.file.seek(place)
        data = self.file.read(size)
        self.sure(len(data) == size)
        return data

    def packed(self, place, size):
        for at in range(place, place + size, PIECE):
            yield self.at(at, min(PIECE, place + size - at))

    def unpacked(self, name, method, place, size):
        if method == 0:
            yield from self.packed(place, size)
            return
        state = zlib.decompressobj(-15)
        try:
            for data in self.packed(place, size):
                while data and not state.eof:
                    yield state.decompress(data, PIECE)
                    data = state.unconsumed_tail
        except zlib.error:
            raise Bad("%s is damaged: it cannot be unpacked" % name)

    def pieces(self, name):
        check(name in self.members, "%s is missing" % name)
        method, packed, size, crc, place = self.members[name]
        given = found = 0
        for piece in self.unpacked(name, method, place, packed):
            given, found = given + len(piece), zlib.crc32(piece, found)
            check(given <= size, "%s is damaged: it cannot be unpacked" % name)
            yield piece
        check(given == size and found == crc, "%s is damaged: it cannot be unpacked" % name)

    def check_whole(self):
        whole = hashlib.sha256()
        for piece in self.packed(0, self.size - SEAL_BYTES):
            whole.update(piece)
        if self.at(self.size - SEAL_BYTES, SEAL_BYTES) != SEAL + whole.hexdigest().encode():
            raise Bad("the zip was changed or damaged after it was made: the hash at its end does not fit")


class Folder:
    def __init__(self, path):
        self.path, self.names = path, sorted(os.listdir(path))

    def pieces(self, name):
        check(name in self.names, "%s is missing" % name)
        path = os.path.join(self.path, name)
        check(os.path.isfile(path), "%s is no file, but a folder, a device or a link to nothing" % name)
        with open(path, "rb") as file:
            yield from iter(lambda: file.read(PIECE), b"")

    def check_whole(self):
        pass


def whole(bundle, name):
    """A file that is small, as text or as bytes it has to be in memory."""
    data = b""
    for piece in bundle.pieces(name):
        data += piece
        check(len(data) <= MOST, "%s was changed: it is too long" % name)
    return data


def lines(bundle, name):
    held, size = [], 0
    for piece in bundle.pieces(name):
        first, *others = piece.split(b"\n")
        held.append(first)
        size += len(first)
        for line in others:
            yield b"".join(held)
            held, size = [line], len(line)
        check(size <= 32 * MOST, "%s: a line of it has no end: it was changed" % name)
    check(size == 0, "%s: its end is missing" % name)`;
