package org.zennet.virtualization.wasm.internal.script;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.zennet.virtualization.wasm.internal.WasmBackend;

/** The file that the owner named, and what runs it. */
final class ScriptFile {
    /** The setting that names it. */
    static final String SETTING = "script";
    /** The most instructions of an answer: a script that never ends is ended after the same one on every host. */
    private static final long FUEL = 100_000_000;
    private static final long LINGER_MILLIS = 2_000;

    private ScriptFile() { }

    /** Where it lies: absolute, or relative to the network's data directory. */
    static Path of(Path data, Map<String, String> settings) {
        String name = settings.getOrDefault(SETTING, "").strip();
        if (name.isEmpty()) {
            throw new ScriptFailed("setting " + SETTING + ": name the file of the program (.wasm)");
        }
        try {
            return data.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new ScriptFailed("setting " + SETTING + ": '" + ScriptText.shortened(name) + "' is no path", e);
        }
    }

    /** What runs the scripts of one side, with a directory and a keeper of its own, so that no lease is ever mixed up with it. */
    static ScriptHost host(Path data, String side) {
        Path directory = data.resolve("scripts").resolve(side);
        return new ScriptHost(directory, () -> WasmBackend.apart(directory, 2 * ScriptHost.MEMORY, LINGER_MILLIS, FUEL));
    }
}
