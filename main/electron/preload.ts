import { contextBridge, ipcRenderer } from 'electron';
import type { Transport } from '../../app/contract/index.ts';
import { invokeChannel, pushChannel } from './channels.ts';

const ask = (message: unknown) => ipcRenderer.invoke(invokeChannel, message);
const listeners = new Map<number, (data: unknown) => void>();
let lastId = 0;
const subscribe: Transport['subscribe'] = (event, listener) => {
  const id = ++lastId;
  listeners.set(id, listener);
  void ask({ kind: 'subscribe', id, event });
  return () => void (listeners.delete(id) && ask({ kind: 'unsubscribe', id }));
};
const call: Transport['call'] = (envelope) => ask({ kind: 'call', envelope });
ipcRenderer.on(pushChannel, (_event, id: number, data: unknown) => listeners.get(id)?.(data));
const act = (wanted: unknown) => ask({ kind: 'act', act: wanted });
void ask({ kind: 'start' });
contextBridge.exposeInMainWorld('birthmark', { call, subscribe, act });
