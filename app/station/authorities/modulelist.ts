/** The PKCS#11 modules that may be loaded: the list an engineer keeps. What is not on it is never loaded. */
import type { Tokens } from '../../ca/index.ts';
import type { TokenModule } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { StationAuthority } from './signing.ts';

type ModuleTools = { config: ConfigStore; authority: () => StationAuthority | undefined };
export type ModuleList = ReturnType<typeof createModuleList>;

const most = 20;

export function createModuleList({ config, authority }: ModuleTools) {
  /** CAs whose key a module opens, by its path. */
  const usersOf = (module: string) =>
    (authority()?.all() ?? []).filter(({ custody }) => custody.kind === 'token' && custody.module === module);
  const onRecord = () =>
    (authority()?.all() ?? []).flatMap(({ custody }) => (custody.kind === 'token' ? [custody.module] : []));
  // A station made before there was a list: an engineer chose these when the keys were made.
  const listed = (): string[] => config.current().tokenModules ?? [...new Set(onRecord())];
  const save = (tokenModules: string[]) => config.save({ ...config.current(), tokenModules });
  return {
    listed,
    usersOf,
    /** Throws `ca.moduleNotListed`. */
    assertListed(module: string): void {
      if (listed().includes(module)) return;
      throw new StationError('ca.moduleNotListed', `${module} is not on the station's list of PKCS#11 modules`, {
        data: { reason: 'moduleNotListed', path: module },
      });
    },
    /** Whether anything changed. Throws `call.badParams` for one too many. */
    async add(module: string): Promise<boolean> {
      const before = listed();
      if (before.includes(module)) return false;
      if (before.length >= most) throw new StationError('call.badParams', `the list holds at most ${most} modules`);
      await save([...before, module]);
      return true;
    },
    /** Throws `call.badParams` where it is not on the list. */
    async remove(module: string): Promise<void> {
      const before = listed();
      if (!before.includes(module)) throw new StationError('call.badParams', `${module} is not on the list`);
      await save(before.filter((one) => one !== module));
    },
    /** The list, then what was found in the usual places, each with what speaks against loading it. */
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

/** Tokens whose modules are on the list; every other module is refused before anything of it is loaded. */
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
