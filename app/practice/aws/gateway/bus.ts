/** A device, AWS itself or a rule sent it. */
export type Message = { topic: string; payload: Uint8Array };

/** The messages of one account: what devices and AWS itself publish reaches the rules and the connected devices. */
export type Bus = {
  publish(message: Message): void;
  /** Returns the function that ends it. */
  listen(listener: (message: Message) => void): () => void;
};

export function createBus(): Bus {
  const listeners = new Set<(message: Message) => void>();
  return {
    publish: (message) => {
      for (const listener of [...listeners]) listener(message);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
