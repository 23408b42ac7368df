package org.zennet.provider.internal.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.ContainerException;
import org.zennet.provider.internal.ssh.GuestFiles.Attributes;
import org.zennet.provider.internal.ssh.GuestFiles.Refused;

/**
 * SFTP version 3 (draft-ietf-secsh-filexfer-02, with OpenSSH's posix-rename, hardlink, fsync and limits) over the files of
 * a container. One request after the other; what a client sends ahead waits in the channel's window.
 */
final class SftpServer implements Command {
    private static final int INIT = 1;
    private static final int VERSION = 2;
    private static final int OPEN = 3;
    private static final int CLOSE = 4;
    private static final int READ = 5;
    private static final int WRITE = 6;
    private static final int LSTAT = 7;
    private static final int FSTAT = 8;
    private static final int SETSTAT = 9;
    private static final int FSETSTAT = 10;
    private static final int OPENDIR = 11;
    private static final int READDIR = 12;
    private static final int REMOVE = 13;
    private static final int MKDIR = 14;
    private static final int RMDIR = 15;
    private static final int REALPATH = 16;
    private static final int STAT = 17;
    private static final int RENAME = 18;
    private static final int READLINK = 19;
    private static final int SYMLINK = 20;
    private static final int EXTENDED = 200;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int NAME = 104;
    private static final int ATTRS = 105;
    private static final int EXTENDED_REPLY = 201;

    private static final int OK = 0;
    private static final int EOF = 1;
    private static final int NO_SUCH_FILE = 2;
    private static final int PERMISSION_DENIED = 3;
    private static final int FAILURE = 4;
    private static final int BAD_MESSAGE = 5;
    private static final int UNSUPPORTED = 8;

