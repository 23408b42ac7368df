package org.zennet.workbench.internal.model;

import java.util.List;
import org.zennet.api.value.Amount;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.WalletService.Entry;

/** The wallet's history and channels as lines. */
public final class WalletRows {
    /** The headings of the history. */
    public static final List<String> HISTORY = List.of(Messages.time, Messages.kind, Messages.amount, Messages.block, Messages.transaction, Messages.note);
    /** The headings of channels. */
    public static final List<String> CHANNELS = List.of(Messages.channel, Messages.role, Messages.state, Messages.capacity, Messages.paid, Messages.payments,
            Messages.untilBlock, Messages.purpose);

    private WalletRows() { }

    /** One line per entry. */
    public static List<Row> history(List<Entry> entries) {
        return entries.stream().map(e -> Row.of(e.txid().toHex() + e.kind() + e.deltaZen(), Figures.time(e.at()), Figures.word(e.kind()),
                (e.deltaZen() < 0 ? "-" : "+") + new Amount(Math.abs(e.deltaZen())), Figures.block(e.height()),
                Figures.brief(e.txid().toHex()), e.note())).toList();
    }

    /** One line per channel. */
    public static List<Row> channels(List<ChannelInfo> channels) {
        return channels.stream().map(c -> Row.of(c.id().toString(), Figures.brief(c.id().txid().toHex()), Figures.word(c.role()), Figures.word(c.state()),
                c.capacity().toString(), c.paid().toString(), String.valueOf(c.payments()), String.valueOf(c.expiry()),
                c.problem().map(p -> c.label() + ": " + p).orElse(c.label()))).toList();
    }
}
