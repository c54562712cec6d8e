/** The handshake at the gateway, by openssl s_client: versions, server names, ALPN, and what a kept state keeps. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import {
  DeleteCACertificateCommand,
  GetRegistrationCodeCommand,
  RegisterCACertificateCommand,
} from '@aws-sdk/client-iot';
import { type PracticeAws, startPracticeAws } from '../../../app/practice/aws/index.ts';
import { removeAtEnd } from '../../folders.ts';
import { iotClient, pki, wallClock } from '../support.ts';
import { attempt, type Bed, bed, type Device, reasons, registered } from './support.ts';

let at: Bed;
let who: Device;
before(async (t) => {
  at = await bed(t as TestContext);
  who = await registered(at, 'unit');
  writeFileSync(join(at.keys.folder, 'unit.pem'), who.pem);
});

/** What openssl says of a handshake. It sends nothing, and ends with its input. */
async function shake(...args: string[]): Promise<string> {
  const { port, rootCaPem } = at.gateway;
  const child = spawn(
    'openssl',
    [
      ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', rootCaPem, '-verify_return_error', '-brief'],
      ...['-cert', 'unit.pem', '-key', at.keys.keyFile('device'), ...args],
    ],
    { cwd: at.keys.folder, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
    if (said.includes('Verification')) child.stdin.end('Q');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return said;
}

const named = ['-servername', 'localhost', '-verify_hostname', 'localhost'];

describe('the handshake', () => {
  for (const version of ['tls1_2', 'tls1_3']) {
    test(`is done in ${version}, with a certificate for the name under the printed root`, async () => {
      const said = await shake(`-${version}`, ...named);
      assert.match(said, /Verification: OK/);
      assert.match(said, version === 'tls1_2' ? /TLSv1\.2/ : /TLSv1\.3/);
    });

    test(`fails in ${version} without a server name`, async () => {
      assert.match(await shake(`-${version}`, '-noservername'), /alert/);
      assert.match(reasons(at.aws).at(-1) ?? '', /sent no server name \(SNI\)/);
    });

    test(`fails in ${version} for a name of no account`, async () => {
      assert.match(await shake(`-${version}`, '-servername', 'other.example'), /alert/);
      assert.match(reasons(at.aws).at(-1) ?? '', /No account here has an endpoint of the name other\.example/);
    });
  }

  test('is refused in TLS 1.1', async () => {
    assert.match(await shake('-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0', ...named), /alert|no protocols/i);
  });

  test("takes the account's endpoint as DescribeEndpoint names it, with a certificate for it", async () => {
    const name = 'birthmark-practice-ats.iot.us-east-1.amazonaws.com';
    assert.match(await shake('-servername', name, '-verify_hostname', name), /Verification: OK/);
  });

  test('takes the ALPN of MQTT with a client certificate, and no other', async () => {
    const said = await shake(...named, '-alpn', 'x-amzn-mqtt-ca');
    assert.match(said, /Verification: OK/);
    assert.match(await shake(...named, '-alpn', 'x-amzn-http-ca'), /no application protocol/);
  });
});

test('MQTT is spoken with ALPN and without', async (t) => {
  const withAlpn = { ALPNProtocols: ['x-amzn-mqtt-ca'] } as object;
  assert.equal(await attempt(t, at, who, 'unit'), 'connected');
  assert.equal(await attempt(t, at, who, 'unit', withAlpn), 'connected');
});

test('a kept state keeps the root, so that devices which trust it come again; in memory it goes with the gateway', async (_t) => {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-gateway-test-'));
  removeAtEnd(folder);
  // A folder that is not there yet.
  const stateFile = join(folder, 'new', 'aws.json');
  const start = () => startPracticeAws({ clock: wallClock(), gateway: { port: 0 }, stateFile });
  const roots: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const aws = await start();
    roots.push(readFileSync(aws.gateway?.rootCaPem ?? '', 'utf8'));
    await aws.close();
  }
  assert.equal(roots[0], roots[1]);
  const aws = await startPracticeAws({ clock: wallClock(), gateway: { port: 0 } });
  const file = aws.gateway?.rootCaPem ?? '';
  assert.notEqual(readFileSync(file, 'utf8'), roots[0]);
  await aws.close();
  assert.throws(() => statSync(file));
});

test('a port that is taken is an error, and the practice AWS does not stay behind', async () => {
  const port = at.gateway.port;
  await assert.rejects(startPracticeAws({ clock: wallClock(), gateway: { port } }), /EADDRINUSE/);
});

test('a CA in DEFAULT mode is one account’s in a Region; in SNI_ONLY mode several have it', async (t) => {
  const other = await startPracticeAws({ clock: wallClock(), accountId: '333333333333', gateway: at.gateway });
  t.after(() => other.close());
  const keys = pki(t);
  const caCertificate = keys.ca('shared');
  const register = async (aws: PracticeAws, certificateMode: 'DEFAULT' | 'SNI_ONLY') => {
    const iot = iotClient(t, aws);
    const { registrationCode = '' } = await iot.send(new GetRegistrationCodeCommand({}));
    const proof = certificateMode === 'DEFAULT' && {
      verificationCertificate: keys.issue(registrationCode, { by: 'shared' }),
    };
    return iot.send(new RegisterCACertificateCommand({ caCertificate, certificateMode, ...proof }));
  };
  const { certificateId } = await register(at.aws, 'DEFAULT');
  await assert.rejects(register(other, 'DEFAULT'), { name: 'ResourceAlreadyExistsException' });
  await iotClient(t, at.aws).send(new DeleteCACertificateCommand({ certificateId }));
  await register(at.aws, 'SNI_ONLY');
  await register(other, 'SNI_ONLY');
});

test('two accounts share a gateway: the server name says which one a device gets', async (t) => {
  const other = await startPracticeAws({ clock: wallClock(), accountId: '210987654321', gateway: at.gateway });
  t.after(() => other.close());
  const servername = 'birthmark-practice-210987654321-ats.iot.us-east-1.amazonaws.com';
  assert.equal(await attempt(t, at, who, 'unit', { servername }), 'closed');
  assert.match(other.log().at(-1)?.reason ?? '', /not registered/);
  const there = { aws: other, gateway: at.gateway };
  assert.equal(await attempt(t, there, who, 'unit'), 'connected');
});
