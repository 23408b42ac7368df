package org.zennet.virtualization.sandbox.internal.box;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.keeper.Disk;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.seccomp.Processor;
import org.zennet.virtualization.seccomp.SeccompFilter;

/**
 * The command lines that containers start with. Never runs bubblewrap as the superuser: what is inside would then be the
 * superuser's outside of its namespaces. The sandbox's own program, which starts as the superuser, joins the groups, mounts
 * and becomes the container's user first.
 */
final class Ways {
    /** Where the program inside finds the sandbox's own one. */
    static final String INSIDE = "/.zennet/init";
    /** Where the work directory is inside. */
    static final String WORK = "/work";
    private static final int GUEST = 65534;
    private static final int FILES = 4096;
    /** What shared memory is counted in, in bytes; where a kernel has larger pages, a guest may have the more of them. */
    private static final int PAGE = 4096;
    private static final Path PLACE = Path.of("/run/zennet-sandbox");

    private final Path tools;
    private final Path filter;
    private final String bubblewrap;

    /** Lays its own program and the filter into a directory of the keeper. */
    Ways(Path directory, Processor processor) throws IOException {
        tools = Files.createDirectories(directory.resolve("tools"));
        filter = directory.resolve("filter");
        bubblewrap = Host.tool("bwrap").orElseThrow(() -> new IOException("bubblewrap is missing (install the package bubblewrap)"));
        try (InputStream in = Ways.class.getResourceAsStream("/org/zennet/virtualization/sandbox/internal/init/init-"
                + processor.file())) {
            if (in == null) {
                throw new IOException("the installation lacks its own program for " + processor.file());
            }
            Path program = tools.resolve("init");
            Disk.replace(program, in.readAllBytes(), false);
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        Files.setPosixFilePermissions(tools, PosixFilePermissions.fromString("rwxr-xr-x"));
        Disk.replace(filter, SeccompFilter.emit(processor), false);
        Files.createDirectories(PLACE);
    }

    /**
     * The command of a container.
     *
     * @param user of the host, its own
     * @param disk its disk; null where its work directory lies in memory
     * @param scratch bytes of each directory in memory, and of all segments of shared memory
     * @param network that it is started in; empty where it gets one of its own with a loopback only
     */
    List<String> command(ControlGroup group, int user, Plan plan, Path disk, long scratch, Optional<GuestNetwork> network) throws IOException {
        List<String> c = new ArrayList<>(network.isPresent() ? network.get().entering() : List.of());
        c.addAll(List.of(tools.resolve("init").toString(), "enter", Integer.toString(user),
                filter.toString(), Integer.toString(FILES), PLACE.toString(), plan.rootPath().toString(), tools.toString(),
                disk == null ? "-" : disk.toString(), Long.toString(scratch / PAGE)));
        group.joins().forEach(j -> c.add(j.toString()));
        c.addAll(List.of("--", bubblewrap, "--unshare-user", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try", "--disable-userns", "--die-with-parent"));
        if (network.isEmpty()) {
            c.add("--unshare-net");
        }
        c.addAll(List.of("--new-session", "--hostname", "zennet", "--ro-bind", PLACE + "/root", "/"));
        if (plan.hostUsr()) {
            c.addAll(List.of("--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
                    "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"));
        }
        network.ifPresent(n -> {
            for (Path f : List.of(n.hosts(), n.resolvers())) {
                if (Files.isRegularFile(plan.rootPath().resolve("etc").resolve(f.getFileName()), LinkOption.NOFOLLOW_LINKS)) {
                    c.addAll(List.of("--ro-bind", f.toString(), "/etc/" + f.getFileName()));
                }
            }
            if (plan.hostUsr() && Files.isDirectory(plan.rootPath().resolve("etc/ssl/certs"), LinkOption.NOFOLLOW_LINKS)) {
                c.addAll(List.of("--ro-bind-try", "/etc/ssl/certs", "/etc/ssl/certs"));
            }
        });
        c.addAll(List.of("--ro-bind", PLACE + "/tools", "/.zennet"));
        String size = Long.toString(scratch);
        if (disk == null) {
            c.addAll(List.of("--size", size, "--tmpfs", WORK));
        } else {
            c.addAll(List.of("--bind", PLACE + "/work", WORK));
        }
        c.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", size, "--tmpfs", "/tmp",
                "--perms", "1777", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
                "--cap-drop", "ALL", "--uid", Integer.toString(GUEST), "--gid", Integer.toString(GUEST),
                "--clearenv", "--seccomp", "9", "--as-pid-1", "--", INSIDE, "serve"));
        return c;
    }
}
