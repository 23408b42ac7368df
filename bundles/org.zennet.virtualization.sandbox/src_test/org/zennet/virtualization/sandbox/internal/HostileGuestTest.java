package org.zennet.virtualization.sandbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.virtualization.sandbox.internal.Sandboxes.err;
import static org.zennet.virtualization.sandbox.internal.Sandboxes.out;
import static org.zennet.virtualization.sandbox.internal.Sandboxes.sh;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;

/** Guests that mean harm. After each of them a neighbour still works, and nothing of the guest is left on the host. */
class HostileGuestTest {
    @TempDir
    static Path directory;
    static Sandboxes boxes;
    static Container neighbour;
    static Path canary;
    private static int runs;
    private Container guest;

    @BeforeAll
    static void begin() throws Exception {
        boxes = new Sandboxes(directory);
        neighbour = boxes.start();
        canary = Files.writeString(directory.resolve("canary"), "untouched");
    }

    @BeforeEach
    void admit() throws Exception {
        guest = boxes.start(boxes.shell(), new Resources(500, 64L << 20, 8L << 20));
    }

    @AfterEach
    void theHostAndTheNeighbourAreUnharmed() throws Exception {
        guest.stop();
        assertEquals(List.of(), boxes.left(guest.leaseId()));
        assertEquals("untouched", Files.readString(canary));
        assertEquals("well\n", out(sh(neighbour, "still-" + ++runs, "echo well")));
    }

    @AfterAll
    static void end() {
        if (boxes != null) {
            boxes.close();
        }
    }

    private Outcome run(String line, long millis) throws Exception {
        return guest.run(new TaskSpec("hostile-" + ++runs, List.of("-c", line), Map.of("PATH", "/usr/bin:/bin"), new byte[0], millis, 1 << 20));
    }

    @Test
    void aForkBombIsBoundedAndCleanedUp() throws Exception {
        Sandboxes.longTier();
        Outcome o = run("b() { b | b & b; }; b", 1500);
        assertTrue(o.reason() == Reason.TIMEOUT || o.reason() == Reason.EXITED, o.reason() + " " + o.detail());
        assertTrue(guest.ended().isPresent() || run("echo again", 10_000).succeeded());
    }

    @Test
    void memoryOfManySmallProcessesIsCountedTogether() throws Exception {
        Sandboxes.longTier();
        Outcome o = run("i=0; while [ $i -lt 40 ]; do (head -c 6000000 /dev/zero | tail -c 6000000 | sleep 5) & i=$((i+1)); done; wait", 4000);
        assertTrue(o.reason() != Reason.INVALID_IMAGE, o.detail());
        assertTrue(guest.usage().get(Counter.MEMORY) <= guest.usage().get(Counter.WALL) * (64L << 20) / 1000);
    }

    @Test
    void everyPlaceToWriteEnds() throws Exception {
        Outcome o = run("for d in /tmp /dev/shm /work; do head -c 100000000 /dev/zero > $d/fill 2>/dev/null; wc -c < $d/fill; rm -f $d/fill; done; "
                + "for d in / /usr /etc /dev /proc /.zennet /root; do (echo x > $d/written) 2>/dev/null && echo written $d; done; true", 30_000);
        assertEquals(Reason.EXITED, o.reason(), o.detail() + err(o));
        List<String> lines = out(o).lines().toList();
        assertEquals(3, lines.size(), out(o));
        for (String l : lines) {
            assertTrue(Long.parseLong(l) <= 32L << 20, l);
        }
    }

    @Test
    void aMillionFilesDoNotFit() throws Exception {
        Sandboxes.longTier();
        Outcome o = run("i=0; while [ $i -lt 20000 ] && true > f$i; do i=$((i+1)); done 2>/dev/null; echo $i", 60_000);
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertTrue(Integer.parseInt(out(o).strip()) < 10_000, out(o));
    }

