package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The keeper process: {@code KeeperMain DIRECTORY SOCKET LINGER_MILLIS KIND}, where KIND is the class of its
 * {@link ChildKind}.
 */
public final class KeeperMain {
    private KeeperMain() { }

    /** Serves until it has nothing to keep and nobody to serve. */
    public static void main(String[] args) {
        int code = 0;
        Runtime.getRuntime().addShutdownHook(new Thread(() ->
                System.err.println(Instant.now() + " the keeper is told to end by a signal; its children end with it")));
        try {
            ChildKind kind = (ChildKind) Class.forName(args[3]).getConstructor().newInstance();
            Keeper keeper = new Keeper(Path.of(args[0]), Path.of(args[1]), Long.parseLong(args[2]), kind);
            keeper.serve();
        } catch (IOException e) {
            System.err.println("the keeper can't serve: " + e.getMessage());
            code = 1;
        } catch (InterruptedException | ReflectiveOperationException e) {
            System.err.println("the keeper can't begin: " + e);
            code = 1;
        }
        Runtime.getRuntime().halt(code);
    }
}
