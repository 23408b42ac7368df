package org.zennet.provider.internal.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;

/**
 * The files of a container, worked by programs inside it: one {@code sh} that is given commands, and one more program
 * for the content of each open file. So the container's own user and limits hold, and the host follows no link of a
 * guest. Needs {@code sh}, {@code stat}, {@code find} and the usual small programs, of GNU or of busybox. For one thread.
 */
final class GuestFiles implements AutoCloseable {
    private static final int MAX_ANSWER = 32 << 20;
    private static final int MAX_NAME = 4096;
    private static final int MODE_TYPE = 0170000;
    private static final int MODE_DIRECTORY = 0040000;
    private final Guest guest;
    private final String mark;
    private final GuestProcess shell;
    private final InputStream answers;
    private final String home;

    /**
     * What is known of a file.
     *
     * @param mode  type and permissions as POSIX has them
     * @param atime seconds since 1970; so is {@code mtime}
     */
    record Attributes(int mode, int uid, int gid, long size, long atime, long mtime, int links) {
        boolean directory() {
            return (mode & MODE_TYPE) == MODE_DIRECTORY;
        }
    }

    /** A name in a directory. */
    record Entry(String name, Attributes attributes) { }

    /** A command of the container said no. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    GuestFiles(Guest guest) throws ContainerException, IOException, InterruptedException, Refused {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        this.guest = guest;
        this.mark = HexFormat.of().formatHex(secret);
        this.shell = guest.exec(new ExecSpec(List.of("/bin/sh"), Map.of(), Optional.empty()));
        this.answers = new java.io.BufferedInputStream(shell.stdout(), 1 << 16);
        send("LC_ALL=C; export LC_ALL; cd \"${HOME:-/}\" 2>/dev/null || cd /\n");
        this.home = run("pwd -P").strip();
    }

    // ---- names

    /** As an absolute name; relative ones are of the home directory. */
    String absolute(String path) throws Refused {
        if (path.length() > MAX_NAME || path.indexOf(0) >= 0) {
            throw new Refused("No such file or directory: the name is not valid");
        }
        String whole = path.startsWith("/") ? path : home + (home.endsWith("/") ? "" : "/") + path;
        return whole.equals("/") ? whole : whole.replaceAll("/+$", "").isEmpty() ? "/" : whole.replaceAll("/+$", "");
    }

    static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    // ---- questions

    String real(String path) throws IOException, Refused {
        String p = absolute(path);
        String answer = run("p=" + quote(p) + "; if [ -d \"$p\" ]; then cd -P \"$p\" && pwd -P; else cd -P \"$(dirname \"$p\")\" && printf '%s/%s\\n' "
                + "\"$(pwd -P)\" \"$(basename \"$p\")\"; fi");
        String line = answer.endsWith("\n") ? answer.substring(0, answer.length() - 1) : answer;
        return line.startsWith("//") ? line.substring(1) : line;
    }

    Attributes attributes(String path, boolean follow) throws IOException, Refused {
        String answer = run("stat " + (follow ? "-L " : "") + "-c '%f %u %g %s %X %Y %h' " + quote(absolute(path)));
        return parse(answer.strip());
    }