    @Test
    void descriptorsAreCountedAndNoneIsInherited() throws Exception {
        assertEquals("0 1 2 3\n", out(run("echo $(ls /proc/self/fd)", 10_000)));
        Outcome o = run("perl -e 'my @f; while (open(my $f, \"<\", \"/dev/null\")) { push @f, $f } print scalar(@f)'", 20_000);
        assertTrue(Integer.parseInt(out(o).strip()) <= 4096, out(o));
    }

    @Test
    void moreSpinnersThanCoresUseWhatWasRented() throws Exception {
        Outcome o = run("for i in 1 2 3 4; do (while :; do :; done) & done; sleep 1; echo", 20_000);
        assertEquals(Reason.EXITED, o.reason());
        double cores = o.usage().get(Counter.CPU) / 1000.0 / o.usage().get(Counter.WALL);
        assertTrue(cores < 0.6, "cores: " + cores);
    }

    @Test
    void systemCallsThatReachTheHostAreRefused() throws Exception {
        Outcome o = run("/.zennet/init check", 10_000);
        assertEquals("checked\n", out(o));
        // numbers of x86_64, as a program that knows nothing of any library calls them
        org.junit.jupiter.api.Assumptions.assumeTrue("amd64".equals(System.getProperty("os.arch")), "SKIPPED: numbers of x86_64");
        String calls = "for my $c ([165,'mount'],[155,'pivot_root'],[272,'unshare'],[308,'setns'],[101,'ptrace'],[321,'bpf'],[250,'keyctl'],"
                + "[248,'add_key'],[298,'perf'],[323,'userfaultfd'],[304,'open_by_handle'],[175,'init_module'],[246,'kexec'],[169,'reboot'],"
                + "[164,'settimeofday'],[227,'clock_settime'],[310,'vm_readv'],[428,'open_tree'],[430,'fsopen'],[442,'mount_setattr'],[103,'syslog'],"
                + "[161,'chroot'],[167,'swapon'],[163,'acct'],[312,'kcmp'],[438,'pidfd_getfd']) "
                + "{ $! = 0; my $r = syscall($c->[0], 0, 0, 0, 0, 0); print \"$c->[1]=$!{EPERM} \" unless $!{EPERM} } "
                + "for my $c (425, 426, 427, 435, 500, 0x40000000 | 39) { $! = 0; syscall($c, 0, 0, 0, 0, 0); print \"$c=$! \" unless $!{ENOSYS} } print 'end'";
        Outcome perl = guest.run(new TaskSpec("calls", List.of("-c", "exec perl -"), Map.of("PATH", "/usr/bin:/bin"), calls.getBytes(
                java.nio.charset.StandardCharsets.US_ASCII), 10_000, 10_000));
        assertEquals("end", out(perl), err(perl) + perl.detail());
    }

    @Test
    void thereIsNoWayToTheHostsNetwork() throws Exception {
        try (ServerSocket host = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Outcome o = run("perl -MSocket -e 'for my $t ([\"127.0.0.1\", " + host.getLocalPort() + "], [\"169.254.169.254\", 80], "
                    + "[\"10.0.0.1\", 80], [\"8.8.8.8\", 53]) { socket(my $s, PF_INET, SOCK_STREAM, 0); "
                    + "print \"open $t->[0]\\n\" if connect($s, sockaddr_in($t->[1], inet_aton($t->[0]))) } print \"end\\n\"'", 10_000);
            assertEquals("end\n", out(o), err(o));
            host.setSoTimeout(1);
            org.junit.jupiter.api.Assertions.assertThrows(java.net.SocketTimeoutException.class, host::accept);
        }
        assertEquals("", out(run("ls /run/docker.sock /var/run/docker.sock /run/zennet-sandbox 2>/dev/null; cat /proc/net/unix | tail -n +2", 10_000)));
    }

