/**
 * XenCoin's rules as pure functions of values: no clock, I/O or randomness; signatures are checked through a port. What
 * is valid is decided here and nowhere else. Written down in docs/chain.md.
 */
@Export
@Version("0.1.0")
package org.zennet.blockchain.machine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
