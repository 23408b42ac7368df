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
import org.eclipse.osgi.util.NLS;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.DemoMarkets.Market;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.node.NodeLauncher.RunningNode;

/** The node inside the window: started in the background with the window, stopped after it, and with it the demo market that it joined. */
public final class EmbeddedNode {
    /** How the wallet's keystore stands. */
    public enum Lock {
        /** No node runs, and nobody asked for a passphrase. */
        CLOSED,
        /** Only its passphrase opens it, and that was not given. */
        LOCKED,
        /** The node can sign. */
        OPEN
    }

    /** Asks a person for the passphrase of the keystore. */
    public interface Prompt {
        /**
         * Asks; on a worker thread.
         *
         * @param wrong what was wrong with the last answer; empty at first
         * @return empty when the person gave up
         */
        Optional<char[]> passphrase(String wrong);
    }

    private final Path data;
    private final Optional<String> network;
    private volatile String state = Messages.noNetwork;
    private volatile boolean busy;
    private volatile Lock lock = Lock.CLOSED;
    private volatile Prompt prompt = wrong -> Optional.empty();
    private RunningNode running;
    private Market market;
    private boolean stopped;

    /** Over a root of data directories; the network's name is needed only where there are several. */
    public EmbeddedNode(Path data, Optional<String> network) {
        this.data = data;
        this.network = network;
    }

    /** Who asks for passphrases. */
    public void ask(Prompt who) {
        prompt = who;
    }

    /** The root of data directories. */
    public Path data() {
        return data;
    }

    /** The name of the network where there are several. */
    public Optional<String> network() {
        return network;
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

    /** How the wallet stands; answers at once. */
    public Lock lock() {
        return lock;
    }

    /** Starts it in a job that the Progress view shows; what fails is told in a dialog and the Error Log. */
    public Job start(Optional<JoinLine> join) {
        Job job = Job.create(Messages.startingNode, (IProgressMonitor monitor) -> startNow(data, network, join));
        job.schedule();
        return job;
    }

    /**
     * Joins a demo market, which ends with this node. Blocks until the node is up.
     *
     * @return how it went; where it went wrong the market is the caller's to close
     */
    public synchronized IStatus join(Market demo) {
        IStatus status = startNow(demo.directory().resolve("window"), Optional.empty(), Optional.of(demo.join()));
        if (status.isOK()) {
            market = demo;
            state = Messages.demoRuns;
        }
        return status;
    }

    private synchronized IStatus startNow(Path root, Optional<String> name, Optional<JoinLine> join) {
        if (stopped) {
            return Status.CANCEL_STATUS;
        }
        if (running != null) {
            return Status.error(Messages.nodeRunsAlready);
        }
        Optional<NodeLauncher> launcher = Services.find(NodeLauncher.class);
        if (launcher.isEmpty()) {
            return Status.error(Messages.noLauncher);
        }
        state = Messages.nodeStarting;
        busy = true;
        try {
            Optional<char[]> passphrase = Optional.empty();
            if (launcher.get().isLocked(root, name)) {
                lock = Lock.LOCKED;
                passphrase = unlock(launcher.get(), root, name);
                if (passphrase.isEmpty()) {
                    state = Messages.walletLocked;
                    busy = false;
                    return Status.CANCEL_STATUS;
                }
            }
            running = launcher.get().start(new NodeLauncher.Request(NodeLauncher.Role.WORKBENCH, root, name, join, Map.of(), passphrase));
            state = Messages.nodeRuns;
            lock = Lock.OPEN;
            return Status.OK_STATUS;
        } catch (Rejected e) {
            state = Messages.nodeNotStarted;
            busy = false;
            return new Status(IStatus.ERROR, EmbeddedNode.class, NLS.bind(Messages.nodeNotStartedWhy, e.getMessage()));
        }
    }

    /** Asks until the keystore opens or the person gives up. */
    private Optional<char[]> unlock(NodeLauncher launcher, Path root, Optional<String> name) {
        String wrong = "";
        while (true) {
            Optional<char[]> answer = prompt.passphrase(wrong);
            if (answer.isEmpty()) {
                return answer;
            }
            try {
                launcher.keystore(root, name, Optional.empty(), answer, k -> {
                    k.tryPassphrase();
                    return true;
                });
                return answer;
            } catch (Rejected e) {
                wrong = e.getMessage();
            }
        }
    }

    /** Stops it for good. */
    public synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.close();
            running = null;
            lock = Lock.CLOSED;
            state = Messages.nodeStopped;
        }
        if (market != null) {
            market.close();
            market = null;
        }
    }
}
