/** What others may know of WebAssembly containers: the fuel that a task used. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.zennet.virtualization.wasm;
