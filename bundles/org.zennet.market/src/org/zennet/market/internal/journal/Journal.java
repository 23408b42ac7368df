package org.zennet.market.internal.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Records;
import org.zennet.services.Registration;
import org.zennet.services.market.MarketJournal;
import org.zennet.store.DurableStore;

/**
 * The journal in memory and, a little later, on disk: it is for people, so that losing its last second in a crash is
 * better than a sync per line.
 */
final class Journal implements MarketJournal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int MAX_TEXT = 1000;
    private static final int MAX_LINES = 64;

    private final DurableStore store;
    private final DurableStore.DurableMap map;
    private final Later later;
    private final Executor workers;
    private final LinkedHashMap<String, Entry> negotiations = new LinkedHashMap<>();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private long sequence;
    private boolean due;
    private boolean closed;

    /** Runs something a little later. */
    interface Later {
        void run(Runnable task);
    }

    private record Entry(long number, List<Line> lines) { }

    private record StoredLine(long at, @Limit(64) String provider, @Limit(64) String publisher, MarketJournal.Side side,
            @Limit(32) String kind, @Limit(4 * MAX_TEXT) String text) { }

    private record Stored(@Limit(200) String id, @Limit(MAX_LINES) List<StoredLine> lines) { }

    /**
     * Over a store, which it closes.
     *
     * @param later   when to write and to tell watchers, which bounds how often that happens
     * @param workers threads that may block
     */
    Journal(DurableStore store, Later later, Executor workers) {
        this.store = store;
        this.map = store.map("negotiations");
        this.later = later;
        this.workers = workers;
        Map<Long, Stored> found = new TreeMap<>();
        map.forEach((key, bytes) -> {
            try {
                found.put(Long.parseLong(key, 16), Records.read(new Decoder(bytes), Stored.class));
            } catch (EncodingException | NumberFormatException e) {
                map.remove(key);
            }
        });
        found.forEach((number, s) -> {
            negotiations.put(s.id(), new Entry(number, new ArrayList<>(s.lines().stream().map(l -> new Line(Instant.ofEpochMilli(l.at()),
                    l.provider(), l.publisher(), l.side(), l.kind(), l.text())).toList())));
            sequence = number;
        });
    }

    @Override
    public void record(String negotiation, Line line) {
        String id = cut(negotiation, 100);
        Line l = new Line(Instant.ofEpochMilli(Math.max(0, line.at().toEpochMilli())), cut(line.provider(), 64), cut(line.publisher(), 64), line.side(),
                cut(line.kind(), 16), cut(line.text(), MAX_TEXT));
        synchronized (this) {
            if (closed) {
                return;
            }
            Entry e = negotiations.computeIfAbsent(id, k -> new Entry(++sequence, new ArrayList<>()));
            if (e.lines().size() >= MAX_LINES) {
                return;
            }
            e.lines().add(l);
            map.put(key(e.number()), encode(id, e.lines()));
            Iterator<Entry> oldest = negotiations.values().iterator();
            while (negotiations.size() > MAX_NEGOTIATIONS) {
                map.remove(key(oldest.next().number()));
                oldest.remove();
            }
            if (due) {
                return;
            }
            due = true;
        }
        later.run(() -> workers.execute(this::flush));
    }

    private void flush() {
        synchronized (this) {
            if (closed) {
                return;
            }
            due = false;
            store.commit();
        }
        for (Runnable w : watchers) {
            try {
                w.run();
            } catch (RuntimeException e) {
                LOG.warn("a watcher of the journal failed", e);
            }
        }
    }

    @Override
    public synchronized List<Negotiation> newest(int limit) {
        List<Negotiation> all = new ArrayList<>();
        for (Map.Entry<String, Entry> e : negotiations.reversed().entrySet()) {
            if (all.size() >= limit) {
                break;
            }
            all.add(new Negotiation(e.getKey(), e.getValue().lines()));
        }
        return List.copyOf(all);
    }

    @Override
    public Registration watch(Runnable changed) {
        Runnable own = changed::run;
        watchers.add(own);
        return () -> watchers.remove(own);
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            store.close();
        }
    }

    private static byte[] encode(String id, List<Line> lines) {
        Encoder out = new Encoder();
        Records.write(out, new Stored(id, lines.stream().map(l -> new StoredLine(l.at().toEpochMilli(), l.provider(), l.publisher(),
                l.side(), l.kind(), l.text())).toList()));
        return out.toBytes();
    }

    private static String key(long number) {
        return String.format("%016x", number);
    }

    private static String cut(String text, int chars) {
        String t = java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFC);
        return t.length() <= chars ? t : t.substring(0, Character.isHighSurrogate(t.charAt(chars - 1)) ? chars - 1 : chars);
    }
}
