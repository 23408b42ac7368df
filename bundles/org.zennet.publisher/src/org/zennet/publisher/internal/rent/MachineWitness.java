package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.machine.WitnessReading;

/**
 * Keeps the publisher's witness running in one rented machine: logs in as anybody does, hands the program over on its standard input, and passes
 * on what it says. Tries again when it ends, less and less often, and gives up where it never said anything. Thread-safe.
 */
final class MachineWitness implements AutoCloseable {
    /** How often it says something, in milliseconds. */
    static final int EVERY = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(MachineWitness.class);
    /** Sooner one after the other, readings are left out: who floods gains nothing. */
    private static final Duration LEAST = Duration.ofMillis(EVERY / 4);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int TRIES = 4;
    private static final int MAX_COMPLAINT = 200;
    private static final long STACK = 256 << 10;
    private final Ports ports;
    private final byte[] program;
    private final Function<String, List<String>> login;
    private final Listener listener;
    private Process process;
    private boolean closed;
    private int silentTries;
    private Duration pause = FIRST_PAUSE;

    /** Hears of it, on any thread. */
    interface Listener {
        /** It said something, which it saw about then. */
        void read(WitnessReading reading, Instant taken);

        /** It says nothing, for this reason. */
        void silent(String reason);
    }

    /**
     * Nothing begins before {@link #start}.
     *
     * @param program the witness, for the machine's processor
     * @param login   the command line here that runs a shell script there, with its streams
     */
    MachineWitness(Ports ports, byte[] program, Function<String, List<String>> login, Listener listener) {
        this.ports = ports;
        this.program = program;
        this.login = login;
        this.listener = listener;
    }

    /** What a shell there does: keeps the program where it may, and becomes it; it removes its file itself. */
    static String script(int bytes) {
        return "for d in . /tmp /dev/shm; do [ -w $d ] && break; done; f=$d/.zennet-witness.$$; umask 077; head -c " + bytes
                + " >$f && chmod 700 $f && exec $f --watch " + EVERY;
    }

    /** On a thread of its own, since reading from a process holds the carrier of a virtual one. */
    void start() {
        Thread.ofPlatform().daemon().name("zennet-witness").stackSize(STACK).start(this::run);
    }

    private void run() {
        Process p;
        try {
            synchronized (this) {
                if (closed) {
                    return;
                }
                p = new ProcessBuilder(login.apply(script(program.length))).redirectErrorStream(true).start();
                process = p;
            }
        } catch (IOException e) {
            listener.silent("no witness looks: OpenSSH can't be run here: " + e.getMessage());
            return;
        }
        String said = "";
        try {
            hand(p.getOutputStream());
            said = listen(p.getInputStream());
        } catch (IOException e) {
            said = e.getMessage();
        } finally {
            p.destroy();
        }
        again(said);
    }

    private void hand(OutputStream to) {
        try {
            to.write(program);
            to.flush();
        } catch (IOException e) {
            LOG.debug("the program was not taken; what is said about it comes next: {}", e.getMessage());
        }
    }

    /** Passes readings on until there are no more; what was said besides them last. */
    private String listen(InputStream in) throws IOException {
        String said = "";
        Duration offset = null;
        Instant last = Instant.MIN;
        for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
            Optional<WitnessReading> reading = WitnessReading.of(line.get());
            Instant now = ports.clock().instant();
            if (reading.isEmpty()) {
                said = line.get().isBlank() ? said : line.get();
            } else if (!now.isBefore(last.plus(LEAST))) {
                last = now;
                // the shortest way until now tells best what its clock has
                Duration way = Duration.ofMillis(now.toEpochMilli() - reading.get().wall());
                offset = offset == null || way.compareTo(offset) < 0 ? way : offset;
                synchronized (this) {
                    silentTries = 0;
                    pause = FIRST_PAUSE;
                }
                listener.read(reading.get(), Instant.EPOCH.plus(offset).plusMillis(reading.get().wall()));
            }
        }
        return said;
    }

    /** The next line; nothing at the end, or when it is longer than anything that the witness says. */
    private static Optional<String> line(InputStream in) throws IOException {
        byte[] line = new byte[WitnessReading.MAX_LINE + MAX_COMPLAINT];
        for (int n = 0; n < line.length; n++) {
            int b = in.read();
            if (b < 0) {
                return Optional.empty();
            }
            if (b == '\n') {
                return Optional.of(new String(line, 0, n, StandardCharsets.UTF_8).strip());
            }
            line[n] = (byte) b;
        }
        return Optional.empty();
    }

    private void again(String said) {
        Duration wait;
        boolean more;
        synchronized (this) {
            if (closed) {
                return;
            }
            silentTries++;
            more = silentTries < TRIES;
            wait = pause;
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
        String why = said.chars().map(c -> c < ' ' || c > '~' ? '?' : c).limit(MAX_COMPLAINT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        LOG.info("a witness ended: {}", why);
        listener.silent("the witness ended" + (why.isEmpty() ? "" : ": " + why) + (more ? "" : "; it is not started again"));
        if (more) {
            ports.timer().after(wait, this::start);
        }
    }

    /** It ends. */
    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            process.destroy();
        }
    }
}
