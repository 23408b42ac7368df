package org.zennet.blockchain.internal.node;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.machine.BlockRules.Spent;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.blockchain.machine.Emission;
import org.zennet.blockchain.machine.Mempool;
import org.zennet.blockchain.machine.TransactionRules;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.Coin;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;

/** Turns what the engine has into what the service hands out. */
final class Infos {
    private Infos() { }

    static BlockInfo block(Block block, List<Spent> spent, int depth) {
        Iterator<Spent> coins = spent.iterator();
        List<TransactionInfo> transactions = new ArrayList<>();
        Amount fees = Amount.ZERO;
        for (Transaction transaction : block.transactions()) {
            Amount fee = Amount.ZERO;
            if (!transaction.isCoinbase()) {
                Amount in = transaction.inputs().stream().map(i -> coins.next().coin().output().amount())
                        .reduce(Amount.ZERO, Amount::plus);
                fee = in.minus(outputs(transaction));
                fees = fees.plus(fee).minus(TransactionRules.burnt(transaction, block.height()));
            }
            transactions.add(new TransactionInfo(transaction.txid(), block.height(), depth, fee, transaction.toBytes()));
        }
        return new BlockInfo(block.height(), block.hash(), block.header().previous(), block.header().time(), block.toBytes().length,
                Emission.subsidy(block.height()), fees,
                block.transactions().getFirst().outputs().getFirst().predicate().toBytes(), transactions);
    }

    static TransactionInfo waiting(Mempool.Entry entry) {
        return new TransactionInfo(entry.transaction().txid(), 0, 0, entry.fee(), entry.transaction().toBytes());
    }

    static Coin coin(OutPoint outPoint, CoinEntry coin) {
        return new Coin(outPoint, coin.output().amount(), coin.output().predicate().toBytes(), coin.height(), coin.coinbase());
    }

    /** Empty when the payload is not one that this version reads: the chain doesn't care. */
    static Optional<AnnouncementInfo> announcement(CoinEntry coin, int height) {
        CoinEntry.Announced announced = coin.announced().orElseThrow();
        try {
            Predicate.Announce predicate = (Predicate.Announce) coin.output().predicate();
            return Optional.of(new AnnouncementInfo(announced.id(), height, predicate.expiry(),
                    Records.decode(Announcement.class, announced.payload())));
        } catch (EncodingException e) {
            return Optional.empty();
        }
    }

    private static Amount outputs(Transaction transaction) {
        return transaction.outputs().stream().map(Output::amount).reduce(Amount.ZERO, Amount::plus);
    }
}
