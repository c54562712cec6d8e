/** Takes what is PUT to it and writes it to the file that it was started with. It ends with its standard input. */
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  request.pipe(createWriteStream(process.argv[2]!)).on('finish', () => response.end());
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }));
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
