/** The part of `verify.py` that computes: Ed25519 as in RFC 8032, section 6, the tree of RFC 6962, and signed notes. */
export const verifyPyMath = String.raw`# Ed25519, as RFC 8032 section 6 writes it down. Only the check of a signature.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def mul(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = add(q, p)
        p = add(p, p)
        s >>= 1
    return q


def same_point(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * I % P
    if (x * x - x2) % P:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or same_point(mul(8, a), (0, 1, 1, 0)):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same_point(mul(s, BASE), add(r, mul(h, a)))


# The tree of RFC 6962 and the checks of RFC 9162.
def leaf_hash(text):
    return sha(b"\0", text)


def node(left, right):
    return sha(b"\1", left, right)


def push(stack, level, value):
    """Adds the next complete subtree of 2^level leaves."""
    stack.append((level, value))
    while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
        (level, right), (_, left) = stack.pop(), stack.pop()
        stack.append((level + 1, node(left, right)))


def root_of(stack):
    if not stack:
        return sha()
    value = stack[-1][1]
    for _, left in reversed(stack[:-1]):
        value = node(left, value)
    return value


def included(leaf, index, size, root, proof):
    place, last, value = index, size - 1, leaf
    if not 0 <= index < size:
        return False
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            value = node(other, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node(value, other)
        place, last = place >> 1, last >> 1
    return last == 0 and value == root


def consistent(old_size, old_root, size, root, proof):
    if old_size > size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == sha()
    path = ([old_root] if old_size & (old_size - 1) == 0 else []) + proof
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node(other, old), node(other, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, other)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == root



# Keys, and the notes that they sign.
def key_of(text):
    """name+id+key, as c2sp.org/signed-note defines it."""
    try:
        name, ident, data = text.split("+", 2)
        data = base64_of(data)
        if len(data) == 33 and data[0] == 1 and key_id(name, data[1:]).hex() == ident:
            return name, data[1:]
    except (AttributeError, ValueError):
        pass
    raise Bad("%s is no public key of a log" % text)


def key_id(name, key):
    return sha(name.encode() + b"\n\1" + key)[:4]


def base64_of(text):
    """The bytes of a base64 text in its one form."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64")
    return data


def note_of(text, origin, key, what):
    """Size and root of a signed checkpoint (c2sp.org/tlog-checkpoint)."""
    try:
        body, signatures = text.split("\n\n", 1)
        name, size, root, *_ = body.split("\n")
        if not re.fullmatch("0|[1-9][0-9]{0,14}", size) or not signatures.endswith("\n") or re.search("[\0-\x09\x0b-\x1f]", text):
            raise ValueError
        size, root, found = int(size), base64_of(root), []
        for line in signatures[:-1].split("\n"):
            dash, who, data = line.split(" ")
            data = base64_of(data)
            if dash != "—" or not who or len(data) < 5 or not name or len(root) != 32:
                raise ValueError
            if who == name:
                found.append(data)
    except (AttributeError, ValueError):
        raise Bad("%s: this is no checkpoint" % what)
    if name != origin:
        raise Bad("%s: this is a checkpoint of %s, not of %s" % (what, name, origin))
    if not any(data[:4] == key_id(name, key) and signed(key, (body + "\n").encode(), data[4:]) for data in found):
        raise Bad("%s: its signature is wrong" % what)
    return size, root`;