    @Test
    void itCanNotHarmTheFirstProcessOrReadTheHost() throws Exception {
        Outcome o = run("kill -9 1; kill -STOP 1; kill -TERM -1; cat /proc/1/environ /proc/1/maps /proc/kcore /dev/mem /etc/shadow /proc/1/root/etc/shadow "
                + canary + " 2>/dev/null | head -c 100; ls /root /home /var /proc/1/fd 2>/dev/null; env | grep -v -e PATH= -e PWD= -e OLDPWD= -e SHLVL= -e _=; echo end", 10_000);
        assertTrue(o.reason() == Reason.EXITED, o.reason() + o.detail());
        assertTrue(out(o).equals("end\n") || out(o).isEmpty(), out(o));
        assertTrue(run("echo alive", 10_000).succeeded());
    }

    @Test
    void signalFloodsAndZombiesLeaveTheContainerUsable() throws Exception {
        Sandboxes.longTier();
        Outcome o = run("perl -e 'for (1..150) { my $p = fork; exit 0 unless $p; } for (1..20000) { kill USR1 => 1; kill CHLD => 1 } print 1'", 30_000);
        assertEquals("1", out(o), o.detail() + err(o));
        assertTrue(run("echo alive", 10_000).succeeded());
        assertEquals("0", out(run("n=0; for s in /proc/[0-9]*/stat; do case $(cat $s 2>/dev/null) in *') Z '*) n=$((n+1));; esac; done; printf $n", 10_000)));
    }

    @Test
    void linksInWhatItLeavesAreNotFollowed() throws Exception {
        Outcome o = guest.run(new TaskSpec("links", List.of("-c", "ln -s " + canary + " a; ln -s / b; mkdir c; ln -s /etc/passwd c/d; mkdir e; rmdir e; ln -s c e; "
                + "echo real > c/real"), Map.of("PATH", "/usr/bin:/bin"), new byte[0], 10_000, 1 << 20, new byte[0], List.of("a", "b/etc/passwd", "c", "e/real")));
        String names = new String(o.files(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(names.contains("c/real"));
        assertFalse(names.contains("root:"), "a link was followed");
        assertFalse(names.contains("untouched"), "a link was followed");
        assertFalse(names.contains("e/real"), "a link was followed");
    }

    @Test
    void aDeepAndAWideTreeAreNotTheHostsTrouble() throws Exception {
        Sandboxes.longTier();
        Outcome o = guest.run(new TaskSpec("deep", List.of("-c", "i=0; while [ $i -lt 300 ] && mkdir d && cd d; do i=$((i+1)); done; true"),
                Map.of("PATH", "/usr/bin:/bin"), new byte[0], 20_000, 1 << 20, new byte[0], List.of("d")));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        Outcome sparse = guest.run(new TaskSpec("sparse", List.of("-c", "truncate -s 1T huge"), Map.of("PATH", "/usr/bin:/bin"), new byte[0],
                20_000, 1 << 20, new byte[0], List.of("huge")));
        assertTrue(sparse.reason() == Reason.OUTPUT_LIMIT || sparse.files().length == 0, sparse.reason() + " " + sparse.detail());
    }

    @Test
    void floodsOfOutputAndErrorsAreBounded() throws Exception {
        Sandboxes.longTier();
        Outcome o = run("yes | tr -d '\\n' | head -c 50000000 >&2; yes", 20_000);
        assertEquals(Reason.OUTPUT_LIMIT, o.reason(), o.detail());
        assertEquals(1 << 20, o.stdout().length);
        assertEquals(64 << 10, o.stderr().length);
    }

    @Test
    void stoppingHalfwayThroughAnythingLeavesNothing() throws Exception {
        CompletableFuture<Outcome> running = CompletableFuture.supplyAsync(() -> {
            try {
                return run("while :; do (sleep 100 &) ; head -c 1000000 /dev/zero > x; done", 60_000);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (guest.usage().get(Counter.CPU) < 50_000) {
            Thread.onSpinWait();
        }
        guest.stop();
        try {
            assertEquals(Reason.CONTAINER_ENDED, running.get().reason());
        } catch (ExecutionException e) {
            assertTrue(guest.ended().isPresent());
        }
    }
}
