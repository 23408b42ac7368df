package org.zennet.system;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a person sees of a desktop, as text: runs inside its process, looks only, and presses nothing. Tells each connection to its socket the
 * visible controls of the visible windows, one to a line: window, kind, marks ({@code F} has the focus, {@code E} can be used, {@code A} its
 * window is the active one, {@code S} is selected), a number that no other one has, text; tabs between, lines of trees as controls of their own. By
 * reflection, because it is not of the product.
 */
public final class EyesAgent {
    private static final int ITEMS = 300;
    private final Instrumentation instrumentation;

    private EyesAgent(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    /** For the JVM. */
    public static void premain(String socket, Instrumentation instrumentation) throws IOException {
        if (!"zennet-workbench".equals(System.getProperty("zennet.role"))) {
            // what the window starts beside itself has no window
            return;
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(Path.of(socket)));
        Thread.ofPlatform().daemon().name("eyes").start(() -> new EyesAgent(instrumentation).serve(server));
    }

    private void serve(ServerSocketChannel server) {
        while (true) {
            try (SocketChannel who = server.accept(); PrintWriter out = new PrintWriter(Channels.newWriter(who, StandardCharsets.UTF_8))) {
                look(out);
            } catch (IOException | ReflectiveOperationException e) {
                System.err.println("eyes: " + e);
            }
        }
    }

    private void look(PrintWriter out) throws ReflectiveOperationException {
        for (Class<?> c : instrumentation.getAllLoadedClasses()) {
            if (c.getName().equals("org.eclipse.swt.widgets.Display")) {
                Object display = c.getMethod("findDisplay", Thread.class).invoke(null, uiThread());
                if (display != null) {
                    c.getMethod("syncExec", Runnable.class).invoke(display, (Runnable) () -> see(display, out));
                }
                return;
            }
        }
    }

    private static Thread uiThread() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals("main")).findFirst().orElseThrow();
    }

    private static void see(Object display, PrintWriter out) {
        Object focus = ask(display, "getFocusControl");
        Object active = ask(display, "getActiveShell");
        for (Object shell : (Object[]) ask(display, "getShells")) {
            if (Boolean.TRUE.equals(ask(shell, "isVisible"))) {
                String window = clean(ask(shell, "getText"));
                out.println(window + "\tShell\t" + (shell == active ? "A" : "") + "\t" + System.identityHashCode(shell) + "\t" + window);
                children(shell, window, focus, shell == active ? "A" : "", out);
            }
        }
    }

    private static void children(Object parent, String window, Object focus, String mark, PrintWriter out) {
        for (Object c : (Object[]) ask(parent, "getChildren")) {
            if (!Boolean.TRUE.equals(ask(c, "isVisible"))) {
                continue;
            }
            String kind = c.getClass().getSimpleName();
            String marks = mark + (c == focus ? "F" : "") + (Boolean.TRUE.equals(ask(c, "isEnabled")) ? "E" : "");
            if (Boolean.TRUE.equals(ask(c, "getSelection"))) {
                marks += "S";
            }
            out.println(window + "\t" + kind + "\t" + marks + "\t" + System.identityHashCode(c) + "\t" + clean(ask(c, "getText")));
            if (kind.equals("Tree") || kind.equals("Table") || kind.equals("CTabFolder") || kind.equals("TabFolder")) {
                items(c, window, kind + "Item", marks, "", out);
            }
            if (ask(c, "getChildren") != null) {
                children(c, window, focus, mark, out);
            }
        }
    }

    private static void items(Object parent, String window, String kind, String marks, String indent, PrintWriter out) {
        Object items = ask(parent, "getItems");
        Object columns = ask(parent, "getColumnCount");
        Object selected = ask(parent, "getSelection");
        for (int i = 0; items != null && i < Math.min(ITEMS, Array.getLength(items)); i++) {
            item(Array.get(items, i), window, kind, marks, selected, indent, columns instanceof Integer n ? n : 0, out);
        }
    }

    private static void item(Object item, String window, String kind, String marks, Object selected, String indent, int columns, PrintWriter out) {
        StringBuilder text = new StringBuilder(indent).append(clean(ask(item, "getText")));
        for (int c = 1; c < columns; c++) {
            text.append(" | ").append(clean(ask(item, "getText", c)));
        }
        boolean chosen = item == selected || selected instanceof Object[] all && Arrays.asList(all).contains(item);
        out.println(window + "\t" + kind + "\t" + marks + (chosen ? "S" : "") + "\t" + System.identityHashCode(item) + "\t" + text);
        if (Boolean.TRUE.equals(ask(item, "getExpanded"))) {
            Object below = ask(item, "getItems");
            for (int i = 0; i < Math.min(ITEMS, Array.getLength(below)); i++) {
                item(Array.get(below, i), window, kind, marks, selected, indent + "  ", columns, out);
            }
        }
    }

    private static String clean(Object text) {
        return String.valueOf(text == null ? "" : text).replaceAll("[\\t\\n\\r]+", " ");
    }

    /** What a method answers; null where there is none of that name. */
    private static Object ask(Object of, String method, Object... arguments) {
        try {
            Class<?>[] types = Arrays.stream(arguments).map(a -> a instanceof Integer ? int.class : a.getClass()).toArray(Class<?>[]::new);
            Method m = of.getClass().getMethod(method, types);
            m.setAccessible(true);
            return m.invoke(of, arguments);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
