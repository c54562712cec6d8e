/** Every import of a folder's programs, followed through all packages by a bundler that may look nowhere else. */
import { isBuiltin } from 'node:module';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'vite';

export type Imports = {
  /** What nothing answers to inside the folder: `specifier from file`. */
  unresolved: string[];
  /** Files that want the module of Electron. */
  electron: string[];
  /** Names of packages that something imports. */
  packages: Set<string>;
};

const packageOf = (file: string): string | undefined => {
  const [scope = '', name = ''] = file.split(`node_modules${sep}`).at(-1)?.split(sep) ?? [];
  if (!file.includes('node_modules')) return undefined;
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
};

/** @param entries paths in the folder; `bare` names of packages that are loaded by a computed name */
export async function followImports(
  folder: string,
  entries: readonly string[],
  bare: readonly string[],
): Promise<Imports> {
  const found: Imports = { unresolved: [], electron: [], packages: new Set() };
  const collect: Plugin = {
    name: 'collect',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (importer === undefined || source.startsWith('\0')) return null;
      const from = relative(folder, importer);
      if (isBuiltin(source)) return { id: source, external: true };
      if (source === 'electron') {
        found.electron.push(from);
        return { id: source, external: true };
      }
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      if (resolved === null || !resolved.id.startsWith(folder + sep)) {
        found.unresolved.push(`${source} from ${from}`);
        return { id: source, external: true };
      }
      const name = packageOf(resolved.id);
      if (name !== undefined) found.packages.add(name);
      return resolved.id.endsWith('.node') ? { id: resolved.id, external: true } : resolved;
    },
    transform(code) {
      // The bundler's own `require`, under which it leaves packages that are not in the bundle.
      const wanted = [...code.matchAll(/\b__require\("([^"]+)"\)/g)].map(([, name]) => name ?? '');
      const packages = wanted.filter((name) => !isBuiltin(name));
      return packages.length === 0 ? null : `${code}\n${packages.map((name) => `import '${name}';`).join('\n')}`;
    },
    load: (id) => (id === join(folder, 'bare.js') ? bare.map((name) => `import '${name}';`).join('\n') : null),
  };
  const input = [...entries, 'bare.js'].map((entry) => join(folder, entry));
  const placed: Plugin = { name: 'placed', enforce: 'pre', resolveId: (id) => (id.endsWith('bare.js') ? id : null) };
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [placed, collect],
    ssr: { noExternal: true },
    build: { ssr: true, write: false, minify: false, target: 'node24', rolldownOptions: { input, treeshake: false } },
  });
  return found;
}
