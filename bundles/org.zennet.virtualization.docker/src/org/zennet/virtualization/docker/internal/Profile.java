package org.zennet.virtualization.docker.internal;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.BlkioRateDevice;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.value.Resources;
import org.zennet.virtualization.egress.GuestNetwork;

/**
 * How a container is made: everything that the engine is told, from nothing but the fields of this class. Nothing that
 * a stranger wrote is merged into it.
 */
final class Profile {
    /** Where the first process lies inside. */
    static final String INIT = "/.zennet-init";
    /** Where the first process finds its spool. */
    static final String SPOOL = "/.zennet";
    /** The user of everything inside. */
    static final String USER = "65534:65534";
    private static final String ROOT = "0:0";
    /** Where tasks work. */
    static final String WORK = "/work";
    static final String LABEL = "org.zennet.";
    private static final long MIB = 1 << 20;
    private static final long SHM = 8 * MIB;
    private static final long TMP = 16 * MIB;
    private static final int FILES = 1024;
    /** What segments of shared memory are counted in, in bytes; where a kernel has larger pages, a guest may have the more of them. */
    private static final int PAGE = 4096;
    private static final long UNLIMITED_IO = 100_000_000_000L;
    private static final long NANOS_PER_MILLICORE = 1_000_000;
    private static final String SECCOMP = resource();

    /**
     * What a host has.
     *
     * @param owner   tells this node's containers from those of others
     * @param init    the file with the first process
     * @param runtime the engine's runtime; empty for its default
     * @param systemd whether control groups are named as systemd wants
     * @param pids    the most processes and threads in a container
     * @param device  the disk whose use is counted on control groups of version 1, such as {@code /dev/vda}
     */
    record Host(String owner, String init, String runtime, boolean systemd, int pids, Optional<String> device) { }

    private Profile() { }

