package org.zennet.workbench.internal;

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

/** The node inside the window: started in the background with the window, stopped with it. */
public final class EmbeddedNode {
    private final Path data;
    private final Optional<String> network;
    private RunningNode running;

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
        } catch (java.io.IOException e) {
            return false;
        }
    }

    /** Starts it in a job that the Progress view shows; what fails is told in a dialog and the Error Log. */
    public void start(Optional<JoinLine> join) {
        Job job = Job.create("Starting the node", (IProgressMonitor monitor) -> startNow(join));
        job.setUser(false);
        job.schedule();
    }

    private synchronized IStatus startNow(Optional<JoinLine> join) {
        if (running != null) {
            return Status.warning("A node runs in this window already; close the window to use another network.");
        }
        Optional<NodeLauncher> launcher = Services.find(NodeLauncher.class);
        if (launcher.isEmpty()) {
            return Status.error("This installation lacks the bundle that starts nodes: reinstall it.");
        }
        try {
            running = launcher.get().start(new NodeLauncher.Request(NodeLauncher.Role.WORKBENCH, data, network, join, Map.of()));
            return Status.OK_STATUS;
        } catch (Rejected e) {
            return new Status(IStatus.WARNING, EmbeddedNode.class, "The node did not start: " + e.getMessage());
        }
    }

    /** Stops it. */
    public synchronized void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}
