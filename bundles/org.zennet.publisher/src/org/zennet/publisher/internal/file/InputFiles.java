package org.zennet.publisher.internal.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.TaskSpec;

/** Finds what the inputs of a task name and packs it in one canonical form. For one thread. */
public final class InputFiles {
    /** The most bytes of the inputs of one task, packed. */
    public static final long MAX_TASK = TaskSpec.MAX_FILES;
    private static final int MAX_ENTRIES = 10_000;
    private final Beside beside;
    private final Map<String, SortedMap<String, Item>> found = new HashMap<>();

    private record Item(Path file, boolean directory, boolean executable, long size) {
        long packed() {
            return FileArchive.BLOCK + size + FileArchive.padding(size);
        }
    }

    /** Beside a job file. */
    public InputFiles(Path jobFile) {
        this.beside = new Beside(jobFile);
    }

    /**
     * How many bytes the inputs of a task have when they are packed.
     *
     * @throws IOException with one line, when something is not there, leads out, is neither a file nor a directory, or
     *                     two have one name
     */
    public long size(List<JobFile.Input> inputs) throws IOException {
        return 2 * FileArchive.BLOCK + items(inputs).values().stream().mapToLong(Item::packed).sum();
    }

    /** Packs the inputs of a task, with the witness where there is one. */
    public void pack(List<JobFile.Input> inputs, Optional<Witness> witness, OutputStream to) throws IOException {
        OutputStream out = new BufferedOutputStream(to, 1 << 16);
        try (FileArchive.Writer writer = new FileArchive.Writer(out)) {
            if (witness.isPresent()) {
                witness.get().pack(writer);
            }
            for (Map.Entry<String, Item> e : items(inputs).entrySet()) {
                Item i = e.getValue();
                if (i.directory()) {
                    writer.directory(e.getKey());
                } else {
                    try (InputStream in = Files.newInputStream(i.file())) {
                        writer.file(e.getKey(), i.executable(), i.size(), in);
                    }
                }
            }
        }
        out.flush();
    }

    private SortedMap<String, Item> items(List<JobFile.Input> inputs) throws IOException {
        SortedMap<String, Item> all = new TreeMap<>();
        for (JobFile.Input input : inputs) {
            for (Map.Entry<String, Item> e : below(input.path()).entrySet()) {
                String name = e.getKey().isEmpty() ? input.name() : input.name() + "/" + e.getKey();
                if (!TaskSpec.relative(name)) {
                    throw new IOException("'" + Section.shorten(name) + "' is no name for a file of a task");
                }
                if (all.put(name, e.getValue()) != null) {
                    throw new IOException("two inputs would lie at '" + Section.shorten(name) + "'");
                }
            }
        }
        if (all.size() > MAX_ENTRIES) {
            throw new IOException("the inputs of a task are " + all.size() + " files, at most " + MAX_ENTRIES + " are allowed");
        }
        for (String name : all.keySet()) {
            for (int i = name.lastIndexOf('/'); i > 0; i = name.lastIndexOf('/', i - 1)) {
                Item above = all.get(name.substring(0, i));
                if (above != null && !above.directory()) {
                    throw new IOException("two inputs would lie at '" + Section.shorten(name.substring(0, i)) + "'");
                }
            }
        }
        return all;
    }

    /** What lies at a path and below it, by the name behind it. */
    private SortedMap<String, Item> below(String text) throws IOException {
        SortedMap<String, Item> known = found.get(text);
        if (known != null) {
            return known;
        }
        Path path = beside.inside(text);
        if (!Files.exists(path)) {
            throw new IOException("there is no '" + Section.shorten(text) + "' beside the job file");
        }
        beside.checked(path, text);
        SortedMap<String, Item> items = new TreeMap<>();
        if (!Files.isDirectory(path)) {
            items.put("", item(path, text));
        } else {
            try (Stream<Path> all = Files.walk(path)) {
                for (Path p : all.limit(MAX_ENTRIES + 2L).toList()) {
                    String name = path.relativize(p).toString().replace(p.getFileSystem().getSeparator(), "/");
                    items.put(name, item(p, name.isEmpty() ? text : text + "/" + name));
                }
            } catch (UncheckedIOException e) {
                throw new IOException("'" + Section.shorten(text) + "' can't be read: " + e.getCause().getMessage(), e);
            }
        }
        found.put(text, items);
        return items;
    }

    private Item item(Path p, String text) throws IOException {
        beside.checked(p, text);
        if (Files.isDirectory(p) && !Files.isSymbolicLink(p)) {
            return new Item(p, true, false, 0);
        }
        if (!Files.isRegularFile(p)) {
            throw new IOException("'" + Section.shorten(text) + "' is neither a file nor a directory");
        }
        return new Item(p, false, Files.isExecutable(p), Files.size(p));
    }
}
