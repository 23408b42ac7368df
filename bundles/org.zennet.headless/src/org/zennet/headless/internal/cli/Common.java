package org.zennet.headless.internal.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;
import picocli.CommandLine.Option;

/** Options that every command over a data directory has. */
public final class Common {
    @Option(names = "--data", paramLabel = "DIR", description = "Where data is kept (default: the variable ZENNET_DATA, else ~/.zennet).",
            defaultValue = "${env:ZENNET_DATA:-${sys:user.home}/.zennet}")
    Path data;

    @Option(names = "--network", paramLabel = "NAME", description = "Which network, where DIR has several (default: the variable ZENNET_NETWORK).",
            defaultValue = "${env:ZENNET_NETWORK}")
    String network;

    @Option(names = "--json", description = "Print a JSON document instead of text. Amounts are in zen, rates in picozen per unit.")
    boolean json;

    /** Where data is kept. */
    public Path data() {
        return data;
    }

    /** Whether a document is wanted. */
    public boolean json() {
        return json;
    }

    /** The results of this command. */
    public Output out() {
        return new Output(System.out);
    }

    /** Says in either form what was done, and to what. */
    void done(String what, Object object) {
        if (json) {
            out().json(java.util.Map.of(what, object));
        } else {
            out().line(what + " " + object);
        }
    }

    /** The name of the network, if one was given. */
    public Optional<String> network() {
        return Optional.ofNullable(network);
    }

    /** The process that holds the data directory. */
    public ControlClient client() throws Rejected {
        return new ControlClient(DataDirectory.find(data, network()).path());
    }

    /** A join line from an option. */
    static Optional<JoinLine> join(String line) throws Rejected {
        try {
            return Optional.ofNullable(line).map(JoinLine::parse);
        } catch (IllegalArgumentException e) {
            throw new Misused(e.getMessage(), e);
        }
    }
}
