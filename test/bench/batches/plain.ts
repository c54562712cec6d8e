/**
 * What a batch is compared with: a program of its own reads the same rows in one pass and writes the same bytes to the
 * same disk, and nothing more: no line is checked, nothing is put on record or hashed. `plain.ts FILE BATCH TO URL` prints
 * its seconds as JSON, by the clock and of the processor, without the start of the process. With `URL`, the bytes then go there in one PUT.
 */
import { createReadStream, fsyncSync, openSync, statSync, writeSync } from 'node:fs';
import { request } from 'node:http';
import { pemOf } from '../../../app/ca/index.ts';
import { openSqlite } from '../../../native/sqlite.ts';
import { caPem } from './ca.ts';

const [records = '', batchId = '', to = '', url = ''] = process.argv.slice(2);
const page = 500;
const ca = JSON.stringify(caPem);

const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
const sql = openSqlite(records, { readOnly: true });
const out = openSync(to, 'w');
for (let line = 0; ; line += page) {
  const rows = sql.all<{ unitSerial: string; thingName: string; der: Uint8Array }>(
    `SELECT m.unitSerial, c.der, (SELECT json_extract(t.data, '$.thingName') FROM journal t
       WHERE t.unitSerial = m.unitSerial AND t.step = 'install' ORDER BY t.position DESC LIMIT 1) AS thingName
     FROM members m JOIN certificates c ON c.unitSerial = m.unitSerial AND +c.certificateId = m.certificateId
     WHERE m.batchId = @batchId AND m.line > @line ORDER BY m.line LIMIT ${page}`,
    { batchId, line },
  );
  if (rows.length === 0) break;
  let bytes = '';
  for (const { unitSerial, thingName, der } of rows) {
    const pem = JSON.stringify(pemOf('CERTIFICATE', der));
    bytes += `{"ThingName":"${thingName}","SerialNumber":"${unitSerial}","CertificatePem":${pem},"CACertificatePem":${ca}}\n`;
  }
  writeSync(out, bytes);
}
fsyncSync(out);
sql.close();
const plain = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);

const sending = performance.now();
await new Promise<void>((resolve, reject) => {
  const put = request(url, { method: 'PUT', headers: { 'content-length': statSync(to).size } }, (answer) => {
    answer.resume().on('end', resolve);
  });
  put.on('error', reject);
  createReadStream(to, { highWaterMark: 1024 * 1024 }).pipe(put);
});
console.log(JSON.stringify({ plain, plainCpu: (user + system) / 1e6, sent: (performance.now() - sending) / 1000 }));
