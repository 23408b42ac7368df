/**
 * XenCoin's formats: transactions, predicates, witnesses, vouchers, blocks, addresses, and the digests over them. Values
 * only; what makes them valid is in {@code org.zennet.blockchain.machine}. Written down in docs/chain.md.
 */
@Export
@Version("0.1.0")
package org.zennet.blockchain;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
