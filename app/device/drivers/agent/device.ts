import { createHash } from 'node:crypto';
import { type ErrorCode, StationError } from '../../../contract/errors.ts';
import { badAnswer } from '../../badanswer.ts';
import type { Device, DeviceIdentity, Installation, ReadBack } from '../../driver.ts';
import { noNetwork } from '../../nonetwork.ts';
import { type Answer, base64Of, countOf, sha256Of, textOf } from './answer.ts';
import { connectCommand, phaseNamed, readPhases } from './connect.ts';
import { decodeConfig, encodeConfig, escapeText, frameLimit, unescapeText } from './frame.ts';
import { provisionCommand, provisionPhaseNamed, readFailure } from './provision.ts';
import type { Command, Requests } from './requests.ts';

/** Section 6. Names that are missing here (`refused`, and names of later versions) become `device.refused`. */
const errorCodes: Record<string, ErrorCode> = {
  command: 'device.incompatible',
  keyType: 'device.incompatible',
  keyFailed: 'device.keyFailed',
  tooLong: 'device.storageFull',
  storage: 'device.storageFull',
  sealed: 'device.sealed',
};

type Item = 'cert' | 'chain' | 'root' | 'config' | 'claim' | 'claimkey' | 'csr';
type Part = { item: Item; bytes: Uint8Array };
type Limits = { chunk: number; window: number; item: number };

