import { contextBridge, ipcRenderer } from 'electron';

// Two functions and nothing more: the core checks every name and every input itself.
contextBridge.exposeInMainWorld('regie', {
  call: (name: unknown, input: unknown): Promise<unknown> => ipcRenderer.invoke('regie:call', name, input),
  onEvent: (listener: (event: unknown) => void): void => {
    ipcRenderer.on('regie:event', (_event, pushed) => listener(pushed));
  },
});
