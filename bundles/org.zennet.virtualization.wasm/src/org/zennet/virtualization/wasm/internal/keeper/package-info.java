/** The keeper process: owns the child JVMs and outlives the node. Runs without OSGi. */
package org.zennet.virtualization.wasm.internal.keeper;
