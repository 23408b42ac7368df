package org.zennet.virtualization.docker.internal;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.virtualization.Texts;

/** The programs beside the task, which the engine starts. Thread-safe. */
final class Programs {
    private static final int MAX_PROGRAMS = 16;

    private final DockerContainer container;
    private final DockerContainer.Shared shared;
    private final Words words;
    private final Set<ExecProcess> all = ConcurrentHashMap.newKeySet();

    Programs(DockerContainer container, DockerContainer.Shared shared, Words words) {
        this.container = container;
        this.shared = shared;
        this.words = words;
    }

    /** Starts one; the engine's own work for it is taken off the meter. Not while the container is frozen. */
    GuestProcess start(ExecSpec spec) throws ContainerException {
        container.stillRunning();
        List<String> line = words.line(spec);
        if (spec.terminal().isPresent()) {
            // engines tell a terminal its size after the start: our own program waits for it first
            line = Stream.concat(Stream.of(Profile.INIT, "terminal"), line.stream()).toList();
        }
        Optional<TellsPid> inside = Runtimes.gvisor(shared.host().runtime()) ? Optional.of(new TellsPid()) : Optional.empty();
        if (inside.isPresent()) {
            line = Stream.concat(Stream.of(Profile.INIT, "pid"), line.stream()).toList();
        }
        Map<String, String> over = new LinkedHashMap<>(spec.environment());
        spec.terminal().ifPresent(t -> over.putIfAbsent("TERM", t.type()));
        List<String> environment = words.environment(over);
        List<String> command = line;
        return container.freezer().whileThawed(() -> {
            container.stillRunning();
            if (all.size() >= MAX_PROGRAMS) {
                throw new ContainerException("a container runs at most " + MAX_PROGRAMS + " programs beside its task");
            }
            String id = shared.engine().prepare(container.id(), command, environment, spec.terminal().isPresent());
            container.meter().discount(shared.overhead());
            try {
                ExecProcess p = new ExecProcess(shared.engine(), container, id, spec.terminal().isPresent(),
                        shared.engine().run(id, spec.terminal().isPresent()), inside, shared.scheduler());
                all.add(p);
                if (spec.terminal().isPresent()) {
                    p.resize(spec.terminal().get().columns(), spec.terminal().get().rows());
                }
                return p;
            } catch (IOException e) {
                throw new ContainerException("the program can't be started: " + Texts.reason(e), e);
            }
        });
    }

    /** One has ended. */
    void forget(ExecProcess p) {
        all.remove(p);
    }

    /** The container has ended, and all of them with it. */
    void ended(String why) {
        all.forEach(p -> p.ended(why));
        all.clear();
    }
}
