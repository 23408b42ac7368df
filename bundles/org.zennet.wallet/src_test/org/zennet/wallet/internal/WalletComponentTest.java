package org.zennet.wallet.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Amount;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Funding;
import org.zennet.services.wallet.ChannelService.State;
import org.zennet.store.StoreException;
import org.zennet.wallet.internal.keystore.Keystore;
import org.zennet.wallet.testing.FakeChain;
import org.zennet.wallet.testing.TestSchnorr;

/** The component as it runs: own threads, own files. */
class WalletComponentTest {
    private final FakeChain chain = new FakeChain(new TestSchnorr());
    @TempDir
    Path directory;

    private WalletComponent start(String name, String payout) throws Exception {
        Path home = Files.createDirectories(directory.resolve(name));
        return new WalletComponent(home, chain, new TestSchnorr(), new Keystore(home, Optional.empty()), payout, InstantSource.system());
    }

    private void mineUntilMoreThan(WalletComponent wallet, Amount least) throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        Runnable look = () -> {
            if (wallet.balance().available().isMoreThan(least)) {
                there.countDown();
            }
        };
        try (Registration _ = wallet.watch(look)) {
            chain.mine();
            look.run();
            assertTrue(there.await(20, TimeUnit.SECONDS), "balance " + wallet.balance());
        }
    }

    @Test
    void oneProcessPaysAnotherThatSettlesToItsPayoutAddress() throws Exception {
        WalletComponent cold = start("cold", "");
        WalletComponent payer = start("payer", "");
        WalletComponent payee = start("payee", cold.newAddress());
        payer.takeTestCoins();
        mineUntilMoreThan(payer, Amount.ofXen(999));
        Funding f = payer.open(payee.payeeKey("lease:1"), Amount.ofXen(10), new Amount(1_000), 50, "lease:1");
        payee.accept(f, "lease:1", Amount.ofXen(10), 20);
        chain.mine();
        assertTrue(payee.confirmed(f.outPoint(), 1).get(20, TimeUnit.SECONDS) >= 1);
        payee.receive(payer.pay(f.outPoint(), Amount.ofXen(2)).orElseThrow());
        payee.receive(payer.pay(f.outPoint(), Amount.ofXen(3)).orElseThrow());
        payee.stop();
        payee = start("payee", "");
        payee.payTo(cold.newAddress());
        WalletComponent running = payee;
        assertThrows(Rejected.class, () -> running.payTo("dxen1nowhere"), "where it paid it goes on to pay");
        assertEquals(Amount.ofXen(3), payee.channel(f.outPoint()).orElseThrow().paid(), "a clean stop loses no tick");
        CountDownLatch settled = new CountDownLatch(1);
        try (Registration _ = payer.watch((ChannelInfo i) -> {
            if (i.state() == State.SETTLED) {
                settled.countDown();
            }
        })) {
            payee.settle(f.outPoint()).orElseThrow();
            mineUntilMoreThan(cold, new Amount(299_000_000));
            assertTrue(settled.await(20, TimeUnit.SECONDS));
        }
        assertEquals(0, payee.balance().available().zen());
        cold.stop();
        payer.stop();
        payee.stop();
    }

    @Test
    void otherWordsOverOldBooksAreRefusedAndTheBooksStayFree() throws Exception {
        start("z", "").stop();
        Files.delete(directory.resolve("z").resolve(Keystore.FILE));
        for (int i = 0; i < 2; i++) {
            StoreException e = assertThrows(StoreException.class, () -> start("z", ""));
            assertTrue(e.getMessage().startsWith("the wallet's books were kept for other words"), e.getMessage());
        }
    }

    @Test
    void aWrongPayoutAddressOrPassphraseStopsItWithOneLine() throws Exception {
        assertTrue(assertThrows(Rejected.class, () -> start("x", "dxen1oops")).getMessage().startsWith("the payout address is wrong"));
        start("y", "").stop();
        Keystore other = new Keystore(directory.resolve("y"), Optional.of("wrong".toCharArray()));
        assertThrows(Rejected.class, () -> new WalletComponent(directory.resolve("y"), chain, new TestSchnorr(), other, "",
                InstantSource.system()));
    }
}