/** The conversation with one agent. Section numbers below refer to native/agent/PROTOCOL.md. */
export function converse(requests: Requests): Device {
  let limits: Limits | undefined;

  const ask = async (command: Command, windowBytes = limits?.window ?? frameLimit): Promise<Answer> => {
    const [answer] = await requests.exchange([command], windowBytes);
    return accept(command, answer);
  };

  const identify = async (): Promise<DeviceIdentity> => {
    const { values } = await ask(['hello'], frameLimit);
    if (values.proto !== '1')
      throw new StationError('device.incompatible', `the device speaks protocol version ${values.proto ?? 'unknown'}`);
    limits = {
      chunk: countOf(values.chunk, 'chunk', 1, 162),
      window: countOf(values.window, 'window', frameLimit, 65_535),
      item: countOf(values.item, 'item', 1, 1_000_000),
    };
    const identity: DeviceIdentity = {
      protocol: 'agent/1',
      model: textOf(values.model, 'model'),
      hardwareRevision: textOf(values.hw, 'hw'),
      firmware: textOf(values.fw, 'fw'),
      hardwareId: textOf(values.hwid, 'hwid'),
      keyTypes: textOf(values.keys, 'keys').split(','),
      hasKey: values.key === '1',
      hasCertificate: values.cert === '1',
      sealed: values.sealed === '1',
      callsHome: values.net === '1',
    };
    if (values.unit !== undefined) identity.unitSerial = textOf(values.unit, 'unit');
    return identity;
  };

  /** A conversation may begin at any step, e.g. after recovery. The limits always come from `hello`. */
  const known = async (): Promise<Limits> => {
    if (!limits) await identify();
    return limits as Limits;
  };

  const stored = async (items: readonly Item[]): Promise<({ length: number; sha256: string } | undefined)[]> => {
    const { window, item: longest } = await known();
    const commands = items.map((item) => ['stored', item]);
    const answers = await requests.exchange(commands, window);
    return answers.map((answer, index) => {
      const { values } = accept(commands[index] ?? [], answer);
      const length = countOf(values.len, 'len', 0, longest);
      return length === 0 ? undefined : { length, sha256: sha256Of(values.sha256) };
    });
  };

  const read = async (item: Item, length: number): Promise<Buffer> => {
    const { chunk, window } = await known();
    const commands: Command[] = [];
    for (let at = 0; at < length; at += chunk) commands.push(['read', item, String(at)]);
    const answers = await requests.exchange(commands, window);
    const bytes = Buffer.concat(answers.map((answer, at) => base64Of(accept(commands[at] ?? [], answer).fields[0])));
    if (bytes.length !== length) throw badAnswer(`${item}: ${bytes.length} of ${length} bytes`);
    return bytes;
  };

  const write = async (item: Item, bytes: Uint8Array, onBytes: (count: number) => void): Promise<void> => {
    const { chunk, window } = await known();
    const sizes: number[] = [];
    const data: Command[] = [];
    for (let at = 0; at < bytes.length; at += chunk) {
      const piece = bytes.subarray(at, at + chunk);
      sizes.push(piece.length);
      data.push(['data', item, String(at), Buffer.from(piece).toString('base64')]);
    }
    const commit: Command = ['commit', item, String(bytes.length), sha256(bytes)];
    // The commit is sent in the same window. If a line before it was lost, the commit fails once and is sent again.
    const onAnswer = (index: number) => onBytes(sizes[index] ?? 0);
    const answers = await requests.exchange([...data, commit], window, { onAnswer });
    data.forEach((command, index) => {
      accept(command, answers[index]);
    });
    if (answers.at(-1)?.error !== 'digest') return void accept(commit, answers.at(-1));
    for (const [index, answer] of (await requests.exchange(data, window)).entries()) accept(data[index] ?? [], answer);
    await ask(commit);
  };

  const writeAll = async (parts: readonly Part[], onProgress: (done: number, total: number) => void) => {
    const { item: limit } = await known();
    const tooLong = parts.find((part) => part.bytes.length > limit);
    if (tooLong) {
      const detail = `${tooLong.item} has ${tooLong.bytes.length} bytes, the device takes ${limit}`;
      throw new StationError('device.storageFull', detail, { data: { item: tooLong.item } });
    }
    const total = parts.reduce((sum, part) => sum + part.bytes.length, 0);
    let done = 0;
    const advance = (bytes: number) => {
      done = Math.min(done + bytes, total);
      onProgress(done, total);
    };
    const present = await stored(parts.map((part) => part.item));
    for (const [index, part] of parts.entries()) {
      if (present[index]?.sha256 === sha256(part.bytes)) advance(part.bytes.length);
      else await write(part.item, part.bytes, advance);
    }
  };

  return {
    identify,

    async makeKey({ keyType }) {
      await known();
      const { values } = await ask(['key', escapeText(keyType)]);
      return { created: values.created === '1' };
    },

    async readCsr(subjectCommonName) {
      const { item } = await known();
      const { values } = await ask(['csr', escapeText(subjectCommonName)]);
      const csr = await read('csr', countOf(values.len, 'len', 1, item));
      if (sha256(csr) !== sha256Of(values.sha256)) throw badAnswer('the CSR changed on the way');
      return { csrDer: csr, notes: [] };
    },

    install: (what, onProgress) => writeAll(itemsOf(what), onProgress),

    async installClaim(what, onProgress) {
      const { window } = await known();
      const [answer] = await requests.exchange([['stored', 'claim']], window);
      // Firmware of before knows no such item.
      if (answer?.error === 'field')
        throw new StationError('device.incompatible', 'the firmware takes no claim: bring the agent up to date', {
          data: { field: 'claim' },
        });
      const parts: Part[] = [
        { item: 'root', bytes: what.rootCaDer },
        { item: 'config', bytes: encodeConfig(what.config) },
        { item: 'claimkey', bytes: what.privateKeyDer },
        { item: 'claim', bytes: what.certificateDer },
      ];
      await writeAll(parts, onProgress);
      const names: Partial<Record<Item, string>> = { claim: 'certificate', claimkey: 'key', root: 'rootCa' };
      const held = await stored(parts.map(({ item }) => item));
      return {
        items: parts.map(({ item, bytes }, at) => digestItem(names[item] ?? item, bytes, held[at]?.sha256)),
        unread: [],
        bytes: parts.reduce((sum, { bytes }) => sum + bytes.length, 0),
      };
    },

    async readBack(expected) {
      const [cert, chain, root, config] = await stored(['cert', 'chain', 'root', 'config']);
      const settings = decodeConfig(await read('config', config?.length ?? 0));
      if (!settings) throw badAnswer('config is malformed');
      return {
        items: [
          digestItem('certificate', expected.certificateDer, cert?.sha256),
          digestItem('chain', Buffer.concat(expected.chainDer), chain?.sha256),
          digestItem('rootCa', expected.rootCaDer, root?.sha256),
          ...Object.entries(expected.config).map(([name, value]): ReadBackItem => {
            const found = Object.hasOwn(settings, name) ? settings[name] : undefined;
            return { name, same: found === value, how: 'value', ...(found === undefined ? {} : { found }) };
          }),
        ],
        unread: [],
      };
    },

    async prove(nonce) {
      await known();
      const { values } = await ask(['prove', Buffer.from(nonce).toString('base64')]);
      return { kind: 'nonce', signatureDer: base64Of(values.sig) };
    },

    async erase() {
      await known();
      await ask(['erase']);
    },

    async seal() {
      await known();
      await ask(['seal']);
    },

    async callHome(home, onPhase) {
      const { window } = await known();
      const command = connectCommand(home);
      const [answer] = await requests.exchange([command], window, {
        onWord: (_, word) => {
          const begun = phaseNamed(word);
          if (begun) onPhase(begun);
        },
      });
      if (answer?.error === 'command') throw noNetwork('the device has no network: it cannot connect');
      return readPhases(accept(command, answer).values);
    },

    async provision(at, onPhase) {
      const { window } = await known();
      const command = provisionCommand(at);
      const [answer] = await requests.exchange([command], window, {
        onWord: (_, word) => {
          const begun = provisionPhaseNamed(word);
          if (begun) onPhase(begun);
        },
      });
      if (answer?.error === 'command') throw noNetwork('the device has no network: it cannot use a claim');
      const failure = readFailure(accept(command, answer).values);
      if (failure) return failure;
      const [cert, config] = await stored(['cert', 'config']);
      const certificateDer = await read('cert', cert?.length ?? 0);
      const values = decodeConfig(await read('config', config?.length ?? 0));
      if (!values?.thingName || certificateDer.length === 0)
        throw badAnswer('the device was provisioned, and holds no certificate or no thing name');
      return { certificateDer, thingName: values.thingName, config: values };
    },

    tally: requests.tally,
    close: requests.close,
  };
}

