package org.zennet.workbench.internal.model;

import java.util.List;
import org.zennet.api.value.Amount;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.WalletService.Entry;

/** The wallet's history and channels as lines. */
public final class WalletRows {
    /** The headings of the history. */
    public static final List<String> HISTORY = List.of("Time", "Kind", "Amount", "Block", "Transaction", "Note");
    /** The headings of channels. */
    public static final List<String> CHANNELS = List.of("Channel", "Role", "State", "Capacity", "Paid", "Payments", "Expires at", "For");

    private WalletRows() { }

    /** One line per entry. */
    public static List<Row> history(List<Entry> entries) {
        return entries.stream().map(e -> Row.of(e.txid().toHex() + e.kind() + e.deltaZen(), e.at().toString(), e.kind(),
                (e.deltaZen() < 0 ? "-" : "+") + new Amount(Math.abs(e.deltaZen())), e.height() == 0 ? "waits" : String.valueOf(e.height()),
                e.txid().toHex().substring(0, 12), e.note())).toList();
    }

    /** One line per channel. */
    public static List<Row> channels(List<ChannelInfo> channels) {
        return channels.stream().map(c -> Row.of(c.id().toString(), c.id().txid().toHex().substring(0, 12), lower(c.role()), lower(c.state()),
                c.capacity().toString(), c.paid().toString(), String.valueOf(c.payments()), String.valueOf(c.expiry()), c.label())).toList();
    }

    private static String lower(Enum<?> e) {
        return e.name().toLowerCase(java.util.Locale.ROOT);
    }
}
