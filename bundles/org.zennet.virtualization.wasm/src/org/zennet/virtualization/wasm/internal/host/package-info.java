/** What a keeper does for WebAssembly: starts child JVMs as strictly as this host allows, meters them, talks to them. */
package org.zennet.virtualization.wasm.internal.host;
