package org.zennet.publisher.internal.job;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.market.message.TaskOutput;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Texts;

/** Takes results with files apart, see {@link TaskOutput}. Blocks on the disk, holds none of them in memory. */
final class ResultFiles {
    private ResultFiles() { }

    /** Why a content is no result with files, or empty. */
    static Optional<String> objection(ContentStore store, Hash result) {
        try {
            read(store, result, OutputStream.nullOutputStream(), (e, in) -> { });
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Texts.cut(String.valueOf(e.getMessage()), 200));
        }
    }

    static void read(ContentStore store, Hash result, OutputStream stdout, FileArchive.Visitor files) throws IOException {
        try (InputStream in = new BufferedInputStream(store.open(result), 1 << 16)) {
            TaskOutput.read(in, stdout, files);
        }
    }

    /** The standard outputs of results, one behind the other, at most so many bytes. */
    static Hash stdout(ContentStore store, List<Hash> results, long most) throws IOException {
        return store.put(out -> {
            OutputStream bounded = new Bounded(out, most, "the outputs");
            for (Hash h : results) {
                read(store, h, bounded, (e, in) -> { });
            }
        });
    }

    /** The files of results as one archive, each below the name of its task, and behind them those of another archive. */
    static JobPapers.Part together(ContentStore store, List<String> names, List<Hash> results, JobPapers.Part more) throws IOException {
        Hash all = store.put(to -> {
            OutputStream out = new BufferedOutputStream(new Bounded(to, TaskSpec.MAX_FILES, "the files of the tasks"), 1 << 16);
            try (FileArchive.Writer writer = new FileArchive.Writer(out)) {
                for (int i = 0; i < results.size(); i++) {
                    String name = names.get(i);
                    writer.directory(name);
                    read(store, results.get(i), OutputStream.nullOutputStream(), (e, in) -> copy(writer, name + "/", e, in));
                }
                if (more.bytes() > 0) {
                    try (InputStream in = new BufferedInputStream(store.open(more.hash()), 1 << 16)) {
                        FileArchive.read(in, (e, content) -> copy(writer, "", e, content));
                    }
                }
            }
            out.flush();
        });
        return JobPapers.Part.of(store, all);
    }

    private static void copy(FileArchive.Writer writer, String prefix, FileArchive.Entry e, InputStream in) throws IOException {
        if (e.directory()) {
            writer.directory(prefix + e.name());
        } else {
            writer.file(prefix + e.name(), e.executable(), e.size(), in);
        }
    }

    /** Refuses more than so many bytes. */
    private static final class Bounded extends java.io.FilterOutputStream {
        private final long most;
        private final String what;
        private long written;

        Bounded(OutputStream out, long most, String what) {
            super(out);
            this.most = most;
            this.what = what;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            written += length;
            if (written > most) {
                throw new IOException(what + " have more than " + most + " bytes together");
            }
            out.write(bytes, at, length);
        }
    }
}
