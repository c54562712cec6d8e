import type { Clock } from '../../../contract/clock.ts';
import { encodeFrame, parseFrame } from '../../../device/drivers/agent/frame.ts';
import { createFrameLines } from '../../../device/drivers/agent/framelines.ts';
import type { PracticeDevice } from '../power.ts';
import type { DeviceEnd } from '../wire.ts';
import { type CommandTrait, commands } from './commands.ts';
import { type Memory, Refusal, type Session } from './memory.ts';

type Power = {
  device: PracticeDevice;
  memory: Memory;
  wire: DeviceEnd;
  clock: Clock;
  computeMs: number;
  onDeath: () => void;
};

type Asked = { verb: string; fields: string[]; command: CommandTrait };

/** The time that `wait` announces. No practice device needs so long. */
const waitLimitMs = 10_000;
const logLine = Buffer.from('[00:00:01.042,000] <inf> sensor: sample 17 = 1023 mV <ok>\n');

/** One power-on of a practice device: it reads lines and answers them in order (PROTOCOL.md sections 2 to 4). */
export function serve({ device, memory, wire, clock, computeMs, onDeath }: Power): void {
  const session: Session = {
    clock,
    traits: device.traits,
    memory,
    get fault() {
      return device.fault;
    },
    buffer: { item: '', bytes: Buffer.alloc(0) },
  };
  let kept: { line: string; body: string } | undefined;
  let nowMs = 0;
  let busyUntilMs = 0;
  let alive = true;
  let busy = false;
  const waiting: string[] = [];

  const say = (seq: number, body: string) => {
    const { delayMs = 0, noise = 0, silent, flood } = device.fault;
    if (silent || flood || !alive) return;
    for (let line = 0; line < noise; line += 1) wire.send(logLine, busyUntilMs);
    wire.send(Buffer.from(encodeFrame('<', { seq, body }), 'latin1'), busyUntilMs + delayMs);
  };

  const dies = (verb: string, item: string | undefined, when: 'before' | 'after'): boolean => {
    const { dieAt, ...rest } = device.fault;
    if (dieAt?.when !== when || (dieAt.step !== verb && dieAt.step !== `${verb}.${item}`)) return false;
    // A device dies only once. After the next power-up it works.
    device.fault = rest;
    alive = false;
    onDeath();
    return true;
  };

  const carryOut = (seq: number, line: string, body: string) => {
    const [verb = '', ...fields] = body.split(' ');
    const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
    if (!command) return say(seq, 'err command');
    if (command.kept && kept?.line === line) return say(seq, kept.body);
    if (verb === 'hello') kept = undefined;
    if (dies(verb, fields[0], 'before')) return;
    if (command.slow && computeMs >= 200) say(seq, `wait ${waitLimitMs}`);
    if (command.work) return work(seq, line, { verb, fields, command });
    if (command.slow) busyUntilMs += computeMs;
    let answer: string;
    try {
      answer = run(session, verb, fields) + (command.slow ? ` ms=${computeMs}` : '');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = `err ${error.message}`;
    }
    if (dies(verb, fields[0], 'after')) return;
    if (command.kept) kept = { line, body: answer };
    say(seq, answer);
  };

  /** The device answers nothing else until this is done. */
  const work = (seq: number, line: string, { verb, fields, command }: Asked) => {
    say(seq, 'wait 60000');
    busy = true;
    const began = clock.monotonicMs();
    const done = (body: string) => {
      busy = false;
      nowMs = clock.monotonicMs();
      busyUntilMs = Math.max(busyUntilMs, nowMs);
      if (dies(verb, undefined, 'after')) return;
      kept = { line, body };
      say(seq, body);
      for (const next of waiting.splice(0)) onLine(next);
    };
    const tell = (word: string) => {
      busyUntilMs = Math.max(busyUntilMs, clock.monotonicMs());
      say(seq, `at ${word}`);
    };
    const result = async () => {
      run(session, verb, fields);
      return (await command.work?.(session, fields, tell)) ?? '';
    };
    result().then(
      (body) => done(`${body} ms=${Math.round(clock.monotonicMs() - began)}`),
      (thrown: unknown) => done(`err ${thrown instanceof Refusal ? thrown.message : 'refused'}`),
    );
  };

  const onLine = (text: string) => {
    if (!alive) return;
    if (busy) return void waiting.push(text);
    busyUntilMs = Math.max(busyUntilMs, nowMs);
    // Each mark begins a frame. The text before it is a frame without its end, unless it is too short for one.
    const parts = text.split('>').slice(1);
    const last = parts.pop() ?? '';
    for (const part of parts) if (part.length >= 5) say(0, 'err line');
    const frame = parseFrame('>', `>${last}`);
    if (frame && frame !== 'damaged') carryOut(frame.seq, last, frame.body);
    else if (last.length >= 5) say(0, 'err line');
  };

  const cut = createFrameLines(1024, onLine);
  wire.onBytes((bytes, atMs) => {
    nowMs = atMs;
    cut(bytes);
  });

  const flood = () => {
    const connected = wire.send(Buffer.alloc(512, 'reboot: watchdog '), clock.monotonicMs());
    if (connected && device.fault.flood) clock.after(40, flood);
  };
  if (device.fault.flood) flood();
}

function run(session: Session, verb: string, fields: string[]): string {
  const { refuse } = session.fault;
  const command = commands[verb];
  if (!command) throw new Refusal('command');
  if (fields.length !== command.fields) throw new Refusal('field');
  if (refuse?.command === verb) throw new Refusal(refuse.error);
  if (session.memory.sealed && command.writes) throw new Refusal('sealed');
  return command.run(session, fields);
}
