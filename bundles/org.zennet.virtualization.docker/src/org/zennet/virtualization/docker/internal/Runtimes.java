package org.zennet.virtualization.docker.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Isolation;
import org.zennet.virtualization.Texts;

/** What the names of an engine's runtimes say: which of them bring a kernel of their own, and in which order they are tried. Pure. */
final class Runtimes {
    /** The setting that leaves the choice to this node. */
    static final String AUTO = "auto";
    /** The engine's default. */
    static final String DEFAULT = "";
    private static final Pattern GVISOR = Pattern.compile("(runsc|gvisor)(-[a-z0-9-]+)?|io\\.containerd\\.runsc\\.v[0-9]+");
    private static final Pattern KATA = Pattern.compile("kata(-[a-z0-9-]+)?|io\\.containerd\\.kata(-[a-z0-9-]+)?\\.v[0-9]+");

    private Runtimes() { }

    /** Whether it is gVisor. */
    static boolean gvisor(String name) {
        return GVISOR.matcher(name).matches();
    }

    /** Whether a guest in it has a kernel of its own. */
    static boolean machine(String name) {
        return gvisor(name) || KATA.matcher(name).matches();
    }

    /** The rung that an offer names. */
    static Isolation isolation(String name) {
        return machine(name) ? Isolation.VIRTUAL_MACHINE : Isolation.DOCKER;
    }

    /**
     * The runtimes to try, the first that passes is used: those with a kernel of their own, Kata before gVisor, and the engine's default last.
     *
     * @param offered by the engine
     * @param wanted  {@link #AUTO}, {@link #DEFAULT}, or the one that the owner wants and no other
     * @throws ContainerException when the engine has not got the one that is wanted
     */
    static List<String> order(Set<String> offered, String wanted) throws ContainerException {
        if (!wanted.equals(AUTO)) {
            if (!wanted.equals(DEFAULT) && !offered.contains(wanted)) {
                throw new ContainerException("the engine has no runtime '" + Texts.line(wanted) + "', only " + String.join(", ", offered.stream().sorted().toList()));
            }
            return List.of(wanted);
        }
        List<String> all = new ArrayList<>(offered.stream().filter(Runtimes::machine).sorted(Comparator.comparing(Runtimes::gvisor)
                .thenComparing(Comparator.naturalOrder())).toList());
        all.add(DEFAULT);
        return all;
    }
}
