/** What keeper and child say to each other: length-first frames of canonical records, all with limits. */
package org.zennet.virtualization.wasm.internal.wire;
