package org.zennet.workbench.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.node.NodeLauncher.RunningNode;

/** The node inside the window: started in the background with the window, stopped after it. */
public final class EmbeddedNode {
    private final Path data;
    private final Optional<String> network;
    private volatile String state = "no network";
    private volatile boolean busy;
    private RunningNode running;
    private boolean stopped;

    /** Over a root of data directories; the network's name is needed only where there are several. */
    public EmbeddedNode(Path data, Optional<String> network) {
        this.data = data;
        this.network = network;
    }

    /** Whether there is a network to start with. */
    public boolean hasNetwork() {
        if (!Files.isDirectory(data)) {
            return false;
        }
        try (Stream<Path> children = Files.list(data)) {
            return children.anyMatch(c -> Files.exists(c.resolve("config.yaml")));
        } catch (IOException e) {
            return false;
        }
    }

    /** How it stands while it does not run, in a few words; answers at once. */
    public String state() {
        return state;
    }

    /** Whether it runs or starts; answers at once. */
    public boolean isBusy() {
        return busy;
    }

    /** Starts it in a job that the Progress view shows; what fails is told in a dialog and the Error Log. */
    public Job start(Optional<JoinLine> join) {
        Job job = Job.create("Starting the node", (IProgressMonitor monitor) -> startNow(join));
        job.schedule();
        return job;
    }

    private synchronized IStatus startNow(Optional<JoinLine> join) {
        if (stopped) {
            return Status.CANCEL_STATUS;
        }
        if (running != null) {
            return Status.error("A node runs in this window already. Close the window and open it with another --data for another network.");
        }
        Optional<NodeLauncher> launcher = Services.find(NodeLauncher.class);
        if (launcher.isEmpty()) {
            return Status.error("This installation lacks the bundle that starts nodes: reinstall it.");
        }
        state = "the node is starting";
        busy = true;
        try {
            running = launcher.get().start(new NodeLauncher.Request(NodeLauncher.Role.WORKBENCH, data, network, join, Map.of()));
            state = "the node runs";
            return Status.OK_STATUS;
        } catch (Rejected e) {
            state = "the node did not start";
            busy = false;
            return new Status(IStatus.ERROR, EmbeddedNode.class, "The node did not start: " + e.getMessage());
        }
    }

    /** Stops it for good. */
    public synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.close();
            running = null;
            state = "the node stopped";
        }
    }
}
