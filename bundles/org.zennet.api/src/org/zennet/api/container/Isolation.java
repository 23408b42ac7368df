package org.zennet.api.container;

/** The isolation ladder, weakest guest interface first. The order is part of the canonical encoding. */
public enum Isolation {
    /** WebAssembly in a child process without secrets. */
    WASM,
    /** The same, with the child process inside the host's sandbox. */
    WASM_SANDBOXED,
    /** Namespaces, seccomp and cgroups under an own user id. */
    SANDBOX,
    /** A container engine. */
    DOCKER,
    /** A container engine with a kernel in user space or a virtual machine. */
    VIRTUAL_MACHINE
}
