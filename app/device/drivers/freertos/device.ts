import { createHash } from 'node:crypto';
import { StationError } from '../../../contract/errors.ts';
import type { Device, Installation, ReadBack } from '../../driver.ts';
import { cannotCallHome, cannotProvision } from '../../nonetwork.ts';
import type { Terminal } from '../../terminal.ts';
import { createActs, refused, type Setting, strange } from './acts.ts';
import { type CsrParts, configKeys, longestPem, pemLines } from './cli.ts';

type Labels = { certificateLabel: string; rootCaLabel: string };

/** The conversation with one device. Its certificates are read and written under these labels. */
export function converse(
  terminal: Terminal,
  { certificateLabel, rootCaLabel: rootLabel }: Labels,
  onUnderstood: () => void,
): Device {
  const acts = createActs(terminal, onUnderstood);
  const begin = async () => {
    assertLabels(certificateLabel, rootLabel);
    await acts.begin();
  };

  const markOf = ({ spkiDer }: CsrParts) => createHash('sha256').update(spkiDer).digest('hex');

  return {
    async identify() {
      await begin();
      const hasKey = (await acts.readKey()) !== null;
      const hasCertificate = (await acts.readCertificate(certificateLabel)) !== null;
      const thingName = await acts.get('thing_name');
      return {
        protocol: 'freertos',
        // None of the commands reports the chip or the firmware.
        model: '',
        hardwareRevision: '',
        firmware: '',
        hardwareId: '',
        ...(hasCertificate && thingName !== '' ? { unitSerial: thingName } : {}),
        keyTypes: ['P-256'],
        hasKey,
        hasCertificate,
        sealed: false,
        callsHome: false,
      };
    },

    async makeKey({ keyType, subject, mayReplace, fresh = false }) {
      if (keyType !== 'P-256') throw strange(`the device makes P-256 keys only, not ${keyType}`);
      await begin();
      await acts.configure([['thing_name', subject]]);
      const present = await acts.readRequest();
      if (present && !fresh) return { created: false, keyMark: markOf(present) };
      if ((await acts.readKey()) !== null && !mayReplace)
        throw new StationError('device.keyUnknown', 'the device has a key, and gives no CSR for it');
      return { created: true, keyMark: markOf(await acts.generate(present)) };
    },

    async readCsr(subjectCommonName) {
      await begin();
      await acts.configure([['thing_name', subjectCommonName]]);
      const request = await acts.readRequest();
      if (!request) throw refused('the device gives no CSR', 'noCsr');
      return { csrDer: request.der, notes: request.verified ? ['the CSR came as the device signed it'] : [] };
    },

    async install(what, onProgress) {
      await begin();
      const config = configOf(what);
      const items = [
        { name: 'certificate', label: certificateLabel, der: what.certificateDer },
        { name: 'rootCa', label: rootLabel, der: what.rootCaDer },
      ].filter(({ der }) => der.length > 0);
      const sizes = items.map(({ der }) => pemLines(der).join('\r\n').length + 2);
      for (const [at, { name }] of items.entries())
        if ((sizes[at] ?? 0) > longestPem) {
          const detail = `${name} has ${sizes[at]} bytes as PEM, the device takes ${longestPem}`;
          throw new StationError('device.storageFull', detail, { data: { item: name } });
        }
      const configBytes = config.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
      const total = sizes.reduce((sum, size) => sum + size, configBytes);
      let done = 0;
      for (const [at, { label, der }] of items.entries()) {
        const most = done + (sizes[at] ?? 0);
        await acts.write(label, der, (bytes) => {
          done = Math.min(done + bytes, most);
          onProgress(done, total);
        });
        done = most;
        onProgress(done, total);
      }
      await acts.configure(config);
      onProgress(total, total);
    },

    async installClaim() {
      throw new StationError('device.incompatible', 'freertos has no way to write a private key to a device', {
        data: { field: 'claim' },
      });
    },

    async readBack(expected) {
      await begin();
      const items: ReadBack['items'] = [];
      const certificate = async (name: string, label: string, der: Uint8Array) => {
        if (der.length === 0) return;
        const { same: equal, found } = await acts.holdsCertificate(label, der);
        const digest = found ? { found: createHash('sha256').update(found).digest('hex') } : {};
        items.push({ name, same: equal, how: 'bytes', ...digest });
      };
      await certificate('certificate', certificateLabel, expected.certificateDer);
      await certificate('rootCa', rootLabel, expected.rootCaDer);
      for (const [name, value] of Object.entries(expected.config)) {
        const key = configKeys.get(name);
        if (key) items.push({ name, how: 'value', ...(await acts.holds(key, value)) });
      }
      const unread = Object.keys(expected.config).filter((name) => !configKeys.has(name));
      return { items, unread: [...(expected.chainDer.length > 0 ? ['chain'] : []), ...unread] };
    },

    async prove() {
      await begin();
      const request = await acts.readRequest();
      if (!request) throw refused('the device gives no CSR any more', 'noCsr');
      return { kind: 'freshCsr', csrDer: request.der };
    },

    async erase() {
      throw refused('the firmware has no command that forgets a key', 'noSuchCommand');
    },
    async seal() {},
    callHome: cannotCallHome,
    provision: cannotProvision,
    tally: terminal.tally,
    close: terminal.close,
  };
}

const configOf = ({ config }: Installation): Setting[] =>
  Object.entries(config).flatMap(([name, value]) => {
    const key = configKeys.get(name);
    return key === undefined ? [] : [[key, value] as Setting];
  });

function assertLabels(...labels: string[]): void {
  if (labels.some((label) => !/^[!-~]{1,32}$/.test(label)) || new Set(labels).size < labels.length)
    throw new StationError('call.badParams', 'labels differ, have at most 32 characters, and no blank among them');
}
