export type Preventable<T extends object> = T & { defaultPrevented: boolean; preventDefault(): void };

/** An event whose default something may prevent, as Electron hands them to listeners. */
export function preventable<T extends object>(fields: T): Preventable<T> {
  const event = {
    ...fields,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}
