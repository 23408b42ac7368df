package org.zennet.publisher.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zennet.api.value.Amount;
import org.zennet.publisher.internal.Images;
import org.zennet.services.Rejected;

class JobFileTest {
    private static final String GOOD = """
            zennet: 1
            name: fold
            module: fold.wasm
            backend: wasm
            array: { count: 12, first: 1 }
            task:
              args: [run, --seed, "${index}", --sweeps, 40000]
              timeout: 60s
              stdin: input.txt
            reduce:
              args: [reduce]
              stdin: outputs
              timeout: 30s
              extract: tar
            resources: { memory: 64MiB, cores: 1 }
            budget: { total: 5 XEN }
            deadline: 10m
            verification: { replicas: 2, tie-break: 3 }
            terms: { interval: 500ms, hold-back: 12.5%, prepaid: 6000 zen }
            buying: { strategy: ceiling, settings: { rounds: 3 } }
            """;
    @TempDir
    Path directory;

    @TempDir
    Path outside;

    @BeforeEach
    void files() throws IOException {
        Files.write(directory.resolve("fold.wasm"), new byte[] {0, 'a', 's', 'm'});
        Files.writeString(directory.resolve("input.txt"), "hello");
        Files.createDirectory(directory.resolve("folder"));
        Files.write(directory.resolve("empty.wasm"), new byte[0]);
        try (RandomAccessFile big = new RandomAccessFile(directory.resolve("big.wasm").toFile(), "rw")) {
            big.setLength(JobFileReader.MAX_MODULE + 1);
        }
        Files.createSymbolicLink(directory.resolve("link.wasm"), Files.writeString(outside.resolve("secret"), "x"));
    }

    @AfterEach
    void link() throws IOException {
        Files.delete(directory.resolve("link.wasm"));
    }

    private JobFile read(String text) throws Rejected, IOException {
        Path file = directory.resolve("job.yaml");
        Files.writeString(file, text);
        return JobFileReader.read(file);
    }

    private String refusal(String text) {
        return assertThrows(Rejected.class, () -> read(text)).getMessage();
    }

    @Test
    void theComparerAndItsSettingsAreReadAndBounded() throws Exception {
        Path file = directory.resolve("job.yaml");
        assertEquals("exact", JobFileReader.read(Files.writeString(file, GOOD)).comparing().text());
        String with = GOOD.replace("tie-break: 3 }", "tie-break: 3, comparer: numeric, settings: { relative: 1e-6, format: text } }");
        assertEquals("numeric format=text relative=1e-6", JobFileReader.read(Files.writeString(file, with)).comparing().text());
        for (String wrong : List.of("comparer: a b", "comparer: exact, settings: { a: b }", "comparer: x, settings: { a: " + "b".repeat(300) + " }")) {
            Files.writeString(file, GOOD.replace("tie-break: 3 }", "tie-break: 3, " + wrong + " }"));
            assertTrue(assertThrows(Rejected.class, () -> JobFileReader.read(file)).getMessage().contains("verification."), wrong);
        }
    }

    @Test
    void aGoodFileIsRead() throws Exception {
        JobFile job = read(GOOD);
        assertEquals("fold", job.name());
        assertEquals(12, job.count());
        assertEquals(List.of("run", "--seed", "7", "--sweeps", "40000"), job.task().at(7).args());
        assertEquals(60_000, job.task().timeout());
        assertEquals(Amount.ofXen(5), job.budget().total());
        assertEquals(new Amount(500_000_000 / (26 + 6)), job.budget().perTask());
        assertEquals(500, job.wishes().interval());
        assertEquals(125, job.wishes().holdBack());
        assertEquals(new Amount(6000), job.wishes().prepaid().orElseThrow());
        assertEquals(Map.of("rounds", "3"), job.buying().settings());
        assertTrue(job.reduce().orElseThrow().tar());
        assertEquals(600_000, job.deadline());
        assertEquals(directory.resolve("input.txt"), job.stdin().orElseThrow());
    }

