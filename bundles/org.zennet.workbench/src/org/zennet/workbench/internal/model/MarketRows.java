package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.market.MarketJournal.Line;
import org.zennet.services.market.MarketJournal.Negotiation;

/** Announcements on the chain, and what this process negotiated, as lines. */
public final class MarketRows {
    /** The headings of announcements. */
    public static final List<String> ANNOUNCEMENTS = List.of("Announcement", "Block", "Isolation", "Code", "Cores", "Memory", "Machines", "Endpoint", "Expires at");
    /** The headings of negotiations. */
    public static final List<String> NEGOTIATIONS = List.of("Negotiation", "Said by", "What", "Text");

    private MarketRows() { }

    /** One line per announcement. */
    public static List<Row> announcements(List<AnnouncementInfo> all) {
        return all.stream().map(i -> {
            Announcement a = i.announcement();
            return Row.of(i.id().toString(), brief(i.id().txid().toHex()), i.height() == 0 ? "waits" : String.valueOf(i.height()),
                    lower(a.isolation()), a.architecture(), String.format(Locale.ROOT, "%.1f", a.milliCores() / 1000.0), a.memoryMiB() + " MiB",
                    String.valueOf(a.machines()), a.endpoint().toString(), String.valueOf(i.expiry()));
        }).toList();
    }

    /** One line per negotiation with its last word, and every word below it. */
    public static List<Row> negotiations(List<Negotiation> all) {
        return all.stream().map(n -> {
            List<Row> below = new ArrayList<>();
            for (int i = 0; i < n.lines().size(); i++) {
                Line l = n.lines().get(i);
                below.add(Row.of(n.id() + "/" + i, l.at().toString(), lower(l.side()), l.kind(), l.text()));
            }
            Line last = n.lines().get(n.lines().size() - 1);
            return new Row(n.id(), List.of(brief(last.provider()), lower(last.side()), last.kind(), last.text()), below);
        }).toList();
    }

    private static String brief(String id) {
        return id.substring(0, Math.min(12, id.length()));
    }

    private static String lower(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
