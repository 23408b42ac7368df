/** The child JVM of one lease: the only place where a stranger's module is parsed, compiled and run. Runs without OSGi. */
package org.zennet.virtualization.wasm.internal.child;