    private static String resource() {
        try (InputStream in = Profile.class.getResourceAsStream("seccomp.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of a lease's container. */
    static String name(Host host, String leaseId) {
        return "zennet-" + host.owner() + "-" + leaseId;
    }

    /** The control group above a lease's container, which is the lease's own. */
    static String group(Host host, String leaseId) {
        return host.systemd() ? "zennet" + host.owner() + leaseId.replace('-', '_') + ".slice"
                : "/zennet/" + host.owner() + "-" + leaseId;
    }

    /** The name of the network of a lease's container; all of a node's begin like that of the lease ''. */
    static String network(String owner, String leaseId) {
        return "zennet-" + owner + "-" + leaseId;
    }

    /** Bytes of the work directory. */
    static long work(Resources r) {
        return r.disk() > 0 ? r.disk() : r.memory() / 2;
    }

    /** Processes and threads of the host; gVisor has several of its own for each of the guest's, and breaks off where it gets no more. */
    private static long threads(Host host) {
        return Runtimes.gvisor(host.runtime()) ? 256 + 16L * host.pids() : host.pids();
    }

    /** Bytes of files and of segments in shared memory, each. */
    private static long shared(Resources r) {
        return Math.min(SHM, r.memory() / 4);
    }

    /** Fills in the request for a container. */
    static CreateContainerCmd apply(CreateContainerCmd create, Host host, ContainerSpec spec, Path spool,
            Optional<GuestNetwork> network, long nowMillis) {
        Resources r = spec.resources();
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(LABEL + "owner", host.owner());
        labels.put(LABEL + "lease", spec.leaseId());
        labels.put(LABEL + "image", spec.imageHash().toString());
        labels.put(LABEL + "directory", spec.directory().toAbsolutePath().toString());
        labels.put(LABEL + "cores", Integer.toString(r.cores()));
        labels.put(LABEL + "memory", Long.toString(r.memory()));
        labels.put(LABEL + "disk", Long.toString(r.disk()));
        labels.put(LABEL + "deadline", Long.toString(nowMillis + spec.maxWallMillis()));
        labels.put(LABEL + "idle", Long.toString(spec.idleMillis()));
        labels.put(LABEL + "runtime", host.runtime());
        labels.put(LABEL + "egress", spec.egress().toString());
        create.withName(name(host, spec.leaseId()))
                .withLabels(labels)
                .withEntrypoint(entrypoint(host, spec))
                .withCmd(List.of())
                .withUser(twoUsers(host.runtime()) ? ROOT : USER)
                .withWorkingDir(WORK)
                .withHostName("zennet")
                .withEnv("HOME=" + WORK)
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withStopSignal("SIGKILL")
                .withNetworkDisabled(true)
                .withAttachStdin(true).withAttachStdout(true).withAttachStderr(true)
                .withStdinOpen(true).withStdInOnce(false)
                .withTty(false)
                .withHostConfig(hostConfig(host, spec, spool, network));
        return create;
    }

    /**
     * Whether the first process is another user than its guests. gVisor keeps no process from the others of its user: there it
     * is root without any rights but to become a guest and to end guests, and the spool is open to root alone.
     */
    static boolean twoUsers(String runtime) {
        return Runtimes.gvisor(runtime);
    }

    private static List<String> entrypoint(Host host, ContainerSpec spec) {
        List<String> words = new ArrayList<>(List.of(INIT, "serve", Long.toString(spec.maxWallMillis()), Long.toString(spec.idleMillis())));
        if (twoUsers(host.runtime())) {
            words.add(USER.substring(0, USER.indexOf(':')));
        }
        return words;
    }

    private static HostConfig hostConfig(Host host, ContainerSpec spec, Path spool, Optional<GuestNetwork> network) {
        Resources r = spec.resources();
        Map<String, String> tmpfs = new LinkedHashMap<>();
        tmpfs.put(WORK, tmpfs(work(r)));
        tmpfs.put("/tmp", tmpfs(Math.min(TMP, r.memory() / 2)));
        List<Bind> binds = new ArrayList<>(List.of(new Bind(host.init(), new Volume(INIT), AccessMode.ro),
                new Bind(spool.toString(), new Volume(SPOOL), AccessMode.rw)));
        // a network that it gets is not the engine's: see GuestNetwork
        network.ifPresent(n -> {
            binds.add(new Bind(n.hosts().toString(), new Volume("/etc/hosts"), AccessMode.ro));
            binds.add(new Bind(n.resolvers().toString(), new Volume("/etc/resolv.conf"), AccessMode.ro));
        });
        HostConfig h = HostConfig.newHostConfig()
                .withNetworkMode("none")
                .withReadonlyRootfs(true)
                .withPrivileged(false)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges:true", "seccomp=" + SECCOMP))
                .withPidsLimit(threads(host))
                .withMemory(r.memory())
                .withMemorySwap(r.memory())
                .withOomKillDisable(false)
                .withNanoCPUs(r.cores() * NANOS_PER_MILLICORE)
                .withIpcMode("private")
                .withCgroupnsMode("private")
                .withShmSize(shared(r))
                // segments, queues and semaphores stay when who made them was killed for want of memory: they must never be what fills it
                .withSysctls(Map.of("kernel.shmall", Long.toString(shared(r) / PAGE), "kernel.msgmni", "64", "kernel.sem", "250 4096 100 128"))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE, Map.of()))
                .withRestartPolicy(RestartPolicy.noRestart())
                .withAutoRemove(false)
                .withTmpFs(tmpfs)
                .withUlimits(List.of(new Ulimit("nofile", (long) FILES, (long) FILES), new Ulimit("core", 0L, 0L),
                        new Ulimit("memlock", 65536L, 65536L)))
                .withCgroupParent(group(host, spec.leaseId()))
                .withBinds(binds);
        if (twoUsers(host.runtime())) {
            h.withCapAdd(Capability.SETUID, Capability.SETGID, Capability.KILL);
        }
        if (!host.runtime().isEmpty()) {
            h.withRuntime(host.runtime());
        }
        host.device().ifPresent(d -> {
            List<BlkioRateDevice> all = List.of(new BlkioRateDevice().withPath(d).withRate(UNLIMITED_IO));
            h.withBlkioDeviceReadBps(all).withBlkioDeviceWriteBps(all);
        });
        return h;
    }

    private static String tmpfs(long bytes) {
        // an owner, since some runtimes give a directory that the image has its old mode again
        return "rw,exec,nosuid,nodev,mode=1777,uid=65534,gid=65534,size=" + bytes + ",nr_inodes=" + Math.max(64, Math.min(65536, bytes / 4096));
    }
}
