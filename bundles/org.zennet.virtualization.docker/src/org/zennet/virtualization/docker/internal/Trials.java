package org.zennet.virtualization.docker.internal;

import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.image.ImageWriter;
import org.zennet.virtualization.image.InvalidImageException;

/** Finds out what an engine really holds its guests to: by a container that tries what must be refused. */
final class Trials {
    private static final Logger LOG = LoggerFactory.getLogger(Trials.class);
    private static final int COSTS = 3;
    /** What not even a guest with a kernel of its own may do: the spool lies on the host. */
    private static final Set<String> HELD_EVERYWHERE = Set.of("root", "setuid", "init-descriptors-can-be-opened", "init-can-be-traced",
            "init-directory", "spool-can-be-listed", "/.zennet/zennet-writes-the-spool", "/zennet-writes-the-root", "/proc/1/mem");

    private final Images images;
    private final Path home;
    private final String architecture;

    /**
     * What a trial found out.
     *
     * @param runtime  of the engine; empty for its default
     * @param overhead what the engine's own work adds to the processor time of a container with each program, in nanoseconds
     * @param open     what the guest's own kernel lets it do and ours would not
     */
    record Trial(String runtime, long overhead, List<String> open) { }

    /** Makes ready what containers share, for a runtime. */
    interface Setting {
        DockerContainer.Shared with(String runtime) throws ContainerException;
    }

    /**
     * In a directory of its own.
     *
     * @param architecture of images
     */
    Trials(Images images, Path home, String architecture) {
        this.images = images;
        this.home = home;
        this.architecture = architecture;
    }

    /** The first runtime that holds its guests. */
    Trial first(Info info, String wanted, Setting setting) throws ContainerException {
        if (!"linux".equals(info.getOsType())) {
            throw new ContainerException("the engine runs " + info.getOsType() + ", needed is linux");
        }
        if (info.getSecurityOptions() == null || info.getSecurityOptions().stream().noneMatch(o -> o.contains("seccomp"))) {
            throw new ContainerException("the engine has no seccomp: guests could use every system call");
        }
        if (!Boolean.TRUE.equals(info.getMemoryLimit()) || !Boolean.TRUE.equals(info.getCpuCfsQuota())) {
            throw new ContainerException("the engine can't limit memory and processor: enable these control groups");
        }
        List<String> order = Runtimes.order(info.getRuntimes() == null ? Set.of() : info.getRuntimes().keySet(), wanted);
        for (String runtime : order.subList(0, order.size() - 1)) {
            try {
                return run(setting.with(runtime));
            } catch (ContainerException x) {
                LOG.warn("the runtime {} is not used: {}", runtime, x.getMessage());
            }
        }
        return run(setting.with(order.getLast()));
    }

    private Trial run(DockerContainer.Shared shared) throws ContainerException {
        boolean machine = shared.machine();
        DockerContainer c = null;
        try {
            byte[] archive = new ImageWriter().program("etc/zennet", new byte[0]).toBytes(architecture, List.of(Profile.INIT),
                    List.of("nothing"));
            Path file = Files.createDirectories(home).resolve("trial.tar");
            Files.write(file, archive);
            Hash hash = Hash.of(MessageDigest.getInstance("SHA-256").digest(archive));
            ContainerSpec spec = new ContainerSpec("trial-" + Long.toHexString(System.nanoTime()), file, hash, new Resources(1000, 64 << 20, 0), home,
                    30_000, 30_000);
            c = DockerContainer.launch(shared, spec, images.load(shared.engine(), file, hash, architecture), Optional.empty());
            List<String> open = tried(c);
            if (!open.isEmpty() && (!machine || open.stream().anyMatch(HELD_EVERYWHERE::contains))) {
                throw new ContainerException("guests are not held: they could use " + String.join(", ", open));
            }
            return new Trial(shared.host().runtime(), overhead(c), open);
        } catch (IOException | InvalidImageException | ExecutionException | TimeoutException x) {
            throw new ContainerException("a trial container can't be made: " + Texts.reason(x), x);
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
            throw new ContainerException("interrupted", x);
        } catch (NoSuchAlgorithmException x) {
            throw new IllegalStateException(x);
        } finally {
            if (c != null) {
                c.stop();
            }
            remove(home);
        }
    }

    /** What a guest tried and was let do. */
    private static List<String> tried(DockerContainer c) throws ContainerException, InterruptedException {
        Outcome check = c.run(new TaskSpec("check", List.of("check"), Map.of(), new byte[0], 10_000, 10_000));
        List<String> open = new ArrayList<>(new String(check.stdout(), StandardCharsets.UTF_8).lines().toList());
        if (!open.remove("checked")) {
            throw new ContainerException("a trial container does not run: " + Texts.line(check.detail() + " "
                    + new String(check.stdout(), StandardCharsets.UTF_8)));
        }
        return open;
    }

    private static long overhead(DockerContainer c) throws ContainerException, InterruptedException, ExecutionException, TimeoutException {
        long[] costs = new long[COSTS];
        for (int i = 0; i < COSTS; i++) {
            long before = c.usage().get(Counter.CPU);
            try (GuestProcess nothing = c.exec(new ExecSpec(List.of(Profile.INIT, "nothing"), Map.of(), Optional.empty()))) {
                nothing.exit().get(10, TimeUnit.SECONDS);
            }
            costs[i] = (c.usage().get(Counter.CPU) - before) * 1000;
        }
        Arrays.sort(costs);
        if (costs[COSTS - 1] == 0) {
            throw new ContainerException("the control groups of containers count nothing");
        }
        return costs[COSTS / 2];
    }

    private static void remove(Path tree) {
        try (var walk = Files.walk(tree)) {
            for (Path p : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            LOG.debug("left for the next trial: {}", e.getMessage());
        }
    }
}
