package org.zennet.virtualization.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeccompFilterTest {
    private static final int X86 = Processor.X86_64.audit();

    private static int number(Processor p, String name) {
        return SystemCall.of(p).stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().number();
    }

    private static int x86(String name, long... arguments) {
        return new FilterMachine(SeccompFilter.emit(Processor.X86_64)).run(X86, number(Processor.X86_64, name), arguments);
    }

    @ParameterizedTest
    @EnumSource(Processor.class)
    void everyNumberGetsTheVerdictOfTheListAndUnknownOnesAreAbsent(Processor p) {
        FilterMachine machine = new FilterMachine(SeccompFilter.emit(p));
        Map<Integer, SystemCall> calls = new HashMap<>();
        SystemCall.of(p).forEach(c -> assertEquals(null, calls.put(c.number(), c), c.name()));
        int allowed = 0;
        for (int n = 0; n < 2000; n++) {
            SystemCall c = calls.get(n);
            int verdict = machine.run(p.audit(), n, 0, 0, 0, 0, 0, 0);
            int expected = c == null ? SeccompFilter.ENOSYS : switch (c.verdict()) {
                case DENY -> SeccompFilter.EPERM;
                case ABSENT -> SeccompFilter.ENOSYS;
                case SOCKET, UNIX -> SeccompFilter.EAFNOSUPPORT;
                default -> SeccompFilter.ALLOW;
            };
            assertEquals(expected, verdict, n + " " + (c == null ? "unlisted" : c.name()));
            assertTrue(machine.steps() < 20, "steps for " + n + ": " + machine.steps());
            allowed += verdict == SeccompFilter.ALLOW ? 1 : 0;
        }
        assertTrue(allowed > 200, "allowed: " + allowed);
        for (int n : List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x3FFFFFFF)) {
            assertEquals(SeccompFilter.ENOSYS, machine.run(p.audit(), n), "number " + n);
        }
    }

    @ParameterizedTest
    @EnumSource(Processor.class)
    void callsOfAnotherArchitectureEndTheProcess(Processor p) {
        FilterMachine machine = new FilterMachine(SeccompFilter.emit(p));
        for (int audit : List.of(0x40000003 /* i386 */, 0x40000028 /* arm */, 0, -1,
                (p == Processor.X86_64 ? Processor.AARCH64 : Processor.X86_64).audit())) {
            assertEquals(SeccompFilter.KILL, machine.run(audit, 1));
        }
    }

    @Test
    void theCallsOfX32AreRefusedWhateverTheyAre() {
        FilterMachine machine = new FilterMachine(SeccompFilter.emit(Processor.X86_64));
        for (int n = 0; n < 600; n++) {
            assertEquals(SeccompFilter.ENOSYS, machine.run(X86, 0x40000000 | n, 1));
        }
    }

    @ParameterizedTest
    @EnumSource(Processor.class)
    void whatReachesThroughToTheHostIsRefused(Processor p) {
        FilterMachine machine = new FilterMachine(SeccompFilter.emit(p));
        for (String name : List.of("ptrace", "process_vm_writev", "bpf", "keyctl", "add_key", "request_key", "mount", "umount2",
                "pivot_root", "chroot", "unshare", "setns", "init_module", "finit_module", "kexec_load", "reboot", "swapon",
                "settimeofday", "clock_settime", "open_by_handle_at", "userfaultfd", "perf_event_open", "quotactl", "syslog",
                "move_mount", "fsopen", "open_tree", "mount_setattr", "pidfd_getfd", "kcmp", "acct", "sethostname")) {
            assertEquals(SeccompFilter.EPERM, machine.run(p.audit(), number(p, name), 0, 0, 0), name);
        }
        for (String name : List.of("io_uring_setup", "io_uring_enter", "io_uring_register", "clone3")) {
            assertEquals(SeccompFilter.ENOSYS, machine.run(p.audit(), number(p, name), 0, 0, 0), name);
        }
    }

    @Test
    void processesAndThreadsMayBeMadeButNoNamespaces() {
        assertEquals(SeccompFilter.ALLOW, x86("clone", 17));
        assertEquals(SeccompFilter.ALLOW, x86("clone", 0x3D0F00));
        for (long flag : new long[] {0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000}) {
            assertEquals(SeccompFilter.EPERM, x86("clone", flag | 17), Long.toHexString(flag));
            assertEquals(SeccompFilter.EPERM, x86("clone", flag | 0xFFFFFFFF00000000L), Long.toHexString(flag));
        }
    }

    @Test
    void onlyUnixAndInternetSocketsOfTheUsualProtocolsAreMade() {
        for (int family = 0; family < 50; family++) {
            boolean internet = family == 2 || family == 10;
            for (int type = 0; type < 12; type++) {
                for (int protocol : new int[] {0, 1, 6, 17, 33, 132, 136, 255, 262}) {
                    boolean good = family == 1 || internet && (type == 1 || type == 2)
                            && (protocol == 0 || protocol == 6 || protocol == 17);
                    int verdict = x86("socket", family, type | 0x80800, protocol);
                    assertEquals(good, verdict == SeccompFilter.ALLOW, family + " " + type + " " + protocol);
                }
            }
            assertEquals(family == 1, x86("socketpair", family, 1, 0) == SeccompFilter.ALLOW);
        }
    }

    @Test
    void aTerminalsInputCanNotBeForgedAndAddressesStayRandom() {
        assertEquals(SeccompFilter.EPERM, x86("ioctl", 0, 0x5412));
        assertEquals(SeccompFilter.EPERM, x86("ioctl", 0, 0xFFFFFFFF00005412L));
        assertEquals(SeccompFilter.EPERM, x86("ioctl", 0, 0x541C));
        assertEquals(SeccompFilter.ALLOW, x86("ioctl", 0, 0x5413));
        assertEquals(SeccompFilter.EPERM, x86("personality", 0x40000));
        assertEquals(SeccompFilter.ALLOW, x86("personality", 0xFFFFFFFFL));
    }
}
