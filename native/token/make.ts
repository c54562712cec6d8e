/** Makes key pairs in a token, and proves that the private half cannot leave it. */
import { randomBytes } from 'node:crypto';
import type { CaKeyType } from '../../app/contract/authority.ts';
import { StationError } from '../../app/contract/errors.ts';
import { type Handle, type Mechanism, type Module, quietly, type Template } from '../pkcs11.ts';
import { curves, findKey, flag, keyTypeOf, objects, read } from './objects.ts';

/** A YubiHSM's limits: its object id is CKA_ID (2 octets), and its label has 40. */
const idOctets = 2;
const labelOctets = 40;

/**
 * Makes a pair in a session that may write, and returns its CKA_ID.
 * @throws `ca.tokenFailed` – when the token says that the private key was or could be outside; the pair is destroyed
 * then
 */
export function makePair(module: Module, session: Handle, keyType: CaKeyType, label: string): string {
  const { calls, ck } = module;
  const id = freeId(module, session);
  const named = [
    { type: ck.CKA_TOKEN, value: true },
    { type: ck.CKA_ID, value: id },
    { type: ck.CKA_LABEL, value: Buffer.from(shortened(label), 'utf8') },
  ];
  const { mechanism, publicPart, privatePart } = kindOf(module, keyType);
  const publicKey = [
    ...named,
    { type: ck.CKA_PRIVATE, value: false },
    { type: ck.CKA_VERIFY, value: true },
    ...publicPart,
  ];
  const privateKey = [
    ...named,
    { type: ck.CKA_PRIVATE, value: true },
    { type: ck.CKA_SENSITIVE, value: true },
    { type: ck.CKA_EXTRACTABLE, value: false },
    { type: ck.CKA_SIGN, value: true },
    { type: ck.CKA_DECRYPT, value: false },
    { type: ck.CKA_UNWRAP, value: false },
    ...privatePart,
  ];
  const made = calls.C_GenerateKeyPair(session, mechanism, publicKey, privateKey);
  const wrong = whatLetsItOut(module, session, made.privateKey);
  if (wrong === undefined) return (read(module, session, made.privateKey, ck.CKA_ID) ?? id).toString('hex');
  for (const half of [made.privateKey, made.publicKey]) quietly(() => calls.C_DestroyObject(session, half));
  throw new StationError('ca.tokenFailed', `the token made a key that could leave it (${wrong}); it was destroyed`);
}

/**
 * Checks that a key made beforehand meets the requirements on a key made here.
 * @throws `ca.unfit`
 */
export function assertTakes(module: Module, session: Handle, keyIdHex: string, keyType: CaKeyType): void {
  const unfit = (why: string) => new StationError('ca.unfit', `key ${keyIdHex} of the token ${why}`);
  const key = findKey(module, session, module.ck.CKO_PRIVATE_KEY, keyIdHex);
  if (key === undefined) throw unfit('is not there');
  const publicKey = findKey(module, session, module.ck.CKO_PUBLIC_KEY, keyIdHex);
  const is = keyTypeOf(module, session, publicKey ?? key);
  if (is !== keyType) throw unfit(`is ${is}, not ${keyType}`);
  if (flag(module, session, key, module.ck.CKA_SIGN) === false) throw unfit('may not sign');
  const wrong = whatLetsItOut(module, session, key);
  if (wrong !== undefined) throw unfit(`was or can be outside of it (${wrong})`);
}

/** The attribute that would let the key out. An attribute that the token does not tell is no fault. */
function whatLetsItOut(module: Module, session: Handle, privateKey: Handle): string | undefined {
  const { ck } = module;
  const asked: [string, number, boolean][] = [
    ['CKA_SENSITIVE', ck.CKA_SENSITIVE, true],
    ['CKA_EXTRACTABLE', ck.CKA_EXTRACTABLE, false],
    ['CKA_ALWAYS_SENSITIVE', ck.CKA_ALWAYS_SENSITIVE, true],
    ['CKA_NEVER_EXTRACTABLE', ck.CKA_NEVER_EXTRACTABLE, true],
  ];
  const wrong = asked.find(([, type, right]) => flag(module, session, privateKey, type) === !right);
  return wrong === undefined ? undefined : `${wrong[0]} is ${!wrong[2]}`;
}

type Kind = { mechanism: Mechanism; publicPart: Template; privatePart: Template };

function kindOf({ ck }: Module, keyType: CaKeyType): Kind {
  const curve = curves.find(({ name }) => name === keyType);
  if (curve !== undefined) {
    return {
      mechanism: { mechanism: ck.CKM_EC_KEY_PAIR_GEN },
      publicPart: [{ type: ck.CKA_EC_PARAMS, value: curve.parameters }],
      privatePart: [{ type: ck.CKA_DERIVE, value: false }],
    };
  }
  return {
    mechanism: { mechanism: ck.CKM_RSA_PKCS_KEY_PAIR_GEN },
    publicPart: [
      { type: ck.CKA_MODULUS_BITS, value: Number(keyType.slice('RSA-'.length)) },
      { type: ck.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
    ],
    privatePart: [],
  };
}

/** Random, so that a destroyed key is not mistaken for its successor. A YubiHSM reserves 0 and ffff. */
function freeId(module: Module, session: Handle): Buffer {
  for (;;) {
    const id = randomBytes(idOctets);
    const reserved = id.every((octet) => octet === 0) || id.every((octet) => octet === 0xff);
    if (!reserved && objects(module, session, [{ type: module.ck.CKA_ID, value: id }]).length === 0) return id;
  }
}

function shortened(label: string): string {
  let text = label;
  while (Buffer.byteLength(text, 'utf8') > labelOctets) text = [...text].slice(0, -1).join('');
  return text;
}
