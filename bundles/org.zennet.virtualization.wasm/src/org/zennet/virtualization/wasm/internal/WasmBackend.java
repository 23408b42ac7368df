package org.zennet.virtualization.wasm.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Reading;
import org.zennet.api.value.Resources;
import org.zennet.services.node.NodeContext;
import org.zennet.virtualization.keeper.KeeperClient;
import org.zennet.virtualization.keeper.KeptContainers;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.host.WasmKind;

/** WebAssembly in a warm child JVM per lease, owned by a keeper process that outlives the node. */
@Component(service = ContainerBackend.class, name = WasmBackend.PID, configurationPid = WasmBackend.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {ContainerBackend.ID + "=wasm", ContainerBackend.LABEL + "=WebAssembly"})
@Designate(ocd = WasmBackend.Config.class)
public final class WasmBackend implements ContainerBackend, AutoCloseable {
    /** The configuration's pid. */
    public static final String PID = "org.zennet.virtualization.wasm";
    /** The most MiB of the keeper's heap. */
    private static final int HEAP = 256;
    /** A container must be ready or refused within a minute. */
    private static final int MOST_COMPILE_SECONDS = 50;
    private static final int FIRST_USER = 20001;
    private static final int USERS = 1000;
    private static final int APART_COMPILE_SECONDS = 10;
    /** One class of each jar that children need, each after one whose bundle imports it. */
    private static final List<String> CLASSES = List.of(
            "com.dylibso.chicory.wasm.Parser",
            "com.dylibso.chicory.runtime.Instance",
            "com.dylibso.chicory.compiler.MachineFactoryCompiler",
            "org.objectweb.asm.ClassWriter",
            "org.objectweb.asm.commons.InstructionAdapter",
            "org.objectweb.asm.util.CheckClassAdapter",
            "org.objectweb.asm.tree.ClassNode",
            "org.objectweb.asm.tree.analysis.Analyzer");

    /** Settings. */
    @ObjectClassDefinition(name = "WebAssembly containers")
    public @interface Config {
        /** The keeper's run directory; empty for {@code wasm} in the node's data directory. */
        @AttributeDefinition(name = "Run directory", description = "Where the keeper process has its socket and state; "
                + "empty: wasm in the data directory")
        String directory() default "";

        /** Bytes of guest memory of all containers together. */
        @AttributeDefinition(name = "Memory", description = "Bytes of guest memory of all containers together; each "
                + "container's process holds 60 to 90 MiB besides, at most 320 MiB and twice its files")
        long memory() default 1L << 30;

        /** Thousandths of a core of all containers together; 0 for all that this machine has. */
        @AttributeDefinition(name = "Cores", description = "Thousandths of a core of all containers together; 0: all")
        int cores() default 0;

        /** Whether children run under users of their own when the provider is root. */
        @AttributeDefinition(name = "Own users", description = "As root, run each container under its own user")
        boolean own_users() default true;

        /** Whether children run inside a sandbox. */
        @AttributeDefinition(name = "Sandbox", description = "Run each container's process inside bubblewrap where this "
                + "machine has it, never as root")
        boolean sandbox() default true;

        /** The first of the users for children. */
        @AttributeDefinition(name = "First user", description = "The first user id for containers")
        int first_user() default FIRST_USER;

        /** How many users there are for children. */
        @AttributeDefinition(name = "Users", description = "How many user ids there are for containers")
        int users() default USERS;

        /** Whether fuel is counted. */
        @AttributeDefinition(name = "Fuel", description = "Count the instructions of each task as a limit and as a "
                + "witness that others can recompute")
        boolean fuel() default true;

        /** The most fuel of a task. */
        @AttributeDefinition(name = "Fuel limit", description = "The most instructions of one task; 0: 20 million for "
                + "each millisecond of its time limit, so that time ends first")
        long fuel_limit() default 0;

        /** How long compiling a module may take, in seconds. */
        @AttributeDefinition(name = "Compile time", description = "The most seconds that checking and compiling a module "
                + "may take; a module that takes longer is refused", min = "1", max = "50")
        int compile_seconds() default WasmKind.COMPILE_SECONDS;

        /** How long the keeper stays without containers and without a node, in milliseconds. */
        @AttributeDefinition(name = "Linger", description = "Milliseconds that an idle keeper stays")
        long linger() default 30_000;
    }

