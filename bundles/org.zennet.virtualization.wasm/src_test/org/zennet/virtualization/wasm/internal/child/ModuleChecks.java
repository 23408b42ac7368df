package org.zennet.virtualization.wasm.internal.child;

/** Lets tests of other packages call the check. */
public final class ModuleChecks {
    private ModuleChecks() { }

    /** Checks; a refusal is fine, anything else is thrown. */
    public static void checkQuietly(byte[] module) {
        try {
            ModuleCheck.check(module, 1024);
        } catch (ModuleCheck.RefusedException e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError("a refusal without a reason");
            }
        }
    }
}
