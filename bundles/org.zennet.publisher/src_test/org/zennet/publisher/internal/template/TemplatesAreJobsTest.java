package org.zennet.publisher.internal.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.template.JobTemplate;
import org.zennet.api.value.Amount;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.internal.file.JobFileReader;

/** What the built-in templates make is what the reader of job files reads. */
class TemplatesAreJobsTest {
    @TempDir
    Path directory;

    @BeforeEach
    void module() throws Exception {
        Files.write(directory.resolve("my \"module\".wasm"), new byte[] {0, 'a', 's', 'm'});
    }

    private JobFile read(JobTemplate template, Map<String, String> given) throws Exception {
        Map<String, String> values = new HashMap<>();
        template.parameters().forEach(p -> p.fallback().ifPresent(f -> values.put(p.name(), f)));
        values.put("program", "my \"module\".wasm");
        values.putAll(given);
        Path file = Files.writeString(directory.resolve("job.yaml"), template.render(values));
        try {
            return JobFileReader.read(file);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void eachTemplateWithItsDefaultsIsAJob() throws Exception {
        JobFile array = read(new ArrayTemplate(), Map.of());
        assertEquals(10, array.count());
        assertEquals(List.of("1"), array.task().at(1).args());
        assertTrue(array.reduce().isEmpty());
        JobFile both = read(new MapReduceTemplate(), Map.of());
        assertEquals(List.of("reduce"), both.reduce().orElseThrow().program().args());
        assertEquals(2, both.replicas());
    }

    @Test
    void valuesArriveAsTheyWereGivenWhateverTheyHold() throws Exception {
        JobFile job = read(new MapReduceTemplate(), Map.of("name", "yes", "args", "--say \"a b\" it's \\n: #no ${index} {x} \"\"", "count", "3", "first", "7",
                "outputs", "out.txt sub/b", "budget", "2.5 XEN", "memory", "16MiB", "replicas", "3", "comparer", "numeric"));
        assertEquals("yes", job.name());
        assertEquals(List.of("--say", "a b", "it's", "\\n:", "#no", "8", "{x}", ""), job.task().at(8).args());
        assertEquals(List.of("out.txt", "sub/b"), job.task().outputs());
        assertEquals(7, job.first());
        assertEquals(Amount.parse("2.5 XEN"), job.budget().total());
        assertEquals(16L << 20, job.resources().memory());
        assertEquals(3, job.replicas());
        assertEquals("numeric", job.comparing().comparer());
    }
}
