/** The PKCS#11 modules that may be loaded. An engineer keeps the list, and no other module is ever loaded. */
import type { Tokens } from '../../ca/index.ts';
import type { TokenModule } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { KnownCa } from './knownca.ts';

type ModuleTools = { config: ConfigStore; authority: () => { all(): readonly KnownCa[] } | undefined };
export type ModuleList = ReturnType<typeof createModuleList>;

const most = 20;

/** The list of modules, kept in the station's settings. */
export function createModuleList({ config, authority }: ModuleTools) {
  /** The CAs whose key this module opens. `module` is its path. */
  const usersOf = (module: string) =>
    (authority()?.all() ?? []).filter(({ custody }) => custody.kind === 'token' && custody.module === module);
  const onRecord = () =>
    (authority()?.all() ?? []).flatMap(({ custody }) => (custody.kind === 'token' ? [custody.module] : []));
  // On a station from before the list, an engineer chose these modules when the keys were made.
  const listed = (): string[] => config.current().tokenModules ?? [...new Set(onRecord())];
  const save = (tokenModules: string[]) => config.save({ ...config.current(), tokenModules });
  return {
    listed,
    usersOf,
    /** @throws `ca.moduleNotListed` */
    assertListed(module: string): void {
      if (listed().includes(module)) return;
      throw new StationError('ca.moduleNotListed', `${module} is not on the station's list of PKCS#11 modules`, {
        data: { reason: 'moduleNotListed', path: module },
      });
    },
    /**
     * Returns whether the list changed.
     *
     * @throws `call.badParams` – when the list is full
     */
    async add(module: string): Promise<boolean> {
      const before = listed();
      if (before.includes(module)) return false;
      if (before.length >= most) throw new StationError('call.badParams', `the list holds at most ${most} modules`);
      await save([...before, module]);
      return true;
    },
    /** @throws `call.badParams` – when the module is not on the list */
    async remove(module: string): Promise<void> {
      const before = listed();
      if (!before.includes(module)) throw new StationError('call.badParams', `${module} is not on the list`);
      await save(before.filter((one) => one !== module));
    },
    /** The list, then the modules in the usual places, each with the reason not to load it, if there is one. */
    async view(tokens: Tokens): Promise<TokenModule[]> {
      const found = (await tokens.modules()).filter((path) => !listed().includes(path));
      const look = async (path: string, isListed: boolean): Promise<TokenModule> => {
        const problem = await tokens.check(path).then(
          () => undefined,
          (thrown) => (thrown instanceof StationError ? thrown.toJSON() : new StationError('internal', '').toJSON()),
        );
        const usedBy = usersOf(path).map(({ facts }) => facts.commonName);
        return { path, listed: isListed, usedBy, ...(problem ? { problem } : {}) };
      };
      return Promise.all([...listed().map((path) => look(path, true)), ...found.map((path) => look(path, false))]);
    },
  };
}

/** Tokens that load listed modules only. Another module is refused before any of its code is loaded. */
export function onlyListed(tokens: Tokens, { assertListed }: Pick<ModuleList, 'assertListed'>): Tokens {
  return {
    ...tokens,
    async list(module) {
      assertListed(module);
      return tokens.list(module);
    },
    async makeKey(request) {
      assertListed(request.module);
      return tokens.makeKey(request);
    },
    async open(custody, pin) {
      assertListed(custody.module);
      return tokens.open(custody, pin);
    },
    async state(custody) {
      assertListed(custody.module);
      return tokens.state(custody);
    },
  };
}
