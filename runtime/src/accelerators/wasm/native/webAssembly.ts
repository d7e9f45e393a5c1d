/** What we use of WebAssembly: neither the language's library nor Node's types describe it without those of a browser. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object };
}

/** Compiled code; threads may share it. */
export interface WasmModule {
  readonly [kind: symbol]: 'WebAssembly.Module';
}

/** An engine's memory. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

export const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
