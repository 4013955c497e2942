/* What a package gets that requires Electron: the double, which is loaded by then (updater.ts). */
module.exports = globalThis.regieElectronDouble;
