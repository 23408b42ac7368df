/** Strategies of strangers: WebAssembly programs that run where strangers' work runs. */
package org.zennet.virtualization.wasm.internal.script;