    private static final int MAX_HANDLES = 32;
    private static final int MAX_READ = 64 << 10;
    private static final int NAMES_AT_ONCE = 100;
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("MMM dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TOUCH = DateTimeFormatter.ofPattern("uuuuMMddHHmm.ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(SftpServer.class);

    private final Guest guest;
    private final Map<String, OpenFile> files = new HashMap<>();
    private final Map<String, Listing> listings = new HashMap<>();
    private InputStream in;
    private OutputStream out;
    private ExitCallback callback;
    private volatile Optional<GuestFiles> guestFiles = Optional.empty();
    private int handles;

    private static final class Listing {
        private final List<GuestFiles.Entry> entries;
        private int next;

        Listing(List<GuestFiles.Entry> entries) {
            this.entries = entries;
        }
    }

    SftpServer(Guest guest) {
        this.guest = guest;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        // errors are answers
    }

    @Override
    public void setExitCallback(ExitCallback exit) {
        callback = exit;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        guest.workers().execute(this::serve);
    }

    private void serve() {
        int code = 1;
        try (GuestFiles g = new GuestFiles(guest)) {
            guestFiles = Optional.of(g);
            for (Optional<SftpPacket> p = SftpPacket.read(in); p.isPresent(); p = SftpPacket.read(in)) {
                out.write(answer(g, p.get()).packet());
                out.flush();
            }
            code = 0;
        } catch (IOException | ContainerException | Refused e) {
            LOG.debug("a file transfer ends: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            files.values().forEach(OpenFile::abandon);
            callback.onExit(code);
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        guestFiles.ifPresent(GuestFiles::close);
    }

    private SftpPacket.Out answer(GuestFiles g, SftpPacket p) throws InterruptedException {
        int type = 0;
        int id = 0;
        try {
            type = p.u8();
            id = p.u32();
            return type == INIT ? version() : handle(g, type, id, p);
        } catch (Refused e) {
            return status(id, code(e.getMessage()), e.getMessage());
        } catch (ContainerException e) {
            return status(id, FAILURE, e.getMessage());
        } catch (BufferUnderflowException e) {
            return status(id, BAD_MESSAGE, "a packet is cut off");
        } catch (IOException e) {
            return status(id, FAILURE, String.valueOf(e.getMessage()));
        }
    }

    private static int code(String complaint) {
        return complaint.contains("No such file") || complaint.contains("nonexistent") ? NO_SUCH_FILE
                : complaint.contains("ermission denied") || complaint.contains("not permitted") ? PERMISSION_DENIED : FAILURE;
    }

    private static SftpPacket.Out version() {
        return new SftpPacket.Out(VERSION).u32(3).text("posix-rename@openssh.com").text("1").text("hardlink@openssh.com").text("1")
                .text("fsync@openssh.com").text("1").text("limits@openssh.com").text("1");
    }

    private static SftpPacket.Out status(int id, int code, String text) {
        return new SftpPacket.Out(STATUS).u32(id).u32(code).text(text).text("en");
    }

    private static SftpPacket.Out ok(int id) {
        return status(id, OK, "");
    }

    private SftpPacket.Out handle(GuestFiles g, int type, int id, SftpPacket p) throws IOException, ContainerException, InterruptedException, Refused {
        return switch (type) {
            case OPEN -> open(g, id, p.text(), p.u32(), attributes(p));
            case CLOSE -> close(id, p.text());
            case READ -> {
                byte[] data = file(p.text()).read(p.u64(), Math.clamp(Integer.toUnsignedLong(p.u32()), 1, MAX_READ));
                yield data.length == 0 ? status(id, EOF, "") : new SftpPacket.Out(DATA).u32(id).string(data);
            }
            case WRITE -> {
                file(p.text()).write(p.u64(), p.string());
                yield ok(id);
            }
            case LSTAT -> attrs(id, g.attributes(p.text(), false));
            case STAT -> attrs(id, g.attributes(p.text(), true));
            case FSTAT -> {
                OpenFile f = file(p.text());
                f.finish();
                yield attrs(id, g.attributes(f.path(), true));
            }
            case SETSTAT -> {
                set(g, p.text(), attributes(p));
                yield ok(id);
            }
            case FSETSTAT -> {
                OpenFile f = file(p.text());
                f.finish();
                set(g, f.path(), attributes(p));
                yield ok(id);
            }
            case OPENDIR -> {
                Listing l = new Listing(g.list(p.text()));
                yield newHandle(id, h -> listings.put(h, l));
            }
            case READDIR -> names(id, p.text());
            case REMOVE -> {
                String q = GuestFiles.quote(g.absolute(p.text()));
                g.change("if [ -d " + q + " ] && [ ! -L " + q + " ]; then echo is a directory; false; elif [ ! -e " + q + " ] && [ ! -L " + q
                        + " ]; then echo No such file; false; else rm -f " + q + "; fi");
                yield ok(id);
            }
            case MKDIR -> {
                String q = GuestFiles.quote(g.absolute(p.text()));
                Wanted a = attributes(p);
                g.change("mkdir " + q + a.mode().map(m -> " && chmod " + Integer.toOctalString(m & 07777) + " " + q).orElse(""));
                yield ok(id);
            }
            case RMDIR -> {
                g.change("rmdir " + GuestFiles.quote(g.absolute(p.text())));
                yield ok(id);
            }
            case REALPATH -> {
                String real = g.real(p.text());
                yield new SftpPacket.Out(NAME).u32(id).u32(1).text(real).text(real).u32(0);
            }
            case RENAME -> {
                String from = GuestFiles.quote(g.absolute(p.text()));
                String to = GuestFiles.quote(g.absolute(p.text()));
                g.change("if [ -e " + to + " ] || [ -L " + to + " ]; then echo File exists; false; else mv " + from + " " + to + "; fi");
                yield ok(id);
            }
            case READLINK -> {
                String target = g.link(p.text());
                yield new SftpPacket.Out(NAME).u32(id).u32(1).text(target).text(target).u32(0);
            }
            case SYMLINK -> { // OpenSSH has the arguments in this order
                String target = p.text();
                String link = GuestFiles.quote(g.absolute(p.text()));
                g.change("if [ -e " + link + " ] || [ -L " + link + " ]; then echo File exists; false; else ln -s " + GuestFiles.quote(
                        target.startsWith("-") ? "./" + target : target) + " " + link + "; fi");
                yield ok(id);
            }
            case EXTENDED -> extended(g, id, p);
            default -> status(id, UNSUPPORTED, "not supported");
        };
    }

    private SftpPacket.Out extended(GuestFiles g, int id, SftpPacket p) throws IOException, ContainerException, InterruptedException, Refused {
        switch (p.text()) {
            case "posix-rename@openssh.com" -> {
                String from = GuestFiles.quote(g.absolute(p.text()));
                String to = GuestFiles.quote(g.absolute(p.text()));
                g.change("if [ -d " + to + " ] && [ ! -L " + to + " ]; then [ -d " + from + " ] && rmdir " + to + " && mv " + from + " " + to
                        + "; else mv -f " + from + " " + to + "; fi");
                return ok(id);
            }
            case "hardlink@openssh.com" -> {
                String from = GuestFiles.quote(g.absolute(p.text()));
                g.change("ln " + from + " " + GuestFiles.quote(g.absolute(p.text())));
                return ok(id);
            }
            case "fsync@openssh.com" -> {
                file(p.text()).finish();
                return ok(id);
            }
            case "limits@openssh.com" -> {
                return new SftpPacket.Out(EXTENDED_REPLY).u32(id).u64(SftpPacket.MAX_PACKET).u64(MAX_READ).u64(MAX_READ).u64(MAX_HANDLES);
            }
            default -> {
                return status(id, UNSUPPORTED, "not supported");
            }
        }
    }

    // ---- files and directories

    private interface Keep {
        void under(String handle);
    }

    private SftpPacket.Out newHandle(int id, Keep keep) throws Refused {
        if (files.size() + listings.size() >= MAX_HANDLES) {
            throw new Refused("at most " + MAX_HANDLES + " files and directories are open at a time");
        }
        String h = Integer.toString(++handles);
        keep.under(h);
        return new SftpPacket.Out(HANDLE).u32(id).text(h);
    }

    private OpenFile file(String handle) throws Refused {
        OpenFile f = files.get(handle);
        if (f == null) {
            throw new Refused("no such handle");
        }
        return f;
    }

    private SftpPacket.Out open(GuestFiles g, int id, String path, int flags, Wanted wanted) throws IOException, Refused {
        boolean read = (flags & 1) != 0;
        boolean write = (flags & 2) != 0;
        boolean append = (flags & 4) != 0;
        g.prepare(path, read, write, write && (flags & 8) != 0, (flags & 16) != 0, (flags & 32) != 0, wanted.mode().orElse(0666));
        OpenFile f = new OpenFile(g, g.absolute(path), append);
        return newHandle(id, h -> files.put(h, f));
    }

    private SftpPacket.Out close(int id, String handle) throws IOException, InterruptedException, Refused {
        if (listings.remove(handle) != null) {
            return ok(id);
        }
        OpenFile f = file(handle);
        files.remove(handle);
        f.finish();
        return ok(id);
    }

    private SftpPacket.Out names(int id, String handle) throws Refused {
        Listing l = listings.get(handle);
        if (l == null) {
            throw new Refused("no such handle");
        }
        List<GuestFiles.Entry> some = l.entries.subList(l.next, Math.min(l.entries.size(), l.next + NAMES_AT_ONCE));
        if (some.isEmpty()) {
            return status(id, EOF, "");
        }
        l.next += some.size();
        SftpPacket.Out o = new SftpPacket.Out(NAME).u32(id).u32(some.size());
        some.forEach(e -> attrs(o.text(e.name()).text(line(e)), e.attributes()));
        return o;
    }

    /** As {@code ls -l} has it. */
    private static String line(GuestFiles.Entry e) {
        Attributes a = e.attributes();
        StringBuilder mode = new StringBuilder();
        mode.append(switch (a.mode() & 0170000) {
            case 0040000 -> 'd';
            case 0120000 -> 'l';
            case 0020000 -> 'c';
            case 0060000 -> 'b';
            case 0010000 -> 'p';
            case 0140000 -> 's';
            default -> '-';
        });
        for (int bit = 8; bit >= 0; bit--) {
            mode.append((a.mode() >> bit & 1) != 0 ? "xwr".charAt(bit % 3) : '-');
        }
        return "%s %4d %-8d %-8d %8d %s %s".formatted(mode, a.links(), a.uid(), a.gid(), a.size(), WHEN.format(Instant.ofEpochSecond(a.mtime())), e.name());
    }

    // ---- attributes

    /** What a client wants to have set. */
    private record Wanted(Optional<Long> size, Optional<int[]> owner, Optional<Integer> mode, Optional<int[]> times) { }

    private static Wanted attributes(SftpPacket p) throws IOException {
        int flags = p.u32();
        Optional<Long> size = (flags & 1) != 0 ? Optional.of(p.u64()) : Optional.empty();
        Optional<int[]> owner = (flags & 2) != 0 ? Optional.of(new int[] {p.u32(), p.u32()}) : Optional.empty();
        Optional<Integer> mode = (flags & 4) != 0 ? Optional.of(p.u32()) : Optional.empty();
        Optional<int[]> times = (flags & 8) != 0 ? Optional.of(new int[] {p.u32(), p.u32()}) : Optional.empty();
        return new Wanted(size, owner, mode, times);
    }

    private static void set(GuestFiles g, String path, Wanted w) throws IOException, Refused {
        String q = GuestFiles.quote(g.absolute(path));
        StringBuilder c = new StringBuilder("[ -e " + q + " ] || { echo No such file; exit 1; }");
        w.size().ifPresent(s -> c.append(" && truncate -s ").append(Math.max(0, s)).append(' ').append(q));
        w.owner().ifPresent(o -> c.append(" && chown ").append(Integer.toUnsignedString(o[0])).append(':').append(Integer.toUnsignedString(o[1]))
                .append(' ').append(q));
        w.mode().ifPresent(m -> c.append(" && chmod ").append(Integer.toOctalString(m & 07777)).append(' ').append(q));
        w.times().ifPresent(t -> c.append(" && TZ=UTC0 touch -a -t ").append(stamp(t[0])).append(' ').append(q)
                .append(" && TZ=UTC0 touch -m -t ").append(stamp(t[1])).append(' ').append(q));
        g.change(c.toString());
    }

    private static String stamp(int seconds) {
        return TOUCH.format(Instant.ofEpochSecond(Integer.toUnsignedLong(seconds)));
    }

    private static SftpPacket.Out attrs(int id, Attributes a) {
        return attrs(new SftpPacket.Out(ATTRS).u32(id), a);
    }

    private static SftpPacket.Out attrs(SftpPacket.Out o, Attributes a) {
        return o.u32(1 | 2 | 4 | 8).u64(a.size()).u32(a.uid()).u32(a.gid()).u32(a.mode()).u32((int) a.atime()).u32((int) a.mtime());
    }
}