type ReadBackItem = ReadBack['items'][number];

/** The protocol has no empty item, so an item that should be empty must not exist. */
function digestItem(name: string, bytes: Uint8Array, found: string | undefined): ReadBackItem {
  const same = found === (bytes.length > 0 ? sha256(bytes) : undefined);
  return { name, same, how: 'digest', ...(found === undefined ? {} : { found }) };
}

/** The items without empty ones, because the protocol has none. */
function itemsOf(what: Installation): Part[] {
  const parts: Part[] = [
    { item: 'cert', bytes: what.certificateDer },
    { item: 'chain', bytes: Buffer.concat(what.chainDer) },
    { item: 'root', bytes: what.rootCaDer },
    { item: 'config', bytes: encodeConfig(what.config) },
  ];
  return parts.filter((part) => part.bytes.length > 0);
}

function accept(command: Command, answer: Answer | undefined): Answer {
  if (!answer) throw badAnswer('an answer is missing');
  if (answer.error === undefined) return answer;
  const words = answer.fields.slice(1).map((word) => unescapeText(word) ?? '?');
  const detail = [`the device answered "${answer.error}" to ${command.slice(0, 2).join(' ')}`, ...words].join(': ');
  const data = { command: command[0] ?? '', reason: answer.error };
  throw new StationError(errorCodes[answer.error] ?? 'device.refused', detail, { data });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
