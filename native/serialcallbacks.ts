/**
 * Since Node 26.4 a callback from compiled code runs no promise continuations by itself (nodejs/node#62969). The serial
 * package resolves promises in such callbacks (serialport/bindings-cpp#239, not released), so what a port received waited
 * for the next timer of the program: up to a second for each answer of a device. Here each of these callbacks asks for a
 * turn of the event loop, which runs the continuations at once. Electron's Node is older and does not need it.
 *
 * To be imported before `serialport`, which takes these functions when it is loaded.
 */
import { binding } from '@serialport/bindings-cpp/dist/serialport-bindings.js';

type Callback = (...results: unknown[]) => void;
type Compiled = {
  Poller?: new (fd: number, callback: Callback) => object;
  read?: (...params: unknown[]) => void;
  write?: (...params: unknown[]) => void;
};

const withTurn =
  (callback: Callback): Callback =>
  (...results) => {
    setImmediate(() => {});
    callback(...results);
  };

const compiled: Compiled = binding;

// Linux and macOS wait for a file descriptor; Windows reads and writes in threads.
const { Poller } = compiled;
if (Poller) {
  const make = (fd: number, callback: Callback) => new Poller(fd, withTurn(callback));
  compiled.Poller = class {
    constructor(fd: number, callback: Callback) {
      // biome-ignore lint/correctness/noConstructorReturn: the compiled object itself is what the package works with
      return make(fd, callback);
    }
  };
}
for (const name of ['read', 'write'] as const) {
  const act = compiled[name];
  if (act) compiled[name] = (...params) => act(...params.slice(0, -1), withTurn(params.at(-1) as Callback));
}
