package org.zennet.provider.internal.ssh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.StandardEnvironment;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Container;
import org.zennet.api.container.GuestProcess;

/** What a login's program is told. */
class GuestCommandTest {
    private final List<String> sizes = new ArrayList<>();
    private final StandardEnvironment environment = new StandardEnvironment();

    @Test
    void aWindowThatChangedWhileTheProgramWasStartedIsItsSize() {
        size(91, 17);
        run(() -> {
            size(70, 20);
            environment.signal(null, Signal.WINCH);
        });
        assertEquals(List.of("70x20"), sizes);
    }

    @Test
    void aWindowThatStaysIsNotToldTwice() {
        size(91, 17);
        run(() -> { });
        assertEquals(List.of(), sizes);
    }

    private void size(int columns, int rows) {
        environment.getEnv().putAll(Map.of(Environment.ENV_COLUMNS, Integer.toString(columns), Environment.ENV_LINES, Integer.toString(rows)));
    }

    private void run(Runnable whileItStarts) {
        GuestProcess program = fake(GuestProcess.class, (name, args) -> switch (name) {
            case "stdin" -> OutputStream.nullOutputStream();
            case "stdout", "stderr" -> InputStream.nullInputStream();
            case "exit" -> CompletableFuture.completedFuture(0);
            case "resize" -> {
                sizes.add(args[0] + "x" + args[1]);
                yield null;
            }
            default -> null;
        });
        Container container = fake(Container.class, (name, args) -> {
            assertEquals("exec", name);
            whileItStarts.run();
            return program;
        });
        GuestCommand command = new GuestCommand(new Guest(container, Runnable::run), List.of("true"));
        command.setInputStream(InputStream.nullInputStream());
        command.setOutputStream(OutputStream.nullOutputStream());
        command.setErrorStream(OutputStream.nullOutputStream());
        command.setExitCallback((code, message, closeImmediately) -> assertEquals(0, code));
        command.start(null, environment);
    }

    private interface Answer {
        Object to(String method, Object[] args);
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> answer.to(method.getName(), args)));
    }
}
