import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';

// Three functions and nothing more: the core checks every name and every input itself.
contextBridge.exposeInMainWorld('regie', {
  call: (name: unknown, input: unknown): Promise<unknown> => ipcRenderer.invoke('regie:call', name, input),
  print: (name: unknown): Promise<unknown> => ipcRenderer.invoke('regie:print', name),
  onEvent: (listener: (event: unknown) => void): (() => void) => {
    const push = (_event: IpcRendererEvent, pushed: unknown): void => listener(pushed);
    ipcRenderer.on('regie:event', push);
    return () => {
      ipcRenderer.off('regie:event', push);
    };
  },
});
