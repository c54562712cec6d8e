/** The bill of materials, in CycloneDX 1.6: every shipped package with its licence, its digest and its dependencies. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { readLock, type Shipped } from './shipped.ts';

type Manifest = Contrib.FromNodePackageJson.Types.NodePackageJson & { dependencies?: Record<string, string> };

const parse = createRequire(import.meta.url)('spdx-expression-parse') as (expression: string) => unknown;
const builder = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
  new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory(),
  new Contrib.License.Factories.LicenseFactory(parse),
);

const manifestOf = (root: string, folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

function purlOf(name: string, version: string): string {
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [null, name];
  return new PackageURL('npm', scope ?? null, bare ?? name, version, null, null).toString();
}

/** npm's integrity is the digest of the package's archive, as the registry serves it. */
function digestOf(integrity: string | undefined): Models.HashDictionary {
  const [algorithm, base64] = integrity?.split('-', 2) ?? [];
  if (algorithm !== 'sha512' || base64 === undefined) return new Models.HashDictionary();
  return new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], Buffer.from(base64, 'base64').toString('hex')]]);
}

function componentOf(manifest: Manifest, type: Enums.ComponentType): Models.Component {
  const component = builder.makeComponent(manifest, type);
  if (component === undefined) throw new Error(`${manifest.name} makes no component of a bill of materials`);
  component.purl = purlOf(manifest.name ?? '', manifest.version ?? '');
  component.bomRef.value = component.purl;
  // A maker's site may change and does not matter here. Some are not valid addresses.
  component.externalReferences.clear();
  return component;
}

/**
 * The bill of materials as JSON.
 * @param root the checkout that the program was packed from
 * @param platform such as `linux-x64`
 */
export function makeBom(root: string, shipped: readonly Shipped[], platform: string): string {
  const { packages } = readLock(root);
  const made = shipped.map((one) => {
    const manifest = manifestOf(root, one.folder);
    const type = one.how === 'runtime' ? Enums.ComponentType.Platform : Enums.ComponentType.Library;
    const component = componentOf({ ...manifest, ...(one.licence ? { license: one.licence } : {}) }, type);
    for (const [name, value] of digestOf(packages[one.folder]?.integrity)) component.hashes.set(name, value);
    component.properties.add(new Models.Property('birthmark:how', one.how));
    return { one, manifest, component };
  });
  for (const { one, manifest, component } of made) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const needed = made.filter(({ one: other }) => other.name === name);
      // A package inside it is nearer than one beside it.
      const nearest = needed.find(({ one: other }) => other.folder.startsWith(one.folder)) ?? needed[0];
      if (nearest !== undefined) component.dependencies.add(nearest.component.bomRef);
    }
  }
  const program = componentOf(manifestOf(root, '.'), Enums.ComponentType.Application);
  program.properties.add(new Models.Property('birthmark:platform', platform));
  for (const { component } of made) program.dependencies.add(component.bomRef);
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${randomUUID()}`,
    metadata: new Models.Metadata({
      timestamp: new Date(),
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      component: program,
    }),
    components: new Models.ComponentRepository(made.map(({ component }) => component)),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}
