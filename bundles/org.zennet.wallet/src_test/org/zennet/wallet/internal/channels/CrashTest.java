package org.zennet.wallet.internal.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Amount;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Funding;
import org.zennet.services.wallet.ChannelService.State;
import org.zennet.services.wallet.WalletService;
import org.zennet.wallet.testing.FakeChain;
import org.zennet.wallet.testing.Party;
import org.zennet.wallet.testing.TestSchnorr;

/** Kills the process at every point at which something leaves it, just before and just after, and goes on. */
class CrashTest {
    private static final String LEASE = "lease:1";
    private static final Amount C = Amount.ofXen(10);
    private static final Amount V = new Amount(100_000);
    @TempDir
    Path directory;
    private FakeChain chain;
    private Party payer;
    private Party payee;
    private int kills;

    /** Something that a process does. */
    private interface Deed {
        void run() throws Exception;
    }

    @Test
    void whereverTheProcessDiesTheMoneyIsWhereItBelongs() throws Exception {
        for (int at = 0; at < 4; at++) {
            for (boolean after : new boolean[] {false, true}) {
                live(at, after, Files.createDirectory(directory.resolve(at + "-" + after)));
            }
        }
        assertTrue(kills >= 7, "only " + kills + " kills happened");
    }

    private void live(int killAt, boolean after, Path where) throws Exception {
        TestSchnorr scheme = new TestSchnorr();
        chain = new FakeChain(scheme);
        payer = new Party(chain, scheme, where.resolve("a.mv"), 1);
        payee = new Party(chain, scheme, where.resolve("b.mv"), 2);
        chain.killAt = killAt;
        chain.killAfter = after;
        asPayer(() -> {
            if (payer.wallet.history(1).isEmpty()) {
                payer.wallet.takeTestCoins();
            }
        });
        mine();
        asPayer(() -> {
            if (payer.channels.channels().isEmpty()) {
                payer.channels.open(payee.channels.payeeKey(LEASE), C, V, 40, LEASE);
            }
        });
        assertEquals(1, payer.channels.channels().size());
        ChannelInfo c = payer.channels.channels().getFirst();
        OutPoint id = c.id();
        Funding funding = new Funding(id.txid(), id.index(), c.payer(), c.payee(), c.capacity(), c.expiry(), V,
                payer.wallet.raw(id.txid()).orElseThrow());
        asPayee(() -> payee.channels.accept(funding, LEASE, C, 20));
        mine();
        assertEquals(State.OPEN, payee.channels.channel(id).orElseThrow().state());
        payee.channels.receive(payer.channels.pay(id, new Amount(350_000)).orElseThrow());
        payee.channels.receive(payer.channels.payExactly(id, new Amount(777_777)).orElseThrow());
        asPayee(() -> payee.channels.settle(id));
        mine();
        mine();
        for (Party party : new Party[] {payer, payee}) {
            ChannelInfo end = party.channels.channel(id).orElseThrow();
            assertEquals(State.SETTLED, end.state(), "kill " + killAt + (after ? " after" : " before"));
            assertEquals(777_777, end.paid().zen());
            WalletService.Balance now = party.wallet.balance();
            assertEquals(party.historySum(), now.available().zen());
            assertEquals(0, now.inChannels().zen());
        }
        assertTrue(payee.wallet.balance().available().zen() > 777_777 - 1_000);
        assertEquals(1, payer.wallet.history(100).stream().filter(e -> e.kind().equals("channel opened")).count());
    }

    private void asPayer(Deed deed) throws Exception {
        try {
            deed.run();
        } catch (FakeChain.Killed e) {
            kills++;
            payer = payer.crash();
            deed.run();
        }
    }

    private void asPayee(Deed deed) throws Exception {
        try {
            deed.run();
        } catch (FakeChain.Killed e) {
            kills++;
            payee = payee.crash();
            deed.run();
        }
    }

    private void mine() throws Exception {
        chain.mine();
        asPayer(() -> payer.look());
        asPayee(() -> payee.look());
    }
}
