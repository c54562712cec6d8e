/** electron-builder runs this after a program is packed and before it is signed: electron-builder.yml, `afterPack`. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { type AfterPackContext, Arch } from 'electron-builder';
import { makeBom } from './bom.ts';
import { licencesText } from './licences.ts';
import { addProgram, nodeFolderOf, type Target } from './program.ts';
import { findShipped, type Manifest } from './shipped.ts';
import { measure, sizeFaults, sizesText } from './size.ts';

const root = join(import.meta.dirname, '../..');

/** The packages in an archive, by their own package.json. */
function packagesIn(archive: string): Manifest[] {
  const files = listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/').replace(/^\//, ''));
  const manifest = /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/;
  return files
    .filter((file) => manifest.test(file))
    .map((file) => JSON.parse(extractFile(archive, file).toString('utf8')) as Manifest);
}

function complete(resources: string, outDir: string, target: Target): void {
  const platform = `${target.platform}-${target.arch}`;
  addProgram(root, resources, target);
  const shipped = findShipped(root, packagesIn(join(resources, 'app.asar')), nodeFolderOf(target));
  const licences = licencesText(shipped);
  const bom = makeBom(root, shipped, platform);
  mkdirSync(outDir, { recursive: true });
  for (const folder of [resources, outDir]) {
    const suffix = folder === outDir ? `-${platform}` : '';
    writeFileSync(join(folder, `THIRD-PARTY-LICENSES${suffix}.txt`), licences);
    writeFileSync(join(folder, `birthmark${suffix}.cdx.json`), bom);
  }
  if (!existsSync(join(resources, 'program/node_modules/pkcs11js/build/Release/pkcs11.node')))
    process.stdout.write('  • no PKCS#11 tokens in this package: pkcs11js is not compiled here (docs/package.md)\n');
  const sizes = measure(resources);
  process.stdout.write(`  • packed for ${platform}: ${sizesText(sizes)}; ${shipped.length} packages of others\n`);
  const faults = sizeFaults(sizes);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** @throws Error – in words, when a licence, a Node or disk space is missing; no package is made then */
export async function afterPack(context: AfterPackContext): Promise<void> {
  const { packager, appOutDir, outDir, electronPlatformName: platform, arch } = context;
  const resources = packager.getResourcesDir(appOutDir);
  if (basename(resources).toLowerCase() !== 'resources') throw new Error(`${resources} is no folder of resources`);
  complete(resources, outDir, { platform, arch: Arch[arch] });
}
