package org.zennet.services.node;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;

/** Makes a whole market of processes on this machine, to try things: what {@code zennet demo} starts, without its job. Thread-safe. */
public interface DemoMarkets {
    /**
     * Makes a private network in a temporary directory and starts a node, a miner and providers; waits until all answer.
     *
     * @param providers how many, 2 to 16
     * @param said      is told each step, a line for people, on the caller's thread
     * @param cancelled asked between the steps
     * @throws Rejected             with what went wrong; what was started is ended then
     * @throws InterruptedException when it was cancelled; what was started is ended then
     */
    Market start(int providers, Consumer<String> said, BooleanSupplier cancelled) throws Rejected, InterruptedException;

    /** A market that runs. Its processes end with {@link #close}, which also removes its directory. */
    interface Market extends AutoCloseable {
        /** How to join it. */
        JoinLine join();

        /** Its directory; what is put there goes with it. */
        Path directory();

        /** The job file of the example that it is made for. */
        Path job();

        @Override
        void close();
    }
}