    private static Attributes parse(String line) throws Refused {
        String[] f = line.split(" ");
        try {
            return new Attributes(Integer.parseInt(f[0], 16), (int) Long.parseLong(f[1]), (int) Long.parseLong(f[2]), Long.parseLong(f[3]),
                    Long.parseLong(f[4]), Long.parseLong(f[5]), (int) Long.parseLong(f[6]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new Refused("the container's stat answers '" + line + "'");
        }
    }

    /** What is in a directory, but for itself and its parent. */
    List<Entry> list(String path) throws IOException, Refused {
        String answer = run("cd -P " + quote(absolute(path)) + " && find . ! -name . -prune -exec stat -c '%f %u %g %s %X %Y %h %n/' '{}' +");
        List<Entry> entries = new ArrayList<>();
        for (String record : answer.split("/\n")) { // no name has a slash at its end
            int name = record.indexOf(" ./");
            if (name > 0) {
                entries.add(new Entry(record.substring(name + 3), parse(record.substring(0, name))));
            }
        }
        return entries;
    }

    String link(String path) throws IOException, Refused {
        String answer = run("readlink " + quote(absolute(path)));
        return answer.endsWith("\n") ? answer.substring(0, answer.length() - 1) : answer;
    }

    // ---- changes

    void change(String command) throws IOException, Refused {
        run(command);
    }

    /** Fails unless a file may be opened so; makes or empties it where asked for. */
    void prepare(String path, boolean read, boolean write, boolean create, boolean truncate, boolean exclusive, int mode)
            throws IOException, Refused {
        StringBuilder c = new StringBuilder("p=" + quote(absolute(path)) + "; if [ -d \"$p\" ]; then echo \"$p: is a directory\"; false");
        if (exclusive) {
            c.append("; elif [ -e \"$p\" ] || [ -L \"$p\" ]; then echo \"$p: File exists\"; false");
        }
        c.append("; elif [ ! -e \"$p\" ]; then ");
        c.append(create ? ": > \"$p\" && chmod " + Integer.toOctalString(mode & 0777) + " \"$p\"" : "echo \"$p: No such file or directory\"; false");
        if (read) {
            c.append("; elif [ ! -r \"$p\" ]; then echo \"$p: Permission denied\"; false");
        }
        if (write) {
            c.append("; elif [ ! -w \"$p\" ]; then echo \"$p: Permission denied\"; false");
        }
        c.append(truncate && write ? "; else : > \"$p\"; fi" : "; fi");
        run(c.toString());
    }

    /** A program that writes a file's content from an offset on to its output. */
    GuestProcess reader(String absolute, long offset) throws ContainerException, InterruptedException {
        return exec(offset == 0 ? "exec cat \"$1\"" : "exec tail -c +" + (offset + 1) + " \"$1\"", absolute);
    }

    /** A program that puts its input into a file from an offset on, or at its end. */
    GuestProcess writer(String absolute, long offset, boolean append) throws ContainerException, InterruptedException {
        if (append) {
            return exec("exec cat >>\"$1\"", absolute);
        }
        String seek = offset == 0 ? "" : "dd bs=65536 seek=" + offset / 65_536 + " count=0 2>/dev/null && dd bs=1 seek=" + offset % 65_536
                + " count=0 2>/dev/null && ";
        return exec("{ " + seek + "exec cat; } 1<>\"$1\"", absolute);
    }

    private GuestProcess exec(String script, String argument) throws ContainerException, InterruptedException {
        String path = new String(argument.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return guest.exec(new ExecSpec(List.of("/bin/sh", "-c", script, "sh", path), Map.of(), Optional.empty()));
    }

    // ---- the shell

    private void send(String script) throws IOException {
        OutputStream to = shell.stdin();
        to.write(script.getBytes(StandardCharsets.ISO_8859_1));
        to.flush();
    }

    /** Runs commands in a shell of their own; what they print, or what they complain. */
    private String run(String commands) throws IOException, Refused {
        send("(" + commands + ") 2>&1 </dev/null; printf '\\n" + mark + " %d\\n' $?\n");
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] end = ("\n" + mark + " ").getBytes(StandardCharsets.US_ASCII);
        int matched = 0;
        while (matched < end.length) {
            int b = answers.read();
            if (b < 0) {
                throw new IOException("the container has no /bin/sh that goes on");
            }
            if (b == end[matched]) {
                matched++;
            } else {
                answer.write(end, 0, matched);
                matched = b == end[0] ? 1 : 0;
                if (matched == 0) {
                    answer.write(b);
                }
            }
            if (answer.size() > MAX_ANSWER) {
                throw new IOException("an answer of more than " + (MAX_ANSWER >> 20) + " MiB");
            }
        }
        StringBuilder code = new StringBuilder();
        for (int b = answers.read(); b >= 0 && b != '\n' && code.length() < 5; b = answers.read()) {
            code.append((char) b);
        }
        String text = answer.toString(StandardCharsets.ISO_8859_1);
        if (!code.toString().equals("0")) {
            throw new Refused(text.strip().lines().reduce((a, b) -> b).orElse("failed with exit code " + code));
        }
        return text;
    }

    @Override
    public void close() {
        shell.close();
    }
}
