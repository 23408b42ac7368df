/** The wasm container backend: the part that runs inside the node. */
package org.zennet.virtualization.wasm.internal;
