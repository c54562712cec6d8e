import { StationError } from '../../../contract/errors.ts';
import { type ConsoleSettings, openConsole, type Reply, type TextConsole } from '../../console.ts';
import type { TalkOptions } from '../../declare.ts';
import type { PacedChannel } from '../../pace.ts';
import { type Form, final, isOfShell, refusalOf, type Verdict, verdictOf, wrap } from './at.ts';

/** An AT conversation with a modem. AT has no checksums, so important questions are asked until two answers agree. */
export interface Modem {
  console: TextConsole;
  /**
   * How commands are wrapped. The first command finds it out.
   *
   * @throws link.timeout – when no device speaks AT
   * @throws device.incompatible – when a shell has the command `at`, and does not pass it on
   */
  form(): Promise<Form>;
  /**
   * For commands that change nothing: repeats the command until two answers agree. If the answer may be a bare OK (the
   * result is then `undefined`), `like` matches damaged answers. Otherwise a bare OK is not an answer.
   */
  query(command: string, wanted: RegExp, like?: RegExp): Promise<string | undefined>;
  /**
   * Sends the command once, whatever the result. `lost` means that the answer never came. In all cases the conversation
   * is in step again afterwards.
   */
  order(command: string, wanted: RegExp, limitMs: number): Promise<{ verdict: Verdict | 'lost'; line?: string }>;
}

/** Nordic's host tool gives every command 15 s. A query takes milliseconds. */
const queryMs = 3_000;
const findMs = 1_000;
const quoteMs = 400;
const quietMs = 200;
const tries = 8;
const imei = /^\d{15}$/;

/** The prompt is the default of a Zephyr shell. A modem prints none. */
const atConsole: ConsoleSettings = { prompt: 'uart:~$ ', echo: false };

/** `chosen` is how commands are wrapped. With `auto` the first command finds it out. */
export function openModem(channel: PacedChannel, options: TalkOptions, chosen: Form | 'auto' = 'auto'): Modem {
  const console = openConsole(channel, atConsole, options);
  let known: Form | undefined;

  const say = (form: Form, command: string, wanted: RegExp, limitMs: number): Promise<Reply> =>
    console.ask({ text: wrap(form, command), until: final, wanted, limitMs });

  /** `false` for an answer without an IMEI, `undefined` for none. */
  const hello = async (form: Form): Promise<Exclude<Verdict, 'ok'> | boolean | undefined> => {
    const reply = await unlessSilent(say(form, 'AT+CGSN', imei, findMs));
    const verdict = reply && verdictOf(reply);
    return verdict === 'ok' ? reply?.lines.some((line) => imei.test(line)) : verdict;
  };
  const speaks = async (form: Form) => (await hello(form)) === true;

  /**
   * Firmware that waits for the end of a quoted text takes everything as part of it. A quote ends that text, or begins
   * one, and then the second ends it. Nordic's AT host has no room for the quote after 4,095 characters; each DEL makes
   * room for one (sdk-nrf: at_host.c).
   */
  const endQuote = async () => {
    const quote = { text: '\x7f\x7f"', until: final, wanted: imei, limitMs: quoteMs };
    if (!(await unlessSilent(console.ask(quote)))) await unlessSilent(console.ask(quote));
  };

  const find = async (): Promise<Form> => {
    const forms: Form[] = chosen === 'auto' ? ['raw', 'at'] : [chosen];
    let failed: Exclude<Verdict, 'ok'> | undefined;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      for (const form of forms) {
        const said = await hello(form);
        if (said === true) return form;
        if (isOfShell(said || undefined)) failed = said || undefined;
      }
      if (forms.includes('raw')) await endQuote();
      await console.settle(quietMs);
    }
    if (failed) throw refusalOf('AT+CGSN', failed);
    throw new StationError('link.timeout', 'nothing at the other end answers AT+CGSN');
  };

  const form = async (): Promise<Form> => {
    if (!known) {
      known = await find();
      options.onUnderstood?.();
    }
    return known;
  };

  /**
   * Call it after an answer that is missing or makes no sense. It waits for late answers, so that the next answer
   * belongs to the next command.
   */
  const getInStep = async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await console.settle(quietMs);
      const used = await form();
      if (await speaks(used)) return;
      if (used === 'raw') await endQuote();
    }
    throw new StationError('link.timeout', 'the modem does not answer AT+CGSN any more');
  };

  return {
    console,
    form,
    async query(command, wanted, like) {
      const seen = new Set<string>();
      let refused: Exclude<Verdict, 'ok'> | undefined;
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const reply = await unlessSilent(say(await form(), command, like ?? wanted, queryMs));
        const verdict = reply && verdictOf(reply);
        const [line = '', more] = reply?.lines ?? [];
        const inForm = more === undefined && (line === '' ? like !== undefined : wanted.test(line));
        if (verdict === 'ok' && inForm && seen.has(line)) return line === '' ? undefined : line;
        const isFirst = seen.size === 0;
        if (verdict === 'ok' && inForm) seen.add(line);
        else if (verdict !== 'ok') refused = verdict ?? refused;
        // An answer that differs from the one before may belong to another command, and a bare OK may be late.
        const inStep = verdict === 'ok' && inForm && isFirst && (line !== '' || (await speaks(await form())));
        if (!inStep) await getInStep();
      }
      throw seen.size === 0 && refused !== undefined ? refusalOf(command, refused) : garbled(command);
    },
    async order(command, wanted, limitMs) {
      const reply = await unlessSilent(say(await form(), command, wanted, limitMs));
      if (reply) {
        const [line] = reply.lines;
        return { verdict: verdictOf(reply), ...(line === undefined ? {} : { line }) };
      }
      await getInStep();
      return { verdict: 'lost' };
    },
  };
}

const garbled = (command: string) =>
  new StationError('link.garbled', `no two answers alike to ${command.slice(0, 40)} in ${tries} attempts`);

/** `undefined` for a time limit. Other errors are thrown, because this conversation cannot repair them. */
const unlessSilent = (reply: Promise<Reply>): Promise<Reply | undefined> =>
  reply.catch((error: unknown) => {
    if (error instanceof StationError && error.code === 'link.timeout') return undefined;
    throw error;
  });