    private final KeptContainers containers;
    private volatile Wire.Host host;
    private final boolean fuel;

    /** From configuration. */
    @Activate
    public WasmBackend(@Reference NodeContext node, Config config) throws IOException {
        this(config.directory().isEmpty() ? node.directory("wasm") : Path.of(config.directory()), config.memory(), config.cores(), config.own_users(), config.sandbox(), config.first_user(),
                config.users(), config.linger(), config.fuel(), config.fuel_limit(), config.compile_seconds());
    }

    /** For a run directory and what all containers together may hold. */
    WasmBackend(Path directory, long memory, int cores, boolean ownUsers, boolean sandbox, int firstUser, int users,
            long lingerMillis, boolean fuel, long fuelLimit, int compileSeconds) throws IOException {
        this.fuel = fuel;
        this.host = host(memory, cores, ownUsers, sandbox, firstUser, users, fuel, fuelLimit, compileSeconds);
        this.containers = new KeptContainers(new KeeperClient(directory, lingerMillis, WasmKind.class, CLASSES, HEAP));
    }

    /** Other limits hold for containers that start from now on. How these are kept apart stays as it is until the next start. */
    @Modified
    public void modified(Config config) {
        host = host(config.memory(), config.cores(), config.own_users(), config.sandbox(), config.first_user(), config.users(), fuel,
                config.fuel_limit(), config.compile_seconds());
    }

    private static Wire.Host host(long memory, int cores, boolean ownUsers, boolean sandbox, int firstUser, int users, boolean fuel, long fuelLimit,
            int compileSeconds) {
        return new Wire.Host(memory, cores > 0 ? cores : 1000 * Runtime.getRuntime().availableProcessors(), 0,
                ownUsers, firstUser, users, List.of(new Wire.Variable(WasmKind.SANDBOX, Boolean.toString(sandbox)),
                        new Wire.Variable(WasmKind.FUEL, Boolean.toString(fuel)),
                        new Wire.Variable(WasmKind.FUEL_LIMIT, Long.toString(Math.max(0, fuelLimit))),
                        new Wire.Variable(WasmKind.COMPILE, Integer.toString(compileSeconds > 0 ? Math.min(compileSeconds, MOST_COMPILE_SECONDS) : WasmKind.COMPILE_SECONDS))));
    }

    /**
     * One for other work than leases, in a run directory of its own.
     *
     * @param memory       of all its containers, in bytes
     * @param lingerMillis how long its keeper stays without containers
     * @param fuel         the most instructions of a task
     */
    public static WasmBackend apart(Path directory, long memory, long lingerMillis, long fuel) throws IOException {
        return new WasmBackend(directory, memory, 0, true, true, FIRST_USER, USERS, lingerMillis, true, fuel, APART_COMPILE_SECONDS);
    }

    @Override
    public Capabilities probe() throws ContainerException {
        Wire.Probed p = containers.probe(host);
        boolean sandboxed = p.found(WasmKind.SANDBOXED).equals("true");
        List<String> notes = new ArrayList<>();
        if (fuel) {
            notes.add("fuel is counted (" + FuelTable.UNIT + ")");
        }
        notes.add("no limit on processor use beyond one core per container, a second one while it compiles");
        notes.add("no disk and no network inside");
        if (!p.notes().isEmpty()) {
            notes.add(p.notes());
        }
        return new Capabilities(sandboxed ? Isolation.WASM_SANDBOXED : Isolation.WASM,
                new Resources(Math.max(1, Math.min(1000, host.cores())), Math.max(1 << 20, Math.min(host.memory(), 2047L << 20)), 0),
                Set.of("memory", "wall", "output", "pids"),
                true, true, String.join("; ", notes), Set.of(Capabilities.FILES, Capabilities.FREEZE, Capabilities.READOPT));
    }

    @Override
    public Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
        if (!spec.egress().isNone()) {
            throw new ContainerException("a module has no network");
        }
        return containers.start(spec, host, new byte[0]);
    }

    @Override
    public List<Container> survivors() throws ContainerException {
        return containers.survivors();
    }

    @Override
    public Map<String, Reading> read(Collection<Container> these) throws ContainerException {
        return containers.read(these);
    }

    /** Hangs up; containers that run go on. */
    @Override
    @Deactivate
    public void close() {
        containers.close();
    }
}
