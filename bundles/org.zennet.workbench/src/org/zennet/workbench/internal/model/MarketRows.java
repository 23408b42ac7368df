package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.market.MarketJournal.Line;
import org.zennet.services.market.MarketJournal.Negotiation;

/** Announcements on the chain, and what this process negotiated, as lines. */
public final class MarketRows {
    /** The headings of announcements. */
    public static final List<String> ANNOUNCEMENTS = List.of(Messages.announcement, Messages.block, Messages.isolation, Messages.code, Messages.cores,
            Messages.memory, Messages.machines, Messages.endpoint, Messages.untilBlock);
    /** The headings of negotiations. */
    public static final List<String> NEGOTIATIONS = List.of(Messages.provider, Messages.saidBy, Messages.what, Messages.text);
    private static final double MILLI = 1000;

    private MarketRows() { }

    /** One line per announcement. */
    public static List<Row> announcements(List<AnnouncementInfo> all) {
        return LazyRows.of(all, i -> i.id().toString(), i -> {
            Announcement a = i.announcement();
            return Row.of(i.id().toString(), Figures.brief(i.id().txid().toHex()), Figures.block(i.height()),
                    Figures.word(a.isolation()), a.architecture(), String.format(Locale.ROOT, "%.1f", a.milliCores() / MILLI), a.memoryMiB() + " MiB",
                    String.valueOf(a.machines()), a.endpoint().toString(), String.valueOf(i.expiry()));
        });
    }

    /** What was asked for newest, in words, each provider once. */
    public static List<String> asked(List<Negotiation> newest, int most) {
        Map<String, String> byProvider = new LinkedHashMap<>();
        for (Negotiation n : newest) {
            n.lines().stream().filter(l -> l.kind().equals("offer")).findFirst().ifPresent(l -> byProvider.putIfAbsent(l.provider(),
                    NLS.bind(Messages.askedFor, Figures.brief(l.provider()), l.text())));
        }
        return byProvider.values().stream().limit(most).toList();
    }

    /** One line per negotiation with its last word, and every word below it. */
    public static List<Row> negotiations(List<Negotiation> all) {
        return LazyRows.of(all.stream().filter(n -> !n.lines().isEmpty()).toList(), Negotiation::id, n -> {
            List<Row> below = new ArrayList<>();
            for (int i = 0; i < n.lines().size(); i++) {
                Line l = n.lines().get(i);
                below.add(Row.of(n.id() + "/" + i, Figures.time(l.at()), Figures.word(l.side()), Figures.word(l.kind()), l.text()));
            }
            Line last = n.lines().getLast();
            return new Row(n.id(), List.of(Figures.brief(last.provider()), Figures.word(last.side()), Figures.word(last.kind()), last.text()), below, () -> n.lines().stream().map(l -> new Detail(Figures.brief(l.provider()),
                    Figures.time(l.at()) + " " + Figures.word(l.side()) + " " + Figures.word(l.kind()), l.text())).toList());
        });
    }
}