    @Test
    void anImageOfARegistryIsNamedByItsDigestAlone() throws Exception {
        String job = """
                zennet: 1
                name: n
                image: %s
                backend: docker
                task: { args: [], timeout: 10s }
                budget: { total: 1 XEN }
                deadline: 1m
                """;
        String digest = "@sha256:" + "0123456789abcdef".repeat(4);
        JobFile read = read(job.formatted("quay.io/team/image:1" + digest));
        assertEquals("quay.io/team/image" + digest, read.reference().orElseThrow().toString());
        assertTrue(read.image().isEmpty());
        assertTrue(refusal(job.formatted("busybox" + digest)).contains("REGISTRY/NAME@sha256:DIGEST"));
        assertTrue(refusal(job.formatted("quay.io/team/image:1")).contains("image"), "a tag is a file that is not there");
        assertTrue(refusal(job.formatted("quay.io/team/image" + digest).replace("docker", "wasm")).contains("runs modules"));
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws Exception {
        JobFile job = read("""
                zennet: 1
                name: n
                module: fold.wasm
                backend: wasm
                task: { args: [], timeout: 10s }
                budget: { total: 1 XEN }
                deadline: 1m
                """);
        assertEquals(List.of(1, 2, 3, 1000, 300), List.of(job.count(), job.replicas(), job.tieBreak(), job.wishes().interval(), job.wishes().holdBack()));
        assertEquals(64L << 20, job.resources().memory());
        assertTrue(job.reduce().isEmpty() && job.machines().isEmpty() && job.buying().strategy().isEmpty());
    }

    @Test
    void theExamplesAreRead() throws Exception {
        Path examples = Path.of(System.getProperty("zennet.root", "../..")).resolve("examples/folding");
        for (String name : List.of("job.yaml", "crambin.yaml", "job-docker.yaml", "job-sandbox.yaml")) {
            if (Files.exists(examples.resolve(name))) {
                assertEquals(12, JobFileReader.read(examples.resolve(name)).count());
            }
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad("name: fold\n", "name: fold\ncolour: red\n", "colour: unknown key; known here: zennet, name, module"),
                bad("name: fold\n", "", "name: is missing"),
                bad("name: fold", "name: 'a/b'", "name: must be 1 to 80 letters"),
                bad("name: fold", "name: [a, b]", "name: must be a single value"),
                bad("zennet: 1", "zennet: 2", "zennet: this program reads version 1 of the format, not '2'"),
                bad("module: fold.wasm", "module: missing.wasm", "module: there is no file 'missing.wasm' beside the job file"),
                bad("module: fold.wasm", "module: folder", "module: there is no file 'folder'"),
                bad("module: fold.wasm", "module: /etc/passwd", "module: '/etc/passwd' leads out of the job file's directory"),
                bad("module: fold.wasm", "module: ../../etc/passwd", "module: '../../etc/passwd' leads out of the job file's directory"),
                bad("module: fold.wasm", "module: link.wasm", "module: 'link.wasm' leads out of the job file's directory through a link"),
                bad("module: fold.wasm", "module: big.wasm", "module: 'big.wasm' has 67108865 bytes; at most 64MiB are allowed"),
                bad("module: fold.wasm", "module: empty.wasm", "module: 'empty.wasm' is empty"),
                bad("backend: wasm", "backend: slurm", "backend: 'slurm' is not known in this version; use wasm, sandbox or docker"),
                bad("backend: wasm", "backend: docker", "module: the backend docker runs images: name one with 'image'"),
                bad("module: fold.wasm", "image: prog.tar", "image: the backend wasm runs modules"),
                bad("timeout: 60s", "timeout: 60s\n  command: [x]", "task.command: a module has no programs to choose from"),
                bad("extract: tar", "extract: tar\n  outputs: [x]", "reduce.extract: a step with outputs has files already"),
                bad("count: 12", "count: 0", "array.count: 0 lies outside of 1 to 10000"),
                bad("count: 12", "count: 12.5", "array.count: '12.5' is not a whole number from 1 to 10000"),
                bad("count: 12", "count: 99999999999999999999", "array.count: '99999999999999999999' is not a whole number"),
                bad("count: 12, first: 1", "first: 1", "array.count: is missing"),
                bad("first: 1", "first: -1", "array.first: -1 lies outside of 0 to"),
                bad("array: { count: 12, first: 1 }", "array: 12", "array: must be a mapping"),
                bad("timeout: 60s", "timeout: 60", "task.timeout: '60' is not a time; write for example 500ms, 60s, 10m or 2h"),
                bad("timeout: 60s", "timeout: 60 parsecs", "task.timeout: '60 parsecs' is not a time"),
                bad("timeout: 60s", "timeout: 2h", "task.timeout: 2h lies outside of 100ms to 1h"),
                bad("timeout: 60s", "timeout: 999999999999d", "task.timeout: '999999999999d' is too large; at most 1h"),
                bad("stdin: input.txt", "stdin: nothing.txt", "task.stdin: there is no file 'nothing.txt'"),
                bad("args: [reduce]", "args: reduce", "reduce.args: must be a list"),
                bad("args: [reduce]", "args: [[reduce]]", "reduce.args[0]: must be a single value"),
                bad("stdin: outputs", "stdin: inputs", "reduce.stdin: 'inputs' is not known; a reduce step reads 'outputs'"),
                bad("extract: tar", "extract: zip", "reduce.extract: 'zip' is not known; use tar or none"),
                bad("memory: 64MiB", "memory: 64 MB", "resources.memory: '64 MB' is not a size; write for example 64MiB or 2GiB"),
                bad("memory: 64MiB", "memory: 64TiB", "resources.memory: 64TiB lies outside of 1MiB to 4GiB"),
                bad("cores: 1", "cores: 0.0001", "resources.cores: '0.0001' is not a number of cores"),
                bad("cores: 1", "cores: 1000", "resources.cores: 1000 lies outside of 0.1 to 64"),
                bad("total: 5 XEN", "total: 5", "budget.total: '5' is not an amount; write for example '5 XEN' or '1200 zen'"),
                bad("total: 5 XEN", "total: 5 EUR", "budget.total: 'EUR' is not a unit of money; use XEN or zen"),
                bad("total: 5 XEN", "total: -5 XEN", "budget.total: '-5 XEN' is negative"),
                bad("total: 5 XEN", "total: 0 XEN", "budget.total: is nothing"),
                bad("total: 5 XEN", "total: 99999999999999 XEN", "budget.total: '99999999999999 XEN' is too large or too precise"),
                bad("total: 5 XEN", "total: 0.000000001 XEN", "budget.total: '0.000000001 XEN' is too large or too precise"),
                bad("total: 5 XEN", "total: 1 XEN, per-task: 2 XEN", "budget.per-task: 2 XEN is more than the total of 1 XEN"),
                bad("total: 5 XEN", "total: 10 zen", "budget.total: 0.0000001 XEN is less than 100 zen for each of 26 runs"),
                bad("deadline: 10m", "deadline: 30s", "deadline: 30s is less than one task's timeout of 1m"),
                bad("replicas: 2", "replicas: 4", "verification.replicas: 4 lies outside of 1 to 3"),
                bad("tie-break: 3", "tie-break: 1", "verification.tie-break: 1 lies outside of 2 to 5"),
                bad("hold-back: 12.5%", "hold-back: 0.3", "terms.hold-back: '0.3' is not a share; write for example 30%"),
                bad("hold-back: 12.5%", "hold-back: 95%", "terms.hold-back: 95% lies outside of 0% to 90%"),
                bad("interval: 500ms", "interval: 5ms", "terms.interval: 5ms lies outside of 100ms to 1h"),
                bad("strategy: ceiling", "strategy: CEILING!", "buying.strategy: must be 1 to 64 of a-z, 0-9 and dash"),
                bad("strategy: ceiling, ", "", "buying.strategy: is missing"),
                bad("rounds: 3", "rounds: [3]", "buying.settings.rounds: must be a single value"));
    }

    private static Arguments bad(String what, String by, String line) {
        return Arguments.of(what, by, line);
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("bad")
    void aBadFileIsRefusedWithItsKeyAndReason(String what, String by, String line) {
        assertTrue(GOOD.contains(what), what);
        String message = refusal(GOOD.replace(what, by));
        assertTrue(message.lines().skip(1).anyMatch(l -> l.strip().startsWith(line)), message);
        assertTrue(message.startsWith("job.yaml has a problem:"), "exactly one: " + message);
    }

    private static final String PROGRAM = """
            zennet: 1
            name: program
            image: prog.tar
            backend: sandbox
            array: { count: 3, first: 1 }
            task:
              command: [/bin/sh, -c, "work ${index}"]
              args: ["${index}"]
              environment: { LANG: C, SEED: "${index}" }
              inputs:
                - folder
                - { path: "part-${index}.txt", name: input/part.txt }
              outputs: [result.dat, "log-${index}"]
              timeout: 60s
            reduce:
              args: [reduce]
              timeout: 30s
              outputs: [all.dat]
            resources: { memory: 8GiB, disk: 1GiB }
            budget: { total: 5 XEN }
            deadline: 10m
            """;

    private void programs() throws IOException {
        Images.saved(directory.resolve("prog.tar"), "arm64");
        Files.writeString(directory.resolve("folder/a"), "a");
        for (int i = 1; i <= 3; i++) {
            Files.writeString(directory.resolve("part-" + i + ".txt"), "part " + i);
        }
    }

    @Test
    void aJobOfProgramsIsRead() throws Exception {
        programs();
        JobFile job = read(PROGRAM);
        assertEquals("sandbox SANDBOX aarch64", job.backend().id() + " " + job.backend().isolation() + " " + job.backend().architecture());
        assertEquals(List.of("files", "programs"), job.features());
        JobFile.Program second = job.task().at(2);
        assertEquals(List.of("/bin/sh", "-c", "work 2"), second.command());
        assertEquals(Map.of("LANG", "C", "SEED", "2"), second.environment());
        assertEquals(List.of(new JobFile.Input("folder", "folder"), new JobFile.Input("part-2.txt", "input/part.txt")), second.inputs());
        assertEquals(List.of("result.dat", "log-2"), second.outputs());
        assertEquals(List.of("all.dat"), job.reduce().orElseThrow().program().outputs());
        assertEquals(1L << 30, job.resources().disk());
        assertEquals(List.of(), read(GOOD).features());
        assertEquals(List.of("programs"), read(PROGRAM.replaceAll("(?s)  inputs:.*?outputs: .*?\n", "").replace("  outputs: [all.dat]\n", "")).features());
    }

    @Test
    void whatAJobMayReachIsReadInItsOneForm() throws Exception {
        programs();
        assertEquals("none", read(PROGRAM).egress().toString());
        JobFile job = read(PROGRAM + "network: { egress: [\"Example.org:443\", \"203.0.113.0/24:1000-2000/udp, public:80\"] }\n");
        assertEquals("203.0.113.0/24:1000-2000/udp,example.org:443,public:80", job.egress().toString());
        assertEquals(List.of("files", "programs", "egress"), job.features());
        assertTrue(refusal(GOOD + "network: { egress: [public] }\n").contains("network.egress: a module of the backend wasm has no network"));
    }

    @Test
    void aWitnessStartsTheProgramOfAJobOfImages() throws Exception {
        programs();
        String both = PROGRAM.replace("  args: [reduce]", "  command: [/bin/sum]");
        assertFalse(read(both).witness());
        JobFile job = read(both + "verification: { witness: true }\n");
        assertTrue(job.witness() && job.prefix(1, 1, 60_000).witness());
        assertEquals(List.of("files", "programs"), job.features());
        assertEquals(List.of("./zennet-witness", "/bin/sh", "-c", "work 2"), Witness.before(job.task().at(2).command()));
        String alone = both.replaceAll("(?s)  inputs:.*?outputs: .*?\n", "").replace("  outputs: [all.dat]\n", "");
        assertEquals(List.of("files", "programs"), read(alone + "verification: { witness: true }\n").features(), "the witness itself is a file");
        assertTrue(refusal(GOOD.replace("tie-break: 3 }", "tie-break: 3, witness: true }")).contains("verification.witness: a module has none"));
        assertTrue(refusal(PROGRAM + "verification: { witness: true }\n").contains("verification.witness: needs 'command' in task and reduce"));
        assertTrue(refusal(both + "verification: { witness: yes }\n").contains("verification.witness: must be true or false"));
        assertTrue(refusal(both.replace("- folder", "- { path: folder, name: zennet-witness }") + "verification: { witness: true }\n")
                .contains("verification.witness: 'zennet-witness' is the witness's own name"));
    }

    @Test
    void theWitnessLiesExecutableBesideTheInputs() throws Exception {
        programs();
        java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
        Witness witness = Witness.of("aarch64");
        new InputFiles(directory.resolve("job.yaml")).pack(List.of(new JobFile.Input("part-1.txt", "part.txt")), Optional.of(witness), packed);
        List<String> names = new java.util.ArrayList<>();
        org.zennet.api.container.FileArchive.read(new java.io.ByteArrayInputStream(packed.toByteArray()), (e, in) -> {
            names.add(e.name() + (e.executable() ? " x" : "") + " " + e.size());
            in.readAllBytes();
        });
        assertEquals(List.of("zennet-witness x " + witness.program().length, "part.txt 6"), names);
        assertThrows(IOException.class, () -> Witness.of("vax"));
    }

    static Stream<Arguments> badPrograms() {
        return Stream.of(
                bad("image: prog.tar", "image: prog.tar\nnetwork: { egress: [\"192.168.0.1:80\"] }", "network.egress[0]: '192.168.0.1' lies in 192.168.0.0/16"),
                bad("image: prog.tar", "image: prog.tar\nnetwork: { egress: [public, \"a.example:25\"] }", "network.egress[1]: 'a.example:25': no container may send mail"),
                bad("image: prog.tar", "image: prog.tar\nnetwork: { egress: public }", "network.egress: must be a list"),
                bad("image: prog.tar", "image: prog.tar\nnetwork: { ingress: [public] }", "network.ingress: unknown key; known here: egress"),
                bad("image: prog.tar", "image: none.tar", "image: there is no file 'none.tar'"),
                bad("image: prog.tar", "image: input.txt", "image: 'input.txt' is no image: it is cut short"),
                bad("image: prog.tar", "image: big.wasm", "image: 'big.wasm' is no image: it holds neither manifest.json (docker save)"),
                bad("image: prog.tar", "image: prog.tar\nmodule: fold.wasm", "module: the backend sandbox runs images"),
                bad("image: prog.tar\n", "", "image: is missing"),
                bad("command: [/bin/sh, -c, \"work ${index}\"]", "command: /bin/sh", "task.command: must be a list"),
                bad("LANG: C", "LANG: [C]", "task.environment.LANG: must be a single value"),
                bad("LANG: C", "1LANG: C", "task.environment.1LANG: is no name of a variable"),
                bad("LANG: C", "LANG=: C", "task.environment.LANG=: is no name of a variable"),
                bad("- folder", "- nothing", "task.inputs: of the task of index 1: there is no 'nothing' beside the job file"),
                bad("- folder", "- ../x", "task.inputs: of the task of index 1: '../x' leads out of the job file's directory"),
                bad("- folder", "- link.wasm", "task.inputs: of the task of index 1: 'link.wasm' leads out of the job file's directory through a link"),
                bad("- folder", "- [folder]", "task.inputs[0]: must be a path, or a mapping"),
                bad("- folder", "- { path: folder, name: ../x }", "task.inputs[0]: '../x' is no name for a file of a task"),
                bad("- folder", "- { path: folder, as: x }", "task.inputs[0].as: unknown key; known here: path, name"),
                bad("- folder", "- { path: folder, name: input/part.txt }", "task.inputs: of the task of index 1: two inputs would lie at 'input/part.txt'"),
                bad("- folder", "- { path: input.txt, name: input }", "task.inputs: of the task of index 1: two inputs would lie at 'input'"),
                bad("part-${index}.txt", "part-2.${index}", "task.inputs: of the task of index 1: there is no 'part-2.1'"),
                bad("- folder", "- big.wasm", "task.inputs: of the task of index 1: they have 6711"),
                bad("result.dat", "../x", "task.outputs[0]: '../x' is no name for an output"),
                bad("result.dat", "stdout", "task.outputs[0]: 'stdout' is no name for an output"),
                bad("all.dat", "result.tar", "reduce.outputs: 'result.tar' is the name of the whole result"),
                bad("  outputs: [all.dat]", "  outputs: [all.dat]\n  inputs: [{ path: folder, name: task-1 }]", "reduce.inputs: names such as 'task-1'"),
                bad("memory: 8GiB", "memory: 2TiB", "resources.memory: 2TiB lies outside of 1MiB to 1TiB"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("badPrograms")
    void aBadJobOfProgramsIsRefusedWithItsKeyAndReason(String what, String by, String line) throws IOException {
        programs();
        assertTrue(PROGRAM.contains(what), what);
        String message = refusal(PROGRAM.replace(what, by));
        assertTrue(message.lines().skip(1).anyMatch(l -> l.strip().startsWith(line)), message);
        assertTrue(message.startsWith("job.yaml has a problem:"), "exactly one: " + message);
    }

    @Test
    void anImageOfAnyFormTellsItsArchitecture() throws Exception {
        Path file = directory.resolve("prog.tar");
        String text = PROGRAM.replaceAll("(?s)  inputs:.*?outputs: .*?\n", "");
        Images.layout(file, "arm64");
        assertEquals("aarch64", read(text).backend().architecture());
        Images.layout(file, "amd64", "arm64", "s390x");
        assertEquals(ImageFile.architecture(System.getProperty("os.arch")), read(text).backend().architecture());
        Images.layout(file, "s390x", "riscv64");
        assertTrue(refusal(text).contains("it holds 2 images"));
        Images.of(file, Images.config("amd64", ""));
        assertEquals("x86_64", read(text).backend().architecture());
        assertTrue(refusal(text.replaceAll("  (command|args): .*\n", "")).contains("the image does not say what to run"));
        Images.archive(file, Map.of("manifest.json", "[{\"Config\":\"c\"},{\"Config\":\"c\"}]"));
        assertTrue(refusal(text).contains("exactly one image"));
        Images.archive(file, Map.of("manifest.json", "[{\"Config\":\"c\"}]"));
        assertTrue(refusal(text).contains("it lacks 'c'"));
        Images.archive(file, Map.of("manifest.json", "[{"));
        assertTrue(refusal(text).contains("can't be understood"));
        Images.of(file, Images.config("amd64", "").replace("linux", "windows"));
        assertTrue(refusal(text).contains("are for 'windows'"));
    }

    @Test
    void whatAnImageHoldsElsewhereIsNotRead() throws Exception {
        Images.saved(directory.resolve("prog.tar"), "amd64");
        try (RandomAccessFile image = new RandomAccessFile(directory.resolve("prog.tar").toFile(), "rw")) {
            image.seek(image.length() - 1024);
            byte[] header = Files.readAllBytes(Images.archive(directory.resolve("x.tar"), Map.of("layer.tar", "")));
            System.arraycopy("14000000000\0".getBytes(StandardCharsets.US_ASCII), 0, header, 124, 12);
            image.write(header, 0, 512);
            image.setLength(image.getFilePointer() + (3L << 29));
            image.seek(image.length());
            image.write(new byte[1024]);
        }
        assertEquals("x86_64", read(PROGRAM.replaceAll("(?s)  inputs:.*?outputs: .*?\n", "")).backend().architecture());
    }

    @Test
    void theSameInputsGiveTheSameArchive() throws Exception {
        programs();
        java.io.ByteArrayOutputStream one = new java.io.ByteArrayOutputStream();
        List<JobFile.Input> inputs = read(PROGRAM).task().at(1).inputs();
        new InputFiles(directory.resolve("job.yaml")).pack(inputs, Optional.empty(), one);
        assertEquals(one.size(), new InputFiles(directory.resolve("job.yaml")).size(inputs));
        directory.resolve("folder/a").toFile().setLastModified(0);
        java.io.ByteArrayOutputStream two = new java.io.ByteArrayOutputStream();
        new InputFiles(directory.resolve("job.yaml")).pack(List.of(inputs.get(1), inputs.get(0)), Optional.empty(), two);
        org.junit.jupiter.api.Assertions.assertArrayEquals(one.toByteArray(), two.toByteArray());
    }

    @Test
    void allProblemsAreToldAtOnce() {
        String message = refusal(GOOD.replace("name: fold\n", "").replace("60s", "60").replace("5 XEN", "5 EUR").replace("fold.wasm", "x"));
        assertTrue(message.startsWith("job.yaml has 4 problems:"), message);
        assertEquals(5, message.lines().count());
    }

    @Test
    void whatIsNoYamlOrNoMappingIsRefusedInOneLine() throws Exception {
        for (String text : List.of("", "- a\n- b\n", "just text", "a: [1, 2", "a: 1\na: 2\n", "zennet: 1\n---\nzennet: 1\n", "\t- x", "!!javax.script.ScriptEngineManager [x]")) {
            String message = refusal(text);
            assertEquals(1, message.lines().count(), message);
        }
        Files.write(directory.resolve("job.yaml"), new byte[] {(byte) 0xC3, (byte) 0x28});
        assertTrue(assertThrows(Rejected.class, () -> JobFileReader.read(directory.resolve("job.yaml"))).getMessage().contains("not UTF-8"));
        assertTrue(assertThrows(Rejected.class, () -> JobFileReader.read(directory.resolve("none.yaml"))).getMessage().contains("is not a file"));
    }

    @Test
    void bombsAreRefusedQuickly() throws Exception {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        assertTrue(refusal(laughs.toString()).contains("is not valid YAML"));
        assertTrue(refusal("a: &a [*a]\nzennet: 1\n").lines().count() < 60);
        assertTrue(refusal("[".repeat(20_000)).contains("is not valid YAML"));
        Files.writeString(directory.resolve("job.yaml"), "# " + "x".repeat(JobFileReader.MAX_FILE), StandardCharsets.UTF_8);
        assertTrue(assertThrows(Rejected.class, () -> JobFileReader.read(directory.resolve("job.yaml"))).getMessage().contains("larger than 256 KiB"));
    }

    @Test
    void aFileIsCheckedWithoutAPublisher() throws Exception {
        JobFileComponent files = new JobFileComponent();
        Path file = Files.writeString(directory.resolve("job.yaml"), GOOD);
        assertEquals("fold: 12 on wasm, 2 replicas, 5 XEN", files.check(file).name() + ": " + files.check(file).tasks() + " on "
                + files.check(file).backend() + ", " + files.check(file).replicas() + " replicas, " + files.check(file).budget());
        Files.writeString(file, GOOD.replace("zennet: 1", "zennet: 2"));
        assertThrows(Rejected.class, () -> files.check(file));
    }
}
