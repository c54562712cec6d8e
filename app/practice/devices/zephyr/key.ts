import { createPublicKey, type KeyObject } from 'node:crypto';
import { makeCsr } from '../csr.ts';
import { makeDeviceKey } from '../keys.ts';
import { subjectFrom } from '../subject.ts';
import type { CommandSet, Machine } from './machine.ts';
import { errno, findCredential, registerKey, removeCredential } from './store.ts';

/**
 * `nrf_cloud_cred`: the key and its CSR (sdk-nrf: nrf_cloud_credentials_keygen_shell.c and _keygen.c; the lines are a contract
 * there, with tests). Needs CONFIG_NRF_CLOUD_CREDENTIALS_KEYGEN_SHELL.
 */
export function keyCommands(machine: Machine): CommandSet {
  const { shell, store, firmware } = machine;

  const secTagOf = (text: string | undefined): number | undefined => {
    if (text === undefined) return firmware.secTag;
    // strtol with base 0, then `long` to uint32_t.
    const value = /^(?:0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
    if (value <= 0x7fffffff) return value;
    shell.print(`Invalid sec tag: ${text}\n`, 'error');
    return undefined;
  };

  const keygen = (argv: string[]) => {
    const secTag = secTagOf(argv[1]);
    if (secTag === undefined) return;
    const fails = (code: number) => shell.print(`Key generation failed: ${code}\n`, 'error');
    const { fault } = machine;
    // PSA_KEY_ID_USER_MIN to PSA_KEY_ID_USER_MAX.
    if (secTag < 1 || secTag > 0x3fffffff) return fails(errno.invalid);
    if (store.registered !== undefined && store.registered !== secTag) return fails(errno.notSupported);
    if (store.keys.has(secTag))
      return shell.print(`Key already exists in sec tag ${secTag}. Use 'delete' to remove it first.\n`, 'warning');
    const made = fault.refuse?.command === 'key' ? undefined : makeDeviceKey(fault);
    if (!made) return fails(errno.io);
    store.keys.set(secTag, made);
    const failed = registerKey(store, secTag);
    if (failed !== 0) store.keys.delete(secTag);
    if (failed !== 0) return fails(failed);
    shell.log('inf', `nrf_cloud_credentials_keygen: Generated device key in sec tag ${secTag}`);
    shell.print(`Generated device key in sec tag ${secTag}\n`);
  };

  const csr = (argv: string[]) => {
    const secTag = secTagOf(argv[1]);
    if (secTag === undefined) return;
    const fails = (code: number) => shell.print(`CSR generation failed: ${code}\n`, 'error');
    let key = store.keys.get(secTag);
    if (!key || machine.fault.refuse?.command === 'csr') return fails(errno.io);
    if (argv[2] === undefined && !firmware.hwinfo)
      return shell.print(`Failed to get device id: ${errno.notSupported} (pass a subject explicitly)\n`, 'error');
    const name = subjectFrom(argv[2] ?? `CN=${machine.hardwareId}`);
    if (!name) return fails(errno.invalid);
    if (machine.fault.badProof && findCredential(store, secTag, 'SERV')) key = makeDeviceKey({});
    const der = key && makeCsr(key, name);
    if (!der || der.length > 512) return fails(errno.io);
    shell.print(`CSR: ${der.toString('base64')}\n`);
    shell.print('CSR generation complete\n');
  };

  const remove = (argv: string[]) => {
    const secTag = secTagOf(argv[1]);
    if (secTag === undefined) return;
    if (machine.fault.refuse?.command === 'erase') return shell.print(`Key deletion failed: ${errno.io}\n`, 'error');
    removeCredential(store, secTag, 'PK_PSA');
    store.keys.delete(secTag);
    if (store.registered === secTag) store.registered = undefined;
    shell.print(`Deleted device key in sec tag ${secTag}\n`);
  };

  const pubkey = (argv: string[]) => {
    const secTag = secTagOf(argv[1]);
    if (secTag === undefined) return;
    const key = store.keys.get(secTag);
    if (!key) return shell.print(`Public key export failed: ${errno.io}\n`, 'error');
    shell.print(`PUBKEY: ${pointOf(key).toString('base64')}\n`);
    shell.print('Public key export complete\n');
  };

  const usage = (name: string, rest: string) => `\nUsage: nrf_cloud_cred ${name} [<sec_tag>]${rest}`;
  return {
    help: 'nRF Cloud on-device credential commands',
    sub: {
      keygen: {
        help: `Generate a device key.${usage('keygen', '')}`,
        least: 1,
        most: 2,
        slow: 4,
        names: () => ['key'],
        run: keygen,
      },
      csr: {
        help: `Generate and print a Base64 DER CSR for the device key.${usage('csr', ' [<subject>]')}`,
        least: 1,
        most: 3,
        slow: 3,
        names: () => ['csr'],
        run: csr,
      },
      delete: {
        help: `Delete the device key.${usage('delete', '')}`,
        least: 1,
        most: 2,
        slow: 2,
        names: () => ['erase'],
        run: remove,
      },
      ...(firmware.publicKey
        ? {
            pubkey: {
              help: `Export and print the device public key (Base64).${usage('pubkey', '')}`,
              least: 1,
              most: 2,
              slow: 1,
              run: pubkey,
            },
          }
        : {}),
    },
  };
}

/** SEC 1 uncompressed point: the end of the SubjectPublicKeyInfo. */
function pointOf(key: KeyObject): Buffer {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return spki.subarray(spki.indexOf(0x04, 23));
}
